import type { Device } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { ownVersion } from '../../host/files/userPath.ts';
import { type LifecycleOptions, makeEnding } from './lifecycle.ts';
import { type BatchKnobs, type OpenedPipeline, openPipelineToServe } from './open.ts';
import { contractOf, type HostingContract } from './protocols/environment.ts';
import { addProtocols } from './protocols/every.ts';
import { listen, makeServing, type ServeInit, type Serving } from './serve.ts';
import { tryPage } from './tryPage.ts';
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
  readonly knobs?: BatchKnobs;
  readonly https?: ServeInit['https'];
  readonly plugins?: ServeInit['plugins'];
  readonly beforeLoad?: ServeInit['beforeLoad'];
  readonly readyChecks?: ServeInit['readyChecks'];
  /** What the platform that started it asks for. */
  readonly hosting?: HostingContract;
  /** 0 for any; no gRPC unless given. */
  readonly grpcPort?: number;
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
  const { tell, watching, host, hosting = contractOf({}) } = options;
  const pipeline = await openPipelineToServe(options.target, options);
  const serverVersion = await ownVersion();
  const serving = await makeServing({
    ...options,
    pipeline,
    serverVersion,
    observer: watching?.drift,
    plugins: [
      ...(watching === undefined ? [] : [watching.add]),
      (app, context) => addProtocols(app, context, hosting),
      ...(options.plugins ?? []),
    ],
    pages: { serverVersion, page: (described) => tryPage(described, pipeline.checked) },
    onFault: (problem, requestId) => tell({ event: 'fault', problem, requestId }),
  });
  serving.runtime.onState((state, problem) => tell({ event: 'state', state, problem }));
  const { grpcPort: wanted } = options;
  const [port, grpcPort] = await listenAll(serving, host, options.port, wanted ?? null).catch(
    async (error: unknown) => {
      await serving.close();
      throw error;
    },
  );
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

async function listenAll(
  serving: Serving,
  host: string,
  port: number,
  grpcPort: number | null,
): Promise<readonly [number, number | null]> {
  const grpc = grpcPort === null ? null : await serving.addGrpc({ host, port: grpcPort });
  return [await listen(serving.app, host, port), grpc];
}
