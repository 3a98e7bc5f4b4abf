import type { FastifyInstance } from 'fastify';
import type { Device } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { DriftReference } from '../../core/serve/drift/reference.ts';
import { startEngine } from '../../host/engine/client.ts';
import { engineHere } from '../../host/engine/engineHere.ts';
import { openLineFile } from '../../host/files/lineFile.ts';
import { ownVersion } from '../../host/files/userPath.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import { letHeapGrow } from '../../host/process/heap.ts';
import { fromBundle, isBundle } from './fromBundle.ts';
import { type LifecycleOptions, makeEnding } from './lifecycle.ts';
import { type BatchKnobs, type OpenedPipeline, openPipelineToServe } from './open.ts';
import { contractOf, type HostingContract } from './protocols/environment.ts';
import { addProtocols } from './protocols/every.ts';
import type { Security } from './security/security.ts';
import { listen, makeServing, type ServeInit, type Serving, type VersionInit } from './serve.ts';
import { tryPage } from './tryPage.ts';
import { makeJournal } from './versions/journal.ts';
import type { Watching } from './watch/watching.ts';

export interface StartOptions {
  /** A document, or a folder that holds one. */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly limits: Limits;
  /** Only what differs from the defaults. */
  readonly limitOverrides: Readonly<Record<string, number>>;
  readonly device?: Device;
  readonly nodeFolders?: readonly string[];
  readonly lanes?: number;
  /** Models run in this very process: quicker, and what would end an engine ends the server. */
  readonly inProcess?: boolean;
  readonly knobs?: BatchKnobs;
  readonly https?: ServeInit['https'];
  readonly plugins?: ServeInit['plugins'];
  readonly beforeLoad?: ServeInit['beforeLoad'];
  readonly readyChecks?: ServeInit['readyChecks'];
  /** What the platform that started it asks for. */
  readonly hosting?: HostingContract;
  /** 0 for any; no gRPC unless given. */
  readonly grpcPort?: number;
  /** Who may ask; everybody unless given. */
  readonly security?: Security;
  /** The folder whose bundles and pipelines may be loaded as further versions; none unless given. */
  readonly bundles?: string;
  /** What the pipeline saw when it was exported; drift is measured against it. */
  readonly reference?: DriftReference;
  /** Where the journal of versions is written. */
  readonly journalFile?: string;
  readonly guard?: ServeInit['guard'];
  readonly probation?: ServeInit['probation'];
  /** Metrics, log, traces, drift; none of it unless given. */
  readonly watching?: Watching;
  readonly graceMs?: number;
  readonly drainMs?: number;
  readonly exit: LifecycleOptions['exit'];
  /** Hears what goes on, for a person or a log. */
  readonly tell: (event: ServerEvent) => void;
}

export type ServerEvent =
  | {
      readonly event: 'listening';
      readonly port: number;
      readonly grpcPort: number | null;
      readonly pipeline: OpenedPipeline;
    }
  | { readonly event: 'state'; readonly state: string; readonly problem?: ProblemData }
  | { readonly event: 'fault'; readonly problem: ProblemData; readonly requestId: string }
  | { readonly event: 'ending'; readonly words: string };

export interface Started extends Serving {
  readonly port: number;
  readonly grpcPort: number | null;
  /** What a signal to end does. */
  readonly end: () => void;
}

/**
 * Serves a pipeline from the first moment on: it listens before anything is loaded, so that whoever asks is told why it
 * is not ready. Throws for a document that has errors and an address that cannot be had.
 */
export async function startServing(options: StartOptions): Promise<Started> {
  letHeapGrow();
  const { tell, watching, security, hosting = contractOf({}) } = options;
  const pipeline = await openPipelineToServe(options.target, options);
  const serverVersion = await ownVersion();
  if (options.reference !== undefined) watching?.drift.follow(options.version, options.reference);
  const lines = options.journalFile === undefined ? null : openLineFile(options.journalFile);
  const journal = makeJournal(
    lines,
    () => Date.now(),
    (entry) => watching?.log.info(entry, 'version'),
  );
  const lost = (how: string): void => {
    tell({ event: 'ending', words: `ended, for another to be started: ${how}` });
    options.exit(1);
  };
  const serving = await makeServing({
    ...options,
    pipeline,
    serverVersion,
    journal,
    openFurther: options.bundles === undefined ? undefined : (name, version) => openFurther(options, name, version),
    startEngine: options.inProcess ? (from) => startEngine(from, engineHere(lost)) : undefined,
    observer: watching?.drift,
    onCopy: (record) => watching?.heard(record),
    plugins: [
      ...(security === undefined ? [] : [(app: FastifyInstance) => security.add(app)]),
      ...(watching === undefined ? [] : [watching.add]),
      (app, context) =>
        addProtocols(app, context, hosting, { allowOrigin: (origin) => security?.allowsOrigin(origin) ?? false }),
      ...(options.plugins ?? []),
    ],
    pages: { serverVersion, page: (described) => tryPage(described, pipeline.checked) },
    onFault: (problem, requestId) => tell({ event: 'fault', problem, requestId }),
  });
  serving.runtime.onState((state, problem) => tell({ event: 'state', state, problem }));
  const { grpcPort: wanted } = options;
  const [port, grpcPort] = await listenAll(serving, options, wanted ?? null).catch(async (error: unknown) => {
    await serving.close();
    throw error;
  });
  const end = makeEnding(serving, {
    graceMs: options.graceMs,
    drainMs: options.drainMs,
    exit: (code) => {
      if (watching === undefined) return options.exit(code);
      watching.close().finally(() => options.exit(code));
    },
    say: (words) => tell({ event: 'ending', words }),
  });
  tell({ event: 'listening', port, grpcPort, pipeline });
  return { ...serving, port, grpcPort, end };
}

/** What lies under a name in the folder of bundles: a bundle, or a pipeline as it is. Throws `path-outside` and what opening throws. */
async function openFurther(options: StartOptions, name: string, version: string | undefined): Promise<VersionInit> {
  const { resolvePath } = await openWorkspace(options.bundles ?? '');
  const folder = await resolvePath(name);
  const bundle = (await isBundle(folder)) ? await fromBundle(folder, options.limitOverrides) : null;
  const from = { ...options, ...bundle?.options };
  const pipeline = await openPipelineToServe(bundle?.options.target ?? folder, from);
  bundle?.opened(pipeline);
  const called = version ?? bundle?.options.version ?? name;
  if (bundle?.options.reference !== undefined) options.watching?.drift.follow(called, bundle.options.reference);
  return {
    ...from,
    pipeline,
    version: called,
    beforeLoad: bundle?.options.beforeLoad,
    readyChecks: bundle?.options.readyChecks,
  };
}

async function listenAll(
  serving: Serving,
  { host, port, security, https }: StartOptions,
  grpcPort: number | null,
): Promise<readonly [number, number | null]> {
  const tls = https === undefined ? undefined : { cert: Buffer.from(https.cert), key: Buffer.from(https.key) };
  const guard = async (headers: Readonly<Record<string, string>>): Promise<void> => {
    await security?.authorise(headers, 'predict');
  };
  const grpc = grpcPort === null ? null : await serving.addGrpc({ host, port: grpcPort, guard, tls });
  return [await listen(serving.app, host, port), grpc];
}
