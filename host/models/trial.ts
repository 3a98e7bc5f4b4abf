import * as ort from 'onnxruntime-node';
import { trialModel } from '../../core/onnx/trialModel.ts';
import type { Provider } from './messages.ts';

const size = 64;

/**
 * Runs a small convolution on a provider, on the calling thread, and compares it with the CPU's answer.
 * Gives the median of three runs in milliseconds. Throws whatever the runtime throws.
 */
export async function tryProvider(provider: Provider): Promise<number> {
  const model = trialModel(size);
  const data = Float32Array.from({ length: 3 * size * size }, (_, i) => ((i * 37) % 101) / 101);
  const reference = await runTrial(model, 'cpu', data);
  const trial = provider === 'cpu' ? reference : await runTrial(model, provider, data);
  const worst = reference.output.reduce((max, v, i) => Math.max(max, Math.abs(v - (trial.output[i] as number))), 0);
  if (!(worst <= 1e-2)) throw new Error(`its answer to a small model is wrong by ${worst}`);
  return trial.runMs;
}

async function runTrial(
  model: Uint8Array,
  provider: Provider,
  data: Float32Array,
): Promise<{ readonly output: Float32Array; readonly runMs: number }> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const feeds = { x: new ort.Tensor('float32', data, [1, 3, size, size]) };
  await session.run(feeds);
  const times: number[] = [];
  let output: Float32Array = new Float32Array(0);
  for (let round = 0; round < 3; round++) {
    const startedAt = performance.now();
    const result = await session.run(feeds);
    times.push(performance.now() - startedAt);
    output = result['y']?.data as Float32Array;
  }
  await session.release();
  return { output, runMs: times.sort((a, b) => a - b)[1] as number };
}
