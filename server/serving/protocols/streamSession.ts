import type { Json } from '../../../core/kinds/value.ts';
import { Problem, toProblemData } from '../../../core/problems/problem.ts';
import type { PublishedOutput, RunInputs, RunResult } from '../../../core/run/result.ts';
import { defaultTop, inputFromJson, outputJson } from '../../../core/serve/jsonValues.ts';
import { PieceBuffer } from '../../../core/serve/pieceBuffer.ts';
import { inputNamed } from '../../../core/serve/tensorInputs.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { publicProblem } from '../publicProblem.ts';
import { modelNamed, onlyModel, versionNamed } from './found.ts';
import { type ServerMessage, type StreamCounts, type StreamStart, streamInput } from './streamMessages.ts';
import { type Unit, type Units, unitsOf } from './streamUnits.ts';

/** Longest that a stream waits before it asks a full server again. */
const retryMs = 250;

export interface StreamTools {
  readonly arrival: Arrival;
  /** Resolves when the message may be followed by another: a slow reader slows the stream. */
  readonly send: (message: ServerMessage) => Promise<void>;
  /** The caller should send no more, or may again. */
  readonly hold: (held: boolean) => void;
}

/** A stream that has been started. */
export interface StreamSession {
  /** A piece, and its time in seconds where the caller tells one. */
  piece(bytes: Uint8Array, t: number | null): void;
  /** No more will come: what waits is answered, and then the end is told. */
  end(why: 'asked' | 'draining'): void;
  /** Resolves when the end was told, or the caller has gone. */
  readonly done: Promise<void>;
}

interface Waiting extends Unit {
  readonly seq: number;
  readonly arrivedMs: number;
}

/** Starts a stream: pieces in, an answer for each or for each window. Throws Problems for a start that cannot be. */
export function startStream(serving: ServingContext, asked: StreamStart, tools: StreamTools): StreamSession {
  const { service, limits } = serving;
  const { arrival, send, hold } = tools;
  const model = asked.pipeline === undefined ? onlyModel(service) : modelNamed(service, asked.pipeline);
  const version = asked.version ?? arrival.version;
  const served = versionNamed(model, version);
  const found = streamInput(asked, served.signature);
  const fixed = fixedInputs(serving, asked, served.signature);
  const units: Units = unitsOf(asked, found, limits.jsonDepth);
  const waits = asked.whenFull === 'wait';
  const buffer = new PieceBuffer<Waiting>({ pieces: limits.streamPieces, bytes: limits.bodyBytes }, waits);
  const lengthMs = Math.min(asked.deadlineMs ?? limits.deadlineMs, limits.deadlineMs);
  const startMs = serving.now();
  const form = { top: asked.top ?? defaultTop };
  let counts: StreamCounts = { pieces: 0, answered: 0, failed: 0, dropped: 0, late: 0 };
  let ended: 'asked' | 'draining' | null = null;

  function count(what: keyof StreamCounts): void {
    counts = { ...counts, [what]: counts[what] + 1 };
  }

  function take(made: readonly Unit[]): void {
    for (const unit of made) {
      const waiting: Waiting = { ...unit, seq: counts.pieces, arrivedMs: serving.now() };
      count('pieces');
      for (const gone of buffer.push(waiting, unit.bytes)) drop(gone, 'full');
    }
    if (waits && buffer.full()) hold(true);
  }

  function drop({ seq, t }: Waiting, why: 'full' | 'late'): void {
    count(why === 'full' ? 'dropped' : 'late');
    void send({ type: 'dropped', seq, t, why, counts });
  }

  async function work(): Promise<void> {
    for (let unit = await buffer.next(); unit !== null && !arrival.signal.aborted; unit = await buffer.next()) {
      if (waits && !buffer.full()) hold(false);
      if (serving.now() > unit.arrivedMs + lengthMs) drop(unit, 'late');
      else await answer(unit);
    }
    if (!arrival.signal.aborted) await send({ type: 'ended', why: ended ?? 'asked', counts });
  }

  async function answer(unit: Waiting): Promise<void> {
    const { seq, t, durationSeconds, arrivedMs } = unit;
    try {
      const predicted = await ask(unit);
      const outputs = await outputsAt(predicted.result, t);
      count('answered');
      const latencyMs = Math.round((serving.now() - arrivedMs) * 1000) / 1000;
      const time = durationSeconds === undefined ? { t } : { t, durationSeconds };
      await send({ type: 'result', seq, ...time, outputs, version: predicted.version, latencyMs });
    } catch (error) {
      if (arrival.signal.aborted) return;
      const problem = toProblemData(error, 'internal');
      // A live stream has newer pieces; what there was no room for is gone.
      if (problem.code === 'overloaded' && !waits) return drop(unit, 'full');
      count('failed');
      await send({ type: 'error', seq, t, error: publicProblem(problem) });
    }
  }

  async function ask({ given, arrivedMs }: Waiting) {
    const inputs: RunInputs = { ...fixed, [found.input.name]: given };
    const request = {
      ...arrival,
      arrivedMs,
      deadlineMs: arrivedMs + lengthMs,
      model: model.name,
      version,
      inputs,
      outputs: asked.outputs,
      decodedBytes: serving.decodedBytes(inputs),
      protocol: 'stream',
    };
    for (;;) {
      try {
        return await service.predict(request);
      } catch (error) {
        const full = error instanceof Problem && error.data.code === 'overloaded';
        if (!full || !waits || arrival.signal.aborted) throw error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  /** Answers at the stream's time: items of a sequence lie from the piece's own time on. */
  async function outputsAt({ outputs }: RunResult, t: number): Promise<Json> {
    const told: Record<string, Json> = {};
    for (const [name, output] of Object.entries(outputs))
      told[name] = await outputJson(moved(output, t), serving.tools, form);
    return told;
  }

  void send({
    type: 'started',
    pipeline: model.name,
    version: served.version,
    input: found.input.name,
    outputs: served.signature.outputs.map(({ name, type }) => ({
      name,
      kind: type.kind,
      sequence: type.sequence.count,
    })),
    waitingPieces: limits.streamPieces,
  });
  arrival.signal.addEventListener('abort', () => {
    buffer.clear();
    buffer.end();
  });
  return {
    piece: (bytes, t) => {
      if (ended !== null) return;
      try {
        take(units.push(bytes, t, (serving.now() - startMs) / 1000));
      } catch (error) {
        count('pieces');
        count('failed');
        const problem = toProblemData(error, 'internal');
        void send({ type: 'error', ...(t === null ? {} : { t }), error: publicProblem(problem) });
      }
    },
    end: (why) => {
      if (ended !== null) return;
      ended = why;
      take(units.end());
      buffer.end();
    },
    done: work(),
  };
}

function moved(output: PublishedOutput, t: number): PublishedOutput {
  if (output.status === 'missing' || output.sequence === 'one') return output;
  return { ...output, items: output.items.map((item) => ({ ...item, t: item.t + t })) };
}

function fixedInputs(
  { tools }: ServingContext,
  { inputs = {} }: StreamStart,
  signature: Parameters<typeof streamInput>[1],
): RunInputs {
  const entries = Object.entries(inputs).map(([name, json]) => [
    name,
    inputFromJson(inputNamed(name, signature), json as Json, tools),
  ]);
  return Object.fromEntries(entries);
}
