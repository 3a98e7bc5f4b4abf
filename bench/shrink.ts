import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelOptions, ModelSession } from '../core/define/host.ts';
import { makeLimits } from '../core/define/limits.ts';
import type { TensorValue } from '../core/kinds/value.ts';
import type { ShrinkOptions } from '../core/onnx/shrink/options.ts';
import { makeModelHost } from '../host/models/models.ts';
import { byteProducts, processorName, safeWeightBits } from '../host/models/processor.ts';
import { type CalibrationRun, shrinkModel } from '../host/models/shrink.ts';
import { type BuilderNode, type BuilderTensor, buildModel, value } from '../test/onnx-builder.ts';
import { median } from './measure.ts';

/**
 * A network built like ResNet-50 (bottlenecks of 1x1, 3x3, 1x1, sixteen of them; random weights), shrunk by each method, against
 * the same in float32 (the peer): bytes, and time in turns with one thread. int8 is fast where the processor multiplies
 * bytes in fours (VNNI, or Arm's dot product).
 */
const rounds = 25;
const never = new AbortController().signal;
const nothing: ReadonlySet<string> = new Set();
const options: ModelOptions = {
  device: 'cpu',
  threads: 1,
  lane: -1,
  copies: 1,
  precision: 'full',
  optimisation: 'all',
};

/** Numbers between -1 and 1 that look random and are the same each time. */
function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function resnet(): Uint8Array {
  const nodes: BuilderNode[] = [];
  const initializers: BuilderTensor[] = [];
  let seed = 1;
  const conv = (input: string, into: number, out: number, size: number, stride: number, relu: boolean): string => {
    const name = `conv${seed}`;
    const scale = Math.sqrt(6 / (into * size * size)) * (relu ? 1 : 0.3);
    const weights = noise(out * into * size * size, seed++).map((x) => x * scale);
    initializers.push({ name: `${name}.w`, dtype: 'float32', shape: [out, into, size, size], data: weights });
    initializers.push({
      name: `${name}.b`,
      dtype: 'float32',
      shape: [out],
      data: noise(out, seed++).map((x) => x * 0.1),
    });
    const pad = (size - 1) / 2;
    nodes.push({
      op: 'Conv',
      inputs: [input, `${name}.w`, `${name}.b`],
      outputs: [`${name}.y`],
      name,
      attributes: { pads: { ints: [pad, pad, pad, pad] }, strides: { ints: [stride, stride] } },
    });
    if (!relu) return `${name}.y`;
    nodes.push({ op: 'Relu', inputs: [`${name}.y`], outputs: [`${name}.r`] });
    return `${name}.r`;
  };
  let at = conv('x', 3, 64, 7, 2, true);
  nodes.push({
    op: 'MaxPool',
    inputs: [at],
    outputs: ['pool'],
    attributes: { kernel_shape: { ints: [3, 3] }, strides: { ints: [2, 2] }, pads: { ints: [1, 1, 1, 1] } },
  });
  at = 'pool';
  let width = 64;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const inner = 64 * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 && stage > 0 ? 2 : 1;
      const side = block === 0 ? conv(at, width, inner * 4, 1, stride, false) : at;
      const a = conv(at, width, inner, 1, 1, true);
      const b = conv(a, inner, inner, 3, stride, true);
      const c = conv(b, inner, inner * 4, 1, 1, false);
      const sum = `sum${stage}.${block}`;
      nodes.push(
        { op: 'Add', inputs: [c, side], outputs: [sum] },
        { op: 'Relu', inputs: [sum], outputs: [`${sum}.r`] },
      );
      at = `${sum}.r`;
      width = inner * 4;
    }
  }
  nodes.push({ op: 'GlobalAveragePool', inputs: [at], outputs: ['mean'] });
  nodes.push({ op: 'Flatten', inputs: ['mean'], outputs: ['flat'] });
  nodes.push({ op: 'Gemm', inputs: ['flat', 'head.w', 'head.b'], outputs: ['y'], name: 'head' });
  const head = noise(2048 * 1000, 7).map((x) => x * 0.03);
  initializers.push({ name: 'head.w', dtype: 'float32', shape: [2048, 1000], data: head });
  initializers.push({ name: 'head.b', dtype: 'float32', shape: [1000], data: noise(1000, 8) });
  return buildModel({
    inputs: [value('x', 'float32', [1, 3, 224, 224])],
    outputs: [value('y', 'float32', [1, 1000])],
    nodes,
    initializers,
  });
}

function picture(seed: number): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape: [1, 3, 224, 224], data: noise(3 * 224 * 224, seed) };
}

async function runMs(session: ModelSession, x: TensorValue): Promise<number> {
  return (await session.run({ x }, nothing, never)).runMs;
}

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-shrink-'));
writeFileSync(path.join(folder, 'float.onnx'), resnet());
const calibration: readonly CalibrationRun[] = [1, 2, 3, 4].map((i) => ({
  sample: `${i}`,
  feeds: { x: picture(900 + i) },
}));
const bits = safeWeightBits();
const methods: readonly (readonly [string, ShrinkOptions])[] = [
  ['int8-static', { to: 'int8-static', bits }],
  ['int8-static, first layer float', { to: 'int8-static', bits, keepFirst: true }],
  ['float16', { to: 'float16' }],
  ['int4 (its one product)', { to: 'int4' }],
  ['half of the weights zero', { to: 'pruned' }],
  ['a quarter of the channels out', { to: 'pruned', prune: 'channels' }],
  ['optimised', { to: 'optimised' }],
];
const host = makeModelHost({
  limits: makeLimits(),
  cores: 1,
  spread: false,
  resolvePath: (name) => path.join(folder, name),
});
const products = byteProducts();
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
try {
  console.log(`${processorName()}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`);
  console.log(
    `bytes are multiplied by ${products}: ${products === 'vnni' || products === 'dot' ? 'int8 should be 1.5x at the least' : 'no VNNI that is known of, so weights are of 7 bits and int8 gains less than with it'}`,
  );
  const plain = await host.open('float.onnx', options, never);
  const x = picture(5);
  for (const [name, how] of methods) {
    const began = performance.now();
    const { shrink } = await shrinkModel(folder, 'float.onnx', 'made.onnx', how, calibration);
    const tookMs = performance.now() - began;
    const made = await host.open('made.onnx', options, never);
    const [ratios, float, small]: [number[], number[], number[]] = [[], [], []];
    for (let round = -3; round < rounds; round++) {
      const [a, b] = [await runMs(plain, x), await runMs(made, x)];
      if (round < 0) continue;
      float.push(a);
      small.push(b);
      ratios.push(a / b);
    }
    const { bytesBefore, bytesAfter, zippedBefore, zippedAfter, error } = shrink;
    const packed =
      zippedBefore === null || zippedAfter === null ? '' : `, packed ${(zippedAfter / zippedBefore).toFixed(2)} of it`;
    console.log(
      `${name}: ${mb(bytesBefore)} MB to ${mb(bytesAfter)} MB (${(bytesAfter / bytesBefore).toFixed(2)})${packed}; float32 ${median(float).toFixed(1)} ms, shrunk ${median(small).toFixed(1)} ms; ratio ${median(ratios).toFixed(2)}x; error ${((error?.relative ?? 0) * 100).toFixed(2)} %; made in ${(tookMs / 1000).toFixed(1)} s`,
    );
  }
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
