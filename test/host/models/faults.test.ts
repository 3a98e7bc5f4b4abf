import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { buildModel, matmulModel, value } from '../../onnx-builder.ts';
import { modelBytes, modelCases } from '../../reference/modelCases.ts';
import { runChild } from './child.ts';
import { addOne, cpu, float32, loopModel, never, nothing, problemOf, workbench } from './fixture.ts';

/** With Expand the runtime folds the constant while it opens the model, with ConstantOfShape it makes it in the run. */
function filled(op: 'ConstantOfShape' | 'Expand', elements: bigint): Uint8Array {
  return buildModel({
    inputs: [value('x', 'float32', [1])],
    outputs: [value('y', 'float32', [1])],
    nodes: [
      { op, inputs: op === 'Expand' ? ['one', 'shape'] : ['shape'], outputs: ['huge'] },
      { op: 'ReduceMax', inputs: ['huge'], outputs: ['top'], attributes: { keepdims: { i: 0 } } },
      { op: 'Add', inputs: ['x', 'top'], outputs: ['y'] },
    ],
    initializers: [
      { name: 'shape', dtype: 'int64', shape: [1], data: BigInt64Array.of(elements) },
      { name: 'one', dtype: 'float32', shape: [1], data: Float32Array.of(1) },
    ],
  });
}

async function stillWorks(bench: ReturnType<typeof workbench>): Promise<void> {
  bench.write('next.onnx', addOne());
  const session = await bench.host.open('next.onnx', cpu, never);
  expect((await session.run({ x: float32([1], [1]) }, nothing, never)).outputs['y']).toEqual(float32([1], [2]));
}

describe('fault 43: a model that wants all memory', () => {
  const bench = workbench();
  it.each(['ConstantOfShape', 'Expand'] as const)(
    'a petabyte by %s is a problem, and the next request works',
    async (op) => {
      bench.write('petabyte.onnx', filled(op, 2n ** 48n));
      const feeds: Record<string, TensorValue> = { x: float32([1], [1]) };
      const problem = await problemOf(
        bench.host.open('petabyte.onnx', cpu, never).then((session) => session.run(feeds, nothing, never)),
      );
      expect(['model-crashed', 'model-failed']).toContain(problem.code);
      expect(problem.message).toContain('memory');
      await stillWorks(bench);
    },
  );
  it.runIf(process.platform === 'linux')('weights over the address limit end with the first opening', async () => {
    const small = workbench({}, { modelLoadBytes: 4 * 1024 ** 3 });
    const elements = 1_500_000_000;
    // A file of nothing but a hole: it takes no room on the disk.
    small.write('weights.bin', new Uint8Array(0));
    truncateSync(path.join(small.folder, 'weights.bin'), elements * 4);
    const external = { location: 'weights.bin', offset: 0, length: elements * 4 };
    const bytes = buildModel({
      inputs: [value('x', 'float32', [1])],
      outputs: [value('y', 'float32', [elements])],
      nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
      initializers: [{ name: 'w', dtype: 'float32', shape: [elements], data: new Float32Array(0), external }],
    });
    small.write('large.onnx', bytes);
    const problem = await problemOf(small.host.open('large.onnx', cpu, never));
    expect(problem.code).toBe('model-crashed');
    expect(problem.fix).toContain('modelLoadBytes');
    await stillWorks(small);
  });
});

describe('fault 44: damaged models in the runtime', () => {
  it('200 mutations end in a session, a problem, or a dead child', async () => {
    const bench = workbench();
    const folder = path.join(bench.folder, 'mutants');
    mkdirSync(folder);
    const seeds = Object.keys(modelCases);
    let state = 99;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let n = 0; n < 200; n++) {
      const bytes = Uint8Array.from(modelBytes(seeds[n % seeds.length] as string));
      for (let flips = 1 + random(3); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
      writeFileSync(path.join(folder, `${String(n).padStart(3, '0')}.onnx`), bytes);
    }
    const results = new Map<number, string>();
    let next = 0;
    while (next < 200) {
      const report = await runChild('mutateChild.ts', [folder, String(next)], { timeMs: 60_000 });
      for (const { at, result } of report.messages as { at: number; result: string }[]) {
        results.set(at, result);
        next = at + 1;
      }
      expect(report.messages.length).toBeGreaterThan(0);
    }
    expect(results.size).toBe(200);
    for (const result of results.values()) expect(result).toMatch(/^(opened|begun|model-[a-z-]+)$/);
  });
});

