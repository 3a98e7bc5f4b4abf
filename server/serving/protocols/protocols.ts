import type { FastifyInstance } from 'fastify';
import type { ServingContext } from '../context.ts';
import { addAzure } from './azure.ts';
import type { HostingContract } from './environment.ts';
import { addEvents } from './events.ts';
import type { GrpcOptions } from './grpcCall.ts';
import { type GrpcServing, startGrpc } from './grpcServer.ts';
import { addOip } from './oip.ts';
import { addSageMaker } from './sageMaker.ts';
import { addStreams, type StreamOptions } from './streams.ts';
import { addTfServing } from './tfServing.ts';
import { addVertex } from './vertex.ts';

export interface ProtocolOptions {
  readonly contract: HostingContract;
  readonly streams?: StreamOptions;
  /** Left out: gRPC is not served. */
  readonly grpc?: GrpcOptions;
  /** Hears which port gRPC has. */
  readonly onGrpc?: (port: number) => void;
}

/** Every protocol besides the friendly one, all over the same service. */
export function addProtocols(
  app: FastifyInstance,
  serving: ServingContext,
  { contract, streams, grpc, onGrpc }: ProtocolOptions,
): void {
  addOip(app, serving);
  addTfServing(app, serving);
  addSageMaker(app, serving);
  addVertex(app, serving, contract.vertex);
  addAzure(app, serving);
  addEvents(app, serving);
  addStreams(app, serving, streams);
  if (grpc !== undefined) addGrpc(app, serving, grpc, onGrpc);
}

const drainMs = 20_000;

/** gRPC beside an app: it listens from when the app is ready, and ends with it. */
export function addGrpc(
  app: FastifyInstance,
  serving: ServingContext,
  options: GrpcOptions,
  onGrpc: (port: number) => void = () => undefined,
): void {
  let server: GrpcServing | null = null;
  app.addHook('onReady', async () => {
    server = await startGrpc(serving, options);
    onGrpc(server.port);
  });
  app.addHook('preClose', async () => {
    const closing = server;
    if (closing === null) return;
    // A caller that never ends its stream is not waited for.
    const late = setTimeout(() => closing.close(), options.drainMs ?? drainMs);
    await closing.drain();
    clearTimeout(late);
  });
}
