import { type Problem, problemFrom, toProblemData } from '../../../core/problems/problem.ts';
import type { RunInputs, RunResult } from '../../../core/run/result.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { modelNamed, versionNamed } from './found.ts';

/** Items of one request that are under way at once: more would fill the queue that other callers wait in. */
const itemsAtOnce = 4;

export interface ItemsAsk {
  readonly model: string;
  readonly version?: string;
  /** Of one model, one set of inputs for each item. */
  readonly items: readonly RunInputs[];
  readonly outputs?: readonly string[];
  readonly protocol: string;
  readonly arrival: Arrival;
}

export interface AnsweredItems {
  readonly version: string;
  readonly signature: PipelineSignature;
  /** In the order of the items. */
  readonly results: readonly RunResult[];
}

/**
 * Asks for every item of a request on its own, all of one version. The first that fails ends it: its Problem says which
 * item it was, those under way are cancelled, and the rest is not started.
 */
export async function predictItems(serving: ServingContext, ask: ItemsAsk): Promise<AnsweredItems> {
  const { service } = serving;
  const { items, arrival } = ask;
  const stop = new AbortController();
  const signal = AbortSignal.any([arrival.signal, stop.signal]);
  const results: RunResult[] = [];
  let version = ask.version ?? arrival.version;
  async function predict(i: number): Promise<void> {
    try {
      const { result, version: answered } = await service.predict({
        ...arrival,
        model: ask.model,
        inputs: items[i],
        outputs: ask.outputs,
        protocol: ask.protocol,
        decodedBytes: serving.decodedBytes(items[i]),
        signal,
        version,
      });
      results[i] = result;
      version = answered;
    } catch (error) {
      throw items.length === 1 || stop.signal.aborted ? error : namedItem(error, i, items.length);
    }
  }
  // The first finds out which version answers; the others stay with it, so that rows of one answer belong together.
  let next = 0;
  if (version === undefined && hasSeveral(serving, ask.model)) await predict(next++);
  async function work(): Promise<void> {
    while (next < items.length && !signal.aborted) await predict(next++);
  }
  try {
    await Promise.all(Array.from({ length: Math.min(itemsAtOnce, items.length - next) }, work));
  } catch (error) {
    stop.abort(error);
    throw error;
  }
  signal.throwIfAborted();
  const served = versionNamed(modelNamed(service, ask.model), version);
  return { version: served.version, signature: served.signature, results };
}

function hasSeveral({ service }: ServingContext, model: string): boolean {
  const { versions } = modelNamed(service, model);
  return versions.filter((served) => served.state === 'ready' && served.weight > 0).length > 1;
}

function namedItem(error: unknown, i: number, count: number): Problem {
  const data = toProblemData(error, 'internal');
  return problemFrom({ ...data, message: `Item ${i} of ${count} (counted from 0): ${data.message}` });
}