describe('fault 45: what the runtime does not have', () => {
  const bench = workbench();
  const one = (node: { op: string; domain?: string }, opsets: Record<string, number>, irVersion = 8) =>
    buildModel({
      inputs: [value('x', 'float32', [1])],
      outputs: [value('y', 'float32', [1])],
      nodes: [{ ...node, inputs: ['x'], outputs: ['y'] }],
      opsets,
      irVersion,
    });
  it.each([
    ['a custom domain', one({ op: 'Foo', domain: 'com.acme' }, { '': 17, 'com.acme': 1 }), /com\.acme\.Foo/],
    ['an unknown operator', one({ op: 'NoSuchOp' }, { '': 17 }), /NoSuchOp/],
    ['a newer opset', one({ op: 'Neg' }, { '': 99 }), /opset.*26/],
    ['a newer IR', one({ op: 'Neg' }, { '': 17 }, 99), /IR version 99.*13/],
  ] as const)('%s is named', async (name, bytes, message) => {
    const file = `${name.replaceAll(' ', '-')}.onnx`;
    bench.write(file, bytes);
    const problem = await problemOf(bench.host.open(file, cpu, never));
    expect(problem.code).toBe('model-unsupported');
    expect(problem.message).toMatch(message);
    expect(problem.message).not.toMatch(/\.cc|onnxruntime::/);
    expect(problem.fix.length).toBeGreaterThan(10);
  });
  it('a file that is no model is refused without a child', async () => {
    bench.write('text.onnx', new TextEncoder().encode('not a model at all'));
    expect((await problemOf(bench.host.open('text.onnx', cpu, never))).code).toBe('model-invalid');
  });
  it('a graph that contradicts itself is model-invalid', async () => {
    const bytes = buildModel({
      inputs: [value('x', 'float32', [2, 3])],
      outputs: [value('y', 'float32', [2, 4])],
      nodes: [{ op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }],
    });
    bench.write('contradiction.onnx', bytes);
    const problem = await problemOf(bench.host.open('contradiction.onnx', cpu, never));
    expect(problem.code).toBe('model-invalid');
    expect(problem.message).not.toMatch(/\.cc|\.h:\d|onnxruntime::/);
  });
  it('a device that is not in the build says so', async () => {
    bench.write('next.onnx', addOne());
    const problem = await problemOf(bench.host.open('next.onnx', { ...cpu, device: 'coreml' }, never));
    expect(problem.code).toBe('device-unavailable');
    expect(problem.message).toContain('coreml');
  });
});

describe('fault 46: a Loop without an end', () => {
  it('is rejected at modelRunMs, the owner is told, and others go on', async () => {
    const bench = workbench();
    bench.write('loop.onnx', loopModel());
    bench.write('add.onnx', addOne());
    const { messages } = await runChild('hangChild.ts', [bench.folder], {
      timeMs: 30_000,
      until: (message) => (message as { event: string }).event === 'again',
    });
    const said = messages as {
      event: string;
      value?: number;
      problem?: { code: string; message: string };
      afterMs?: number;
    }[];
    expect(said.map((m) => m.event).sort()).toEqual(['again', 'hang', 'other', 'rejected']);
    expect(said[0]?.event).toBe('other');
    expect(said.find((m) => m.event === 'other')?.value).toBe(1);
    const rejected = said.find((m) => m.event === 'rejected');
    expect(rejected?.problem?.code).toBe('model-failed');
    expect(rejected?.problem?.message).toContain('loop.onnx');
    expect(rejected?.afterMs).toBeGreaterThanOrEqual(290);
    expect(rejected?.afterMs).toBeLessThan(2000);
    expect(said.find((m) => m.event === 'again')?.value).toBe(5);
  });
});

describe('fault 50: opening and closing 200 times', () => {
  it('keeps memory: less than 1 MB a cycle', async () => {
    const bench = workbench();
    bench.write('m.onnx', matmulModel(512, 4));
    const { messages } = await runChild('cycleChild.ts', [bench.folder, '200'], { timeMs: 50_000 });
    const resident = messages[0] as readonly number[];
    expect(resident.length).toBe(200);
    expect(slopeOf(resident.slice(20))).toBeLessThan(1e6);
  });
  /** Least-squares slope per step. */
  function slopeOf(y: readonly number[]): number {
    const meanX = (y.length - 1) / 2;
    const meanY = y.reduce((a, b) => a + b, 0) / y.length;
    let above = 0;
    let below = 0;
    y.forEach((v, x) => {
      above += (x - meanX) * (v - meanY);
      below += (x - meanX) ** 2;
    });
    return above / below;
  }
});
