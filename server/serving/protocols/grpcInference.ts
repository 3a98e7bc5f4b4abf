import { create } from '@bufbuild/protobuf';
import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { Problem } from '../../../core/problems/problem.ts';
import type { TensorSpec } from '../../../core/serve/oipTensor.ts';
import { rawOf } from '../../../core/serve/rawTensor.ts';
import { inputTensors, outputTensors } from '../../../core/serve/tensorSpecs.ts';
import type { Arrival, ServingContext } from '../context.ts';
import { isReady, modelNamed, versionNamed } from './found.ts';
import {
  type ModelInferRequest,
  ModelInferRequestSchema,
  type ModelInferResponse,
  ModelInferResponseSchema,
  type ModelMetadataRequest,
  type ModelMetadataResponse,
  ModelMetadataResponseSchema,
  type ModelReadyRequest,
  type ModelReadyResponse,
  ModelReadyResponseSchema,
  type ModelStreamInferResponse,
  ModelStreamInferResponseSchema,
  type ServerMetadataResponse,
  ServerMetadataResponseSchema,
} from './gen/open_inference_pb.ts';
import { goneSignal, grpcArrival, grpcError } from './grpcCall.ts';
import { contentsOf, tensorsOfRequest } from './grpcTensors.ts';
import { type Inferred, infer, platform, readyVersions, serverName } from './infer.ts';
import { missingParameters } from './oip.ts';

/** Requests of one stream that are under way at once; the stream is read no further until one is answered. */
const streamAtOnce = 8;

export function serverMetadata({ serverVersion }: ServingContext): ServerMetadataResponse {
  return create(ServerMetadataResponseSchema, { name: serverName, version: serverVersion, extensions: [] });
}

export function modelReady({ service }: ServingContext, { name, version }: ModelReadyRequest): ModelReadyResponse {
  return create(ModelReadyResponseSchema, { ready: isReady(modelNamed(service, name), version || undefined) });
}

export function modelMetadata(
  { service }: ServingContext,
  { name, version }: ModelMetadataRequest,
): ModelMetadataResponse {
  const model = modelNamed(service, name);
  const { signature } = versionNamed(model, version);
  return create(ModelMetadataResponseSchema, {
    name,
    versions: [...readyVersions(model)],
    platform,
    inputs: inputTensors(signature).map(tensorMetadata),
    outputs: outputTensors(signature).map(tensorMetadata),
  });
}

function tensorMetadata({ name, datatype, shape }: TensorSpec) {
  return { name, datatype, shape: shape.map(BigInt) };
}

export async function modelInfer(
  serving: ServingContext,
  request: ModelInferRequest,
  arrival: Arrival,
): Promise<ModelInferResponse> {
  const { modelName: model, modelVersion, outputs } = request;
  const inferred = await infer(serving, {
    model,
    version: modelVersion || undefined,
    tensors: tensorsOfRequest(request),
    outputs: outputs.length === 0 ? null : outputs.map((output) => output.name),
    protocol: 'grpc',
    arrival,
  });
  return responseOf(request, inferred);
}

/** Raw when it was asked in raw, or where FP16 leaves no other way. */
function responseOf(request: ModelInferRequest, { version, tensors, missing }: Inferred): ModelInferResponse {
  const contents = tensors.map(contentsOf);
  const raw = request.rawInputContents.length > 0 || contents.includes(null);
  const parameters = Object.entries(missingParameters(missing)).map(
    ([name, value]) => [name, { parameterChoice: { case: 'stringParam' as const, value } }] as const,
  );
  return create(ModelInferResponseSchema, {
    modelName: request.modelName,
    modelVersion: version,
    id: request.id,
    parameters: Object.fromEntries(parameters),
    outputs: tensors.map(({ name, datatype, shape }, i) => ({
      name,
      datatype,
      shape: shape.map(BigInt),
      ...(raw ? {} : { contents: contents[i] ?? undefined }),
    })),
    rawOutputContents: raw ? tensors.map(rawOf) : [],
  });
}

type InferStream = ServerDuplexStream<ModelInferRequest, ModelStreamInferResponse>;

/**
 * Triton's stream: every request is answered when it is done, with its own `id`; a bad one ends nothing but itself.
 * `endings`: what brings open streams to their end when the server goes.
 */
export function modelStreamInfer(
  serving: ServingContext,
  endings: Set<() => void>,
): handleBidiStreamingCall<ModelInferRequest, ModelStreamInferResponse> {
  return (call: InferStream) => {
    const gone = goneSignal(call);
    let underWay = 0;
    let ended = false;
    const over = (): void => {
      if (!ended || underWay > 0) return;
      endings.delete(end);
      if (!call.cancelled) call.end();
    };
    const end = (): void => {
      ended = true;
      over();
    };
    endings.add(end);
    gone.addEventListener('abort', () => endings.delete(end));
    call.on('data', (request: ModelInferRequest | Problem) => {
      if (ended) return;
      underWay++;
      if (underWay >= streamAtOnce) call.pause();
      answer(serving, call, request, gone).finally(() => {
        underWay--;
        call.resume();
        over();
      });
    });
    call.on('error', () => undefined);
    call.on('end', end);
  };
}

async function answer(
  serving: ServingContext,
  call: InferStream,
  request: ModelInferRequest | Problem,
  gone: AbortSignal,
): Promise<void> {
  let response: ModelStreamInferResponse;
  try {
    if (request instanceof Problem) throw request;
    const inferResponse = await modelInfer(serving, request, grpcArrival(call, serving, gone));
    response = create(ModelStreamInferResponseSchema, { inferResponse });
  } catch (error) {
    const { modelName, modelVersion, id } = request instanceof Problem ? create(ModelInferRequestSchema) : request;
    const inferResponse = create(ModelInferResponseSchema, { modelName, modelVersion, id });
    response = create(ModelStreamInferResponseSchema, { errorMessage: grpcError(error).details ?? '', inferResponse });
  }
  if (gone.aborted || call.write(response)) return;
  await new Promise<void>((resolve) => {
    call.once('drain', resolve);
    gone.addEventListener('abort', () => resolve());
  });
}
