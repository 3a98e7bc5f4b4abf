import { create, type DescService } from '@bufbuild/protobuf';
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { Problem } from '../../../core/problems/problem.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { problemOfRequest } from '../publicProblem.ts';
import { httpStatusOf } from '../status.ts';
import { Health, type HealthCheckRequest } from './gen/health_pb.ts';
import {
  GRPCInferenceService,
  type ModelInferRequest,
  type ModelMetadataRequest,
  type ModelReadyRequest,
  ServerLiveResponseSchema,
  ServerReadyResponseSchema,
} from './gen/open_inference_pb.ts';
import { ServerReflection } from './gen/reflection_pb.ts';
import { type AnyCall, type GrpcOptions, grpcArrival, grpcError, headersOf } from './grpcCall.ts';
import { checkHealth, listHealth, watchHealth } from './grpcHealth.ts';
import { modelInfer, modelMetadata, modelReady, modelStreamInfer, serverMetadata } from './grpcInference.ts';
import { methodsOf } from './grpcMethods.ts';
import { reflect } from './grpcReflection.ts';

export interface GrpcServing {
  readonly port: number;
  /** Takes no new calls, and resolves when those under way are answered. */
  drain(): Promise<void>;
  /** Ends every call at once. */
  close(): void;
}

/** The Open Inference Protocol over gRPC, with gRPC's own health and reflection. Throws `usage` when it cannot listen. */
export async function startGrpc(serving: ServingContext, options: GrpcOptions): Promise<GrpcServing> {
  const server = new Server({
    'grpc.max_receive_message_length': serving.limits.bodyBytes,
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': 1000,
  });
  const endings = new Set<() => void>();
  addServices(server, serving, options, endings);
  const port = await bound(server, options);
  return {
    port,
    drain: async () => {
      // A watch of the health, or a stream of requests, would last as long as its caller.
      for (const end of endings) end();
      await new Promise<void>((resolve) => {
        server.tryShutdown(() => resolve());
      });
    },
    close: () => server.forceShutdown(),
  };
}

function addServices(server: Server, serving: ServingContext, options: GrpcOptions, endings: Set<() => void>): void {
  const { service } = serving;
  const open = <Request, Response>(answer: (request: Request) => Response) => unary(answer, serving, options, false);
  const guarded = <Request, Response>(answer: (request: Request, arrival: Arrival) => Response | Promise<Response>) =>
    unary(answer, serving, options, true);
  add(server, GRPCInferenceService, {
    serverLive: open(() => create(ServerLiveResponseSchema, { live: true })),
    serverReady: open(() => create(ServerReadyResponseSchema, { ready: service.ready() })),
    modelReady: open((request: ModelReadyRequest) => modelReady(serving, request)),
    serverMetadata: guarded(() => serverMetadata(serving)),
    modelMetadata: guarded((request: ModelMetadataRequest) => modelMetadata(serving, request)),
    modelInfer: guarded((request: ModelInferRequest, arrival) => modelInfer(serving, request, arrival)),
    modelStreamInfer: guardedStream(modelStreamInfer(serving, endings), options),
  });
  add(server, Health, {
    check: open((request: HealthCheckRequest) => checkHealth(serving, request)),
    list: open(() => listHealth(serving)),
    watch: watching(watchHealth(serving, options.watchMs), endings),
  });
  add(server, ServerReflection, {
    serverReflectionInfo: guardedStream(reflect([GRPCInferenceService, Health, ServerReflection]), options),
  });
}

function add(server: Server, service: DescService, handlers: Readonly<Record<string, UntypedHandleCall>>): void {
  server.addService(methodsOf(service), handlers);
}

function unary<Request, Response>(
  answer: (request: Request, arrival: Arrival) => Response | Promise<Response>,
  serving: ServingContext,
  { guard, onFault }: GrpcOptions,
  guarded: boolean,
): handleUnaryCall<Request, Response> {
  return (call, done) => {
    const arrival = grpcArrival(call, serving);
    const work = async (): Promise<Response> => {
      if (guarded) await guard?.(headersOf(call.metadata));
      if (call.request instanceof Problem) throw call.request;
      return answer(call.request, arrival);
    };
    work().then(
      (response) => done(null, response),
      (error: unknown) => {
        const problem = problemOfRequest(error);
        if (httpStatusOf(problem) === 500) onFault?.(problem, arrival.requestId);
        done(grpcError(error));
      },
    );
  };
}

type Guardable = AnyCall & {
  emit(event: 'error', error: unknown): boolean;
  pause(): unknown;
  resume(): unknown;
};

/** A stream whose first message is not read before its caller was let in. */
function guardedStream<C extends Guardable>(handle: (call: C) => void, { guard }: GrpcOptions): (call: C) => void {
  if (guard === undefined) return handle;
  return (call) => {
    call.pause();
    Promise.resolve()
      .then(() => guard(headersOf(call.metadata)))
      .then(
        () => {
          handle(call);
          call.resume();
        },
        (error: unknown) => call.emit('error', grpcError(error)),
      );
  };
}

/** A stream that lasts until its caller or the server goes. */
function watching<Request, Response>(
  handle: handleServerStreamingCall<Request, Response>,
  endings: Set<() => void>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    const end = (): void => {
      call.end();
    };
    endings.add(end);
    call.on('cancelled', () => endings.delete(end));
    handle(call);
  };
}

function bound(server: Server, { host, port, tls }: GrpcOptions): Promise<number> {
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(
          tls.clientCa ?? null,
          [{ private_key: tls.key, cert_chain: tls.cert }],
          tls.clientCa !== undefined,
        );
  const address = host.includes(':') ? `[${host}]` : host;
  return new Promise((resolve, reject) => {
    server.bindAsync(`${address}:${port}`, credentials, (error, found) => {
      if (error === null) resolve(found);
      else
        reject(
          new Problem('usage', {
            message: `The server cannot listen for gRPC on ${host} port ${port}: ${error.message}.`,
            fix: 'Give another --grpc-port, or end the program that has this one.',
            cause: error,
          }),
        );
    });
  });
}
