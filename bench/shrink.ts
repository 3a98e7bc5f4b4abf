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
import { median } from './measure.ts';
import { noise, resnet } from './resnet.ts';

/**
 * A network built like ResNet-50, shrunk by each method (or by those whose name begins as the argument says), against the
 * same in float32 (the peer): bytes, and time in turns, batch of one, with one thread and with two. int8 is fast where the
 * processor multiplies bytes in fours (VNNI, or Arm's dot product); where its time goes is shown by operator.
 */
const wanted = process.argv[2] ?? '';
const rounds = Number(process.argv[3] ?? 25);
const never = new AbortController().signal;
const nothing: ReadonlySet<string> = new Set();
const options = (threads: number): ModelOptions => ({
  device: 'cpu',
  threads,
  lane: -1,
  copies: 1,
  precision: 'full',
  optimisation: 'all',
});

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
  // A busy machine may take long to open it.
  limits: makeLimits({ modelLoadMs: 600_000 }),
  cores: 2,
  spread: false,
  resolvePath: (name) => path.join(folder, name),
});
const products = byteProducts();
const x = picture(5);
const mb = (bytes: number) => (bytes / 1e6).toFixed(1);

/** Both in turns: medians, and the median of their ratios. */
async function inTurns(threads: number): Promise<string> {
  const [plain, made] = [
    await host.open('float.onnx', options(threads), never),
    await host.open('made.onnx', options(threads), never),
  ];
  const [ratios, float, small]: [number[], number[], number[]] = [[], [], []];
  for (let round = -3; round < rounds; round++) {
    const [a, b] = [await runMs(plain, x), await runMs(made, x)];
    if (round < 0) continue;
    float.push(a);
    small.push(b);
    ratios.push(a / b);
  }
  return `${threads} ${threads === 1 ? 'thread' : 'threads'}: float32 ${median(float).toFixed(1)} ms, shrunk ${median(small).toFixed(1)} ms; ratio ${median(ratios).toFixed(2)}x`;
}

/** Milliseconds of one run by kind of operator, the longest first. */
async function byOperator(file: string): Promise<string> {
  const { operators } = await host.profile(file, options(1), { x }, never);
  const sums = new Map<string, { ms: number; count: number }>();
  for (const { op, durationMs } of operators) {
    const { ms, count } = sums.get(op) ?? { ms: 0, count: 0 };
    sums.set(op, { ms: ms + durationMs, count: count + 1 });
  }
  return [...sums]
    .sort(([, a], [, b]) => b.ms - a.ms)
    .slice(0, 8)
    .map(([op, { ms, count }]) => `${op} ${ms.toFixed(1)} (${count})`)
    .join(', ');
}

try {
  console.log(
    `${processorName()}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds`,
  );
  console.log(
    `bytes are multiplied by ${products}: ${products === 'vnni' || products === 'dot' ? 'int8 should be 1.5x at the least' : 'no VNNI that is known of, so weights are of 7 bits and int8 gains less than with it'}`,
  );
  console.log(`float32, ms by operator, 1 thread: ${await byOperator('float.onnx')}`);
  for (const [name, how] of methods.filter(([name]) => name.startsWith(wanted))) {
    const began = performance.now();
    const { shrink } = await shrinkModel(folder, 'float.onnx', 'made.onnx', how, calibration);
    const tookMs = performance.now() - began;
    const { bytesBefore, bytesAfter, zippedBefore, zippedAfter, error } = shrink;
    const packed =
      zippedBefore === null || zippedAfter === null ? '' : `, packed ${(zippedAfter / zippedBefore).toFixed(2)} of it`;
    console.log(
      `${name}: ${mb(bytesBefore)} MB to ${mb(bytesAfter)} MB (${(bytesAfter / bytesBefore).toFixed(2)})${packed}; error ${((error?.relative ?? 0) * 100).toFixed(2)} %; made in ${(tookMs / 1000).toFixed(1)} s`,
    );
    for (const threads of [1, 2]) console.log(`  ${await inTurns(threads)}`);
    if (how.to === 'int8-static') console.log(`  ms by operator, 1 thread: ${await byOperator('made.onnx')}`);
  }
} finally {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
}
