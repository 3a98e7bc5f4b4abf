import { create } from '@bufbuild/protobuf';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { Problem } from '../../../core/problems/problem.ts';
import type { ServingContext } from '../context.ts';
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponseSchema,
  type HealthListResponse,
  HealthListResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from './gen/health_pb.ts';
import { GRPCInferenceService } from './gen/open_inference_pb.ts';
import { grpcError } from './grpcCall.ts';

const watchMs = 100;
/** Most services that List names: the protocol's own bound. */
const mostListed = 100;

/** Healthy services: the server (''), the inference service, and each model by its name; null for one that is not known. */
function statusOf({ service }: ServingContext, name: string): Serving | null {
  if (name === '' || name === GRPCInferenceService.typeName)
    return service.ready() ? Serving.SERVING : Serving.NOT_SERVING;
  const model = service.models().find((known) => known.name === name);
  if (model === undefined) return null;
  const ready = service.ready() && model.versions.some((served) => served.state === 'ready');
  return ready ? Serving.SERVING : Serving.NOT_SERVING;
}

export function checkHealth(serving: ServingContext, { service }: HealthCheckRequest): HealthCheckResponse {
  const status = statusOf(serving, service);
  if (status !== null) return create(HealthCheckResponseSchema, { status });
  throw new Problem('model-unknown', {
    message: `There is no service called ${JSON.stringify(service.slice(0, 100))}.`,
    fix: `Ask for "", ${GRPCInferenceService.typeName} or a model's name.`,
  });
}

export function listHealth(serving: ServingContext): HealthListResponse {
  const models = serving.service.models().map((model) => model.name);
  const names = ['', GRPCInferenceService.typeName, ...models].slice(0, mostListed);
  const statuses = names.map((name) => [name, { status: statusOf(serving, name) ?? Serving.UNKNOWN }] as const);
  return create(HealthListResponseSchema, { statuses: Object.fromEntries(statuses) });
}

/** Tells the state now, and whenever it has changed, until the caller goes. */
export function watchHealth(serving: ServingContext, everyMs: number = watchMs) {
  return (call: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>): void => {
    if (call.request instanceof Problem) {
      call.emit('error', grpcError(call.request));
      return;
    }
    let told: Serving | null = null;
    const look = (): void => {
      const status = statusOf(serving, call.request.service) ?? Serving.SERVICE_UNKNOWN;
      if (status === told) return;
      told = status;
      call.write(create(HealthCheckResponseSchema, { status }));
    };
    const timer = setInterval(look, everyMs);
    call.on('cancelled', () => {
      clearInterval(timer);
      call.end();
    });
    look();
  };
}
