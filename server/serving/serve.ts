import os from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Device } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { AdmissionBounds } from '../../core/serve/admission.ts';
import { type GuardSettings, usualGuard } from '../../core/serve/rollout.ts';
import { makeServingApp, type ServingAppOptions } from './app.ts';
import type { ServingContext } from './context.ts';
import type { PredictionRecord } from './contract.ts';
import type { OpenedPipeline } from './open.ts';
import type { GrpcOptions } from './protocols/grpcCall.ts';
import { type GrpcServing, startGrpc } from './protocols/grpcServer.ts';
import { makeRuntime, type ReadyCheck, type Runtime, type RuntimeInit } from './runtime.ts';
import { type DrainableService, makeService } from './service.ts';
import { addAdmin } from './versions/adminRoutes.ts';
import { type Journal, makeJournal } from './versions/journal.ts';
import { VersionSet } from './versions/versions.ts';
import { warmInputs } from './warmUp.ts';

const usualProbation = 500;
/** Beyond the longest deadline, for answers on their way. */
const letGoMs = 1000;

/** One version of a pipeline, before it is loaded. */
export interface VersionInit {
  readonly pipeline: OpenedPipeline;
  readonly version: string;
  /** Only what differs from the defaults. */
  readonly limitOverrides: Readonly<Record<string, number>>;
  readonly device?: Device;
  readonly nodeFolders?: readonly string[];
  readonly lanes?: number;
  readonly beforeLoad?: () => Promise<void>;
  readonly readyChecks?: readonly ReadyCheck[];
}

export interface ServeInit extends VersionInit {
  readonly serverVersion: string;
  readonly limits: Limits;
  /** What happens to versions is told here; kept in memory alone unless given. */
  readonly journal?: Journal;
  readonly guard?: GuardSettings;
  /** Opens another version by a name; versions are managed over HTTP where it is given. */
  readonly openFurther?: (name: string, version: string | undefined) => Promise<VersionInit>;
  /** Requests after which a version that was switched to needs the one before it no longer. */
  readonly probation?: number;
  /** How engines are started; each a process of its own unless given. */
  readonly startEngine?: RuntimeInit['start'];
  readonly observer?: RuntimeInit['observer'];
  /** Hears of what shadows answered. */
  readonly onCopy?: (record: PredictionRecord) => void;
  readonly pages: ServingAppOptions['pages'];
  readonly plugins?: ServingAppOptions['plugins'];
  readonly onFault?: ServingAppOptions['onFault'];
  readonly https?: ServingAppOptions['https'];
}

/** A pipeline behind its address. */
export interface Serving {
  readonly app: FastifyInstance;
  readonly service: DrainableService;
  /** The version that it began with. */
  readonly runtime: Runtime;
  readonly versions: VersionSet;
  readonly journal: Journal;
  /** A version that can be added to the others; see `VersionSet.add`. */
  makeVersion(init: VersionInit): Runtime;
  /** Answers over gRPC, too; gives the port. Throws `usage` for an address that cannot be had. */
  addGrpc(options: GrpcOptions): Promise<number>;
  /** From now on told as not ready, and callers are asked to come back over another connection. */
  leave(): void;
  /** Takes nothing more, and resolves when what was taken is answered and every connection is closed. */
  drain(): Promise<void>;
  /** Ends it at once, whatever it does. */
  close(): Promise<void>;
}

/** While one request of a core's waits for another thread, its other one works. */
const runningPerCore = 2;

export function boundsOf(limits: Limits, largestBatch: number): AdmissionBounds {
  const unset = runningPerCore * os.availableParallelism() * largestBatch;
  const running = limits.serverRunning > 0 ? limits.serverRunning : unset;
  return { running, waiting: running * limits.serverWaitingPerRunning, decodedBytes: limits.serverDecodedBytes };
}

/** Puts a service in one version behind HTTP. It does not listen yet, and nothing is loaded: see `runtime.load`. */
export async function makeServing(init: ServeInit): Promise<Serving> {
  const { pipeline, limits } = init;
  const bounds = boundsOf(limits, pipeline.largestBatch);
  const makeVersion = (of: VersionInit): Runtime =>
    makeRuntime({
      version: of.version,
      document: of.pipeline.document,
      folder: of.pipeline.folder,
      signature: of.pipeline.signature,
      device: of.device,
      nodeFolders: of.nodeFolders,
      limits: of.limitOverrides,
      lanes: of.lanes,
      atOnce: bounds.running,
      warm: warmInputs(of.pipeline.signature, of.pipeline.checked),
      beforeLoad: of.beforeLoad,
      readyChecks: of.readyChecks,
      observer: init.observer,
      start: init.startEngine,
    });
  const runtime = makeVersion(init);
  const journal = init.journal ?? makeJournal(null, () => Date.now());
  const versions = new VersionSet({
    name: pipeline.name,
    journal,
    guard: init.guard ?? usualGuard,
    probation: init.probation ?? usualProbation,
    longestMs: limits.serverDeadlineMs + letGoMs,
    random: Math.random,
    now: () => performance.now(),
    onCopy: init.onCopy,
  });
  versions.begin(runtime);
  const service = makeService({ versions, bounds });
  service.onRecord((record) => versions.heard(record));
  let leaving = false;
  let context: ServingContext | null = null;
  let grpc: GrpcServing | null = null;
  const keepContext = (_app: FastifyInstance, given: ServingContext): void => {
    context = given;
  };
  const { openFurther } = init;
  const manage = (app_: FastifyInstance, given: ServingContext): void => {
    if (openFurther === undefined) return;
    const open = async (name: string, version: string | undefined) => makeVersion(await openFurther(name, version));
    addAdmin(app_, given, { versions, journal, open });
  };
  const app = await makeServingApp(service, {
    limits,
    serverVersion: init.serverVersion,
    pages: init.pages,
    plugins: [keepContext, ...(init.plugins ?? []), manage],
    onFault: init.onFault,
    leaving: () => leaving,
    https: init.https,
  });
  const leave = (): void => {
    leaving = true;
    service.leave();
  };
  return {
    app,
    service,
    runtime,
    versions,
    journal,
    makeVersion,
    addGrpc: async (options) => {
      if (context === null) throw new RangeError('the app has not given its context');
      grpc = await startGrpc(context, { onFault: init.onFault, ...options });
      return grpc.port;
    },
    leave,
    drain: async () => {
      leave();
      service.stop();
      versions.drain();
      await Promise.all([app.close(), grpc?.drain(), service.idle()]);
      await versions.close();
    },
    close: async () => {
      leave();
      service.stop();
      grpc?.close();
      await versions.close();
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

/** Listens; gives the port. Throws `usage` for an address that cannot be had. */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new Problem('usage', {
      message: `The server cannot listen on ${host} port ${port}: ${cause instanceof Error ? cause.message : cause}.`,
      fix: 'Give another --port, or end the program that has this one.',
      cause,
    });
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
