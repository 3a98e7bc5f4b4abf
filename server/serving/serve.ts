import os from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Device } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { AdmissionBounds } from '../../core/serve/admission.ts';
import { makeServingApp, type ServingAppOptions } from './app.ts';
import type { ServingContext } from './context.ts';
import { oneVersion } from './oneVersion.ts';
import type { OpenedPipeline } from './open.ts';
import type { GrpcOptions } from './protocols/grpcCall.ts';
import { type GrpcServing, startGrpc } from './protocols/grpcServer.ts';
import { makeRuntime, type ReadyCheck, type Runtime, type RuntimeInit } from './runtime.ts';
import { type DrainableService, makeService } from './service.ts';
import { warmInputs } from './warmUp.ts';

export interface ServeInit {
  readonly pipeline: OpenedPipeline;
  readonly version: string;
  readonly serverVersion: string;
  readonly limits: Limits;
  /** Only what differs from the defaults. */
  readonly limitOverrides: Readonly<Record<string, number>>;
  readonly device?: Device;
  readonly nodeFolders?: readonly string[];
  readonly lanes?: number;
  readonly beforeLoad?: () => Promise<void>;
  readonly readyChecks?: readonly ReadyCheck[];
  readonly observer?: RuntimeInit['observer'];
  readonly pages: ServingAppOptions['pages'];
  readonly plugins?: ServingAppOptions['plugins'];
  readonly onFault?: ServingAppOptions['onFault'];
  readonly https?: ServingAppOptions['https'];
}

/** A pipeline behind its address. */
export interface Serving {
  readonly app: FastifyInstance;
  readonly service: DrainableService;
  readonly runtime: Runtime;
  /** Answers over gRPC, too; gives the port. Throws `usage` for an address that cannot be had. */
  addGrpc(options: GrpcOptions): Promise<number>;
  /** From now on told as not ready, and callers are asked to come back over another connection. */
  leave(): void;
  /** Takes nothing more, and resolves when what was taken is answered and every connection is closed. */
  drain(): Promise<void>;
  /** Ends it at once, whatever it does. */
  close(): Promise<void>;
}

export function boundsOf(limits: Limits, largestBatch: number): AdmissionBounds {
  const running = limits.serverRunning > 0 ? limits.serverRunning : os.availableParallelism() * largestBatch;
  return { running, waiting: running * limits.serverWaitingPerRunning, decodedBytes: limits.serverDecodedBytes };
}

/** Puts a service in one version behind HTTP. It does not listen yet, and nothing is loaded: see `runtime.load`. */
export async function makeServing(init: ServeInit): Promise<Serving> {
  const { pipeline, limits } = init;
  const bounds = boundsOf(limits, pipeline.largestBatch);
  const runtime = makeRuntime({
    version: init.version,
    document: pipeline.document,
    folder: pipeline.folder,
    signature: pipeline.signature,
    device: init.device,
    nodeFolders: init.nodeFolders,
    limits: init.limitOverrides,
    lanes: init.lanes,
    atOnce: bounds.running,
    warm: warmInputs(pipeline.signature, pipeline.checked),
    beforeLoad: init.beforeLoad,
    readyChecks: init.readyChecks,
    observer: init.observer,
  });
  const service = makeService({ versions: oneVersion(pipeline.name, runtime), bounds });
  let leaving = false;
  let context: ServingContext | null = null;
  let grpc: GrpcServing | null = null;
  const keepContext = (_app: FastifyInstance, given: ServingContext): void => {
    context = given;
  };
  const app = await makeServingApp(service, {
    limits,
    serverVersion: init.serverVersion,
    pages: init.pages,
    plugins: [keepContext, ...(init.plugins ?? [])],
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
    addGrpc: async (options) => {
      if (context === null) throw new RangeError('the app has not given its context');
      grpc = await startGrpc(context, { onFault: init.onFault, ...options });
      return grpc.port;
    },
    leave,
    drain: async () => {
      leave();
      service.stop();
      runtime.drain();
      await Promise.all([app.close(), grpc?.drain(), service.idle()]);
      await runtime.close();
    },
    close: async () => {
      leave();
      service.stop();
      grpc?.close();
      await runtime.close();
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
