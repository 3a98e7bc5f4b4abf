import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { Dtype } from '../../core/kinds/dtype.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { readModel, writeModel } from '../../core/onnx/read.ts';
import { adaptEdges } from '../../core/onnx/rewrite.ts';
import { sharedClockMs } from './clock.ts';
import { runtimeProblem } from './failures.ts';
import type { SessionRequest, Tensors } from './messages.ts';

const levels = { none: 'disabled', basic: 'basic', extended: 'extended', all: 'all' } as const;

/**
 * Opens a model on the calling thread, which it blocks: for lanes and children only. Throws Problems.
 * `more` adds session options, for profiling.
 */
export async function createSession(
  request: SessionRequest,
  more: ort.InferenceSession.SessionOptions = {},
): Promise<ort.InferenceSession> {
  const { file, name } = request;
  // Waiting threads sleep rather than spin: lanes share the cores, and a spinning pool takes them from its neighbours.
  const extra: Record<string, string> = {
    'session.intra_op.allow_spinning': '0',
    'session.inter_op.allow_spinning': '0',
  };
  if (request.precision === 'reduced') extra['mlas.enable_gemm_fastmath_arm64_bfloat16'] = '1';
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [request.provider],
    intraOpNumThreads: request.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: levels[request.optimisation],
    logSeverityLevel: 4,
    ...more,
  };
  try {
    if (!request.adapt) return await ort.InferenceSession.create(file, { ...options, extra });
    const model = readModel(await readFile(file), name);
    adaptEdges(model, name);
    // Weights beside the model are found from its folder, since bytes have none of their own.
    extra['session.model_external_initializers_file_folder_path'] = path.dirname(file);
    return await ort.InferenceSession.create(writeModel(model), { ...options, extra });
  } catch (error) {
    throw runtimeProblem(error, name, 'open');
  }
}

/** Runs a session once, on the calling thread. `runMs` is the time inside the runtime, since `ranFromMs`. Throws `model-failed`. */
export async function runSession(
  session: ort.InferenceSession,
  feeds: Tensors,
  name: string,
): Promise<{ readonly outputs: Tensors; readonly runMs: number; readonly ranFromMs: number }> {
  try {
    const inputs: Record<string, ort.Tensor> = {};
    for (const [port, tensor] of Object.entries(feeds)) inputs[port] = toRuntime(tensor);
    const ranFromMs = sharedClockMs();
    const results = await session.run(inputs);
    const runMs = sharedClockMs() - ranFromMs;
    const outputs: Record<string, TensorValue> = {};
    for (const [port, tensor] of Object.entries(results)) outputs[port] = fromRuntime(tensor as ort.Tensor);
    return { outputs, runMs, ranFromMs };
  } catch (error) {
    throw runtimeProblem(error, name, 'run');
  }
}

function toRuntime(tensor: TensorValue): ort.Tensor {
  const data = tensor.data as ort.Tensor.DataTypeMap[Dtype];
  return new ort.Tensor(tensor.dtype, data, [...tensor.shape]);
}

function fromRuntime(tensor: ort.Tensor): TensorValue {
  const { type, dims, data } = tensor;
  if (type === 'float16' && !(data instanceof Uint16Array)) {
    // Newer Nodes have a Float16Array; its bits are what a tensor holds.
    const view = data as unknown as ArrayBufferView & { readonly length: number };
    const bits = new Uint16Array(view.buffer as ArrayBuffer, view.byteOffset, view.length);
    return { kind: 'tensor', dtype: type, shape: [...dims], data: bits };
  }
  return { kind: 'tensor', dtype: type, shape: [...dims], data } as unknown as TensorValue;
}
