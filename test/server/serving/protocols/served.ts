import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, onTestFinished } from 'vitest';
import { openPipeline } from '../../../../cli/pipeline.ts';
import { makeLimits } from '../../../../core/define/limits.ts';
import { Problem, problemFrom, toProblemData } from '../../../../core/problems/problem.ts';
import type { ValueTools } from '../../../../core/serve/jsonValues.ts';
import { type PipelineSignature, signatureOf } from '../../../../core/serve/signature.ts';
import { startEngine } from '../../../../host/engine/client.ts';
import { makeFileHost } from '../../../../host/files/host.ts';
import { encodeWav } from '../../../../host/files/wav.ts';
import { openWorkspace } from '../../../../host/files/workspace.ts';
import { makeImageHost } from '../../../../host/image/host.ts';
import { type ProtocolLimits, protocolLimits, type ServingContext } from '../../../../server/serving/context.ts';
import type { PredictAsk, PredictionRecord, Service } from '../../../../server/serving/contract.ts';
import { tempFolder } from '../../../temp-folder.ts';

/** A pipeline served under a name: the path of a sample, or of a folder made by `pipelineFolder`. */
export interface Served {
  readonly app: FastifyInstance;
  readonly serving: ServingContext;
  readonly asks: readonly PredictAsk[];
  readonly signatures: Readonly<Record<string, PipelineSignature>>;
  /** Makes the server say that it is, or is not, ready. */
  setReady(ready: boolean): void;
}

export interface ServeOptions {
  readonly limits?: Partial<ProtocolLimits>;
  /** Stands before every ask: may wait or throw. */
  readonly before?: (ask: PredictAsk) => Promise<void> | void;
  readonly add: (app: FastifyInstance, serving: ServingContext) => void;
  /** Ends the server; the test's end, unless given. */
  readonly atEnd?: (end: () => Promise<void>) => void;
}

const version = '3';

/** Protocols over real pipelines in a real engine, each request run at once: admission is tested elsewhere. */
export async function serveProtocols(
  pipelines: Readonly<Record<string, string>>,
  { limits = {}, before, add, atEnd = onTestFinished }: ServeOptions,
): Promise<Served> {
  const engine = startEngine();
  const opened = new Map(
    await Promise.all(
      Object.entries(pipelines).map(async ([name, target]) => {
        const { opened: file, checked } = await openPipeline(target, {});
        const pinned = engine.pin({ document: file.document, folder: file.folder, noSamples: true });
        return [name, { checked, pinned }] as const;
      }),
    ),
  );
  const signatures = Object.fromEntries([...opened].map(([name, { checked }]) => [name, signatureOf(checked)]));
  const asks: PredictAsk[] = [];
  const listeners: ((record: PredictionRecord) => void)[] = [];
  let ready = true;
  const service: Service = {
    models: () =>
      Object.entries(signatures).map(([name, signature]) => ({
        name,
        versions: [{ version, state: ready ? 'ready' : 'loading', signature, weight: 1 }],
      })),
    predict: async (ask) => {
      asks.push(ask);
      const pipeline = opened.get(ask.model);
      if (pipeline === undefined || (ask.version ?? version) !== version)
        throw new Problem('model-unknown', { message: `No ${ask.model}.`, fix: 'Ask for another.' });
      await before?.(ask);
      if (performance.now() > ask.deadlineMs)
        throw new Problem('deadline', { message: 'It is too late.', fix: 'Give it more time.' });
      const { inputs, outputs } = ask;
      try {
        const result = await pipeline.pinned.run({ inputs, outputs }, ask.signal, undefined, ask.following);
        return { result, version, queueMs: 0, runMs: result.wallMs };
      } catch (error) {
        const problem = toProblemData(error, 'internal');
        for (const listener of listeners)
          listener({ ask, version, outcome: 'failed', problem, queueMs: 0, runMs: 0, shadow: false });
        throw problemFrom(problem);
      }
    },
    ready: () => ready,
    load: () => ({ running: 0, waiting: 0, decodedBytes: 0 }),
    onRecord: (listener) => void listeners.push(listener),
  };
  const serving: ServingContext = {
    service,
    limits: { ...protocolLimits, ...limits },
    serverVersion: '0.0.0-test',
    now: () => performance.now(),
    arrival: (_request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => {
        if (!reply.raw.writableFinished)
          gone.abort(new Problem('cancelled', { message: 'The client has gone.', fix: 'Ask again.' }));
      });
      const arrivedMs = performance.now();
      const deadlineMs = arrivedMs + protocolLimits.deadlineMs;
      return { arrivedMs, deadlineMs, signal: gone.signal, requestId: 'r1' };
    },
    requestId: () => 'r1',
    decodedBytes: () => 0,
    tools: await tools(),
  };
  const app = Fastify({ forceCloseConnections: true, pluginTimeout: 0 });
  add(app, serving);
  atEnd(async () => {
    await app.close();
    await engine.close();
  });
  await app.ready();
  return {
    app,
    serving,
    asks,
    signatures,
    setReady: (now) => {
      ready = now;
    },
  };
}

async function tools(): Promise<ValueTools> {
  const limits = makeLimits();
  const workspace = await openWorkspace(process.cwd());
  const { sourceBytes } = makeFileHost({ workspace, limits });
  const image = makeImageHost({ limits, sourceBytes, resolveSource: workspace.resolveSource });
  return {
    fromBase64: (text) => (/^[A-Za-z0-9+/]*={0,2}$/.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : null),
    toBase64: (bytes) => Buffer.from(bytes).toString('base64'),
    encode: async (value) => {
      if (value.kind === 'audio') return { mime: 'audio/wav', bytes: encodeWav(value) };
      if (value.kind === 'mask') throw new Error('no mask is encoded here');
      return { mime: 'image/png', bytes: await image.encode(value, 'png', new AbortController().signal) };
    },
  };
}

interface PlainNode {
  readonly id: string;
  readonly type: string;
  readonly params?: Readonly<Record<string, unknown>>;
}
export interface PlainPipeline {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly nodes: readonly PlainNode[];
  readonly wires: readonly (readonly [from: string, to: string])[];
}

/** Writes a pipeline to a folder of its own, with the files that it names, and returns the folder. */
export function pipelineFolder(
  plain: PlainPipeline,
  files: Readonly<Record<string, Uint8Array>> = {},
  folder: string = tempFolder(),
): string {
  const named = (ids: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(ids).map(([name, node]) => [name, { node }]));
  const document = {
    schemaVersion: 1,
    name: 'Plain',
    inputs: named(plain.inputs),
    outputs: named(plain.outputs),
    nodes: plain.nodes,
    wires: plain.wires.map(([from, to]) => ({ from, to })),
  };
  writeFileSync(path.join(folder, 'plain.tributary.json'), JSON.stringify(document));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  return folder;
}

/** What goes in comes out. */
export function passThrough(kind: string, params: Readonly<Record<string, unknown>> = {}): PlainPipeline {
  const port = kind === 'folder' ? 'items' : kind;
  const out = kind === 'folder' ? String(params['kind']) : kind;
  return {
    inputs: { x: 'in' },
    outputs: { y: 'out' },
    nodes: [
      { id: 'in', type: `input.${kind}@1`, params },
      { id: 'out', type: `output.${out}@1` },
    ],
    wires: [[`in.${port}`, 'out.value']],
  };
}

/** A new folder for a whole suite, removed when it has ended. */
export function suiteFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tributary-')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const samples = {
  pictures: 'samples/picture-classifier',
  texts: 'samples/text-classifier',
  detector: 'samples/detector',
  sounds: 'samples/sound-classifier',
  events: 'samples/event-detector',
  videos: 'samples/video-events',
} as const;
