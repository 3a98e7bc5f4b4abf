import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import type { GraphProto, ModelProto } from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { type QuantiseOptions, quantiseDynamic } from '../../../core/onnx/quantise.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { createSession, runSession } from '../../../host/models/session.ts';
import { type BuilderModel, type BuilderNode, type BuilderTensor, buildModel, value } from '../../onnx-builder.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tributary-quantise-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Numbers between -1 and 1 that look random and are the same each time (a linear congruential generator). */
function noise(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
function weights(name: string, shape: readonly number[], seed = 1): BuilderTensor {
  return {
    name,
    dtype: 'float32',
    shape,
    data: noise(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  };
}
function model(
  nodes: readonly BuilderNode[],
  initializers: readonly BuilderTensor[],
  more: Partial<BuilderModel> = {},
) {
  return readModel(
    buildModel({
      inputs: [value('x', 'float32', ['n', 32])],
      outputs: [value('y', 'float32', null)],
      nodes,
      initializers,
      ...more,
    }),
    'm.onnx',
  );
}
function operators({ graph }: ModelProto): readonly string[] {
  return (graph as GraphProto).node.map((node) => node.opType);
}

async function outputsOf(bytes: ModelProto, x: TensorValue, optimisation: 'none' | 'all'): Promise<Float32Array> {
  const file = path.join(folder, `${++files}.onnx`);
  writeFileSync(file, writeModel(bytes));
  const session = await createSession({
    file,
    name: 'm.onnx',
    adapt: false,
    provider: 'cpu',
    threads: 1,
    precision: 'full',
    optimisation,
  });
  const { outputs } = await runSession(session, { x }, 'm.onnx');
  await session.release();
  return outputs['y'].data as Float32Array;
}

/** The largest difference from the float model, as a part of its largest value, over both ways of running it. */
async function errorOf(before: ModelProto, options: QuantiseOptions = {}): Promise<number> {
  const { model: after } = quantiseDynamic(before, { smallest: 0, ...options });
  const x: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [5, 32], data: noise(160, 99) };
  const wanted = await outputsOf(before, x, 'all');
  const largest = wanted.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  let error = 0;
  for (const optimisation of ['none', 'all'] as const) {
    const got = await outputsOf(after, x, optimisation);
    expect(got.length).toBe(wanted.length);
    got.forEach((v, i) => {
      error = Math.max(error, Math.abs(v - wanted[i]) / largest);
    });
  }
  return error;
}

const matmul: BuilderNode = { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'], name: '/layer/MatMul' };

describe('dynamic quantisation', () => {
  it('gives nearly what float32 gives, from a quarter of the bytes', async () => {
    const before = model([matmul], [weights('w', [32, 48])]);
    const { model: after, report } = quantiseDynamic(before, { smallest: 0 });
    expect(report).toMatchObject({ quantised: ['/layer/MatMul'], left: [], bytesBefore: 32 * 48 * 4 });
    expect(report.bytesAfter).toBe(32 * 48 + 48 * 4);
    expect(operators(after)).toEqual(['DynamicQuantizeLinear', 'MatMulInteger', 'Cast', 'Mul', 'Mul']);
    expect(await errorOf(before)).toBeLessThan(0.02);
  });

  it('keeps the names of nodes and results, and leaves the model that it was given as it was', () => {
    const before = model([matmul], [weights('w', [32, 48])]);
    const bytes = writeModel(before);
    const { model: after } = quantiseDynamic(before, { smallest: 0 });
    const graph = after.graph as GraphProto;
    expect(graph.node.find((node) => node.opType === 'MatMulInteger')?.name).toBe('/layer/MatMul');
    expect(graph.node.at(-1)?.output).toEqual(['y']);
    expect(graph.initializer.map((tensor) => tensor.name)).toEqual(['w_int8', 'w_scale']);
    expect(writeModel(before)).toEqual(bytes);
    expect(new Set(graph.node.map((node) => node.name)).size).toBe(graph.node.length);
  });

  it.each([
    [undefined, 64],
    [7, 64],
    [8, 127],
  ] as const)('of %s bits keeps weights within %i, each within half a step', (bits, limit) => {
    const w = weights('w', [32, 48]);
    const { model: after } = quantiseDynamic(model([matmul], [w]), { smallest: 0, bits });
    const [numbers, scales] = after.graph?.initializer.map((tensor) => tensor.rawData) ?? [];
    const whole = Int8Array.from(new Int8Array(numbers.slice().buffer));
    const steps = new Float32Array(scales.slice().buffer);
    expect(Math.max(...whole.map(Math.abs))).toBe(limit);
    whole.forEach((number, i) => {
      const step = steps[i % 48];
      expect(Math.abs(number * step - (w.data as Float32Array)[i])).toBeLessThanOrEqual(step * 0.500001);
    });
  });

  it('does not overflow where all is as large as can be', async () => {
    const data = new Float32Array(32 * 48).fill(1);
    const before = model([matmul], [{ name: 'w', dtype: 'float32', shape: [32, 48], data }]);
    const { model: after } = quantiseDynamic(before, { smallest: 0 });
    const x: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [1, 32], data: new Float32Array(32).fill(1) };
    const got = await outputsOf(after, x, 'all');
    for (const v of got) expect(v).toBeCloseTo(32, 3);
  });

  const bias = weights('c', [48], 7);
  const gemms: Readonly<Record<string, readonly [BuilderNode['attributes'], BuilderTensor, BuilderTensor | null]>> = {
    plain: [{}, weights('w', [32, 48]), null],
    'with a bias': [{}, weights('w', [32, 48]), bias],
    'with weights by column': [{ transB: { i: 1 } }, weights('w', [48, 32]), bias],
    'with factors': [{ alpha: { f: 0.5 }, beta: { f: -2 } }, weights('w', [32, 48]), bias],
    'with a bias that counts nothing': [{ beta: { f: 0 } }, weights('w', [32, 48]), bias],
    'with a bias for each row': [{}, weights('w', [32, 48]), weights('c', [5, 48], 7)],
    'with one bias': [{}, weights('w', [32, 48]), weights('c', [], 7)],
  };
  it.each(Object.keys(gemms))('takes a Gemm %s', async (name) => {
    const [attributes, w, c] = gemms[name];
    const inputs = c === null ? ['x', 'w'] : ['x', 'w', 'c'];
    const before = model([{ op: 'Gemm', inputs, outputs: ['y'], attributes }], [w, ...(c === null ? [] : [c])]);
    expect(quantiseDynamic(before, { smallest: 0 }).report.quantised).toEqual(['Gemm_y']);
    expect(await errorOf(before)).toBeLessThan(0.02);
  });

  it('quantises what is shared once: weights of two nodes, and an input of three', async () => {
    const before = model(
      [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['a'] },
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['b'] },
        { op: 'MatMul', inputs: ['x', 'v'], outputs: ['c'] },
        { op: 'Sum', inputs: ['a', 'b', 'c'], outputs: ['y'] },
      ],
      [weights('w', [32, 32]), weights('v', [32, 32], 5)],
    );
    const { model: after } = quantiseDynamic(before, { smallest: 0 });
    expect(operators(after).filter((op) => op === 'DynamicQuantizeLinear')).toHaveLength(1);
    expect(after.graph?.initializer.map((t) => t.name)).toEqual(['w_int8', 'w_scale', 'v_int8', 'v_scale']);
    expect(await errorOf(before)).toBeLessThan(0.02);
  });

  it('keeps float weights that others still read', async () => {
    const before = model(
      [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['a'] },
        { op: 'ReduceSum', inputs: ['w'], outputs: ['s'], attributes: { keepdims: { i: 0 } } },
        { op: 'Add', inputs: ['a', 's'], outputs: ['y'] },
      ],
      [weights('w', [32, 32])],
    );
    const { model: after, report } = quantiseDynamic(before, { smallest: 0 });
    expect(report.quantised).toEqual(['MatMul_a']);
    expect(after.graph?.initializer.map((t) => t.name)).toContain('w');
    expect(await errorOf(before)).toBeLessThan(0.02);
  });

  it('finds weights in Constant nodes, and behind Identity and Transpose', async () => {
    const tensor = { dtype: 'float32' as const, shape: [48, 32], data: noise(48 * 32) };
    const before = model(
      [
        { op: 'Constant', inputs: [], outputs: ['k'], attributes: { value: { tensor } } },
        { op: 'Identity', inputs: ['k'], outputs: ['same'] },
        { op: 'Transpose', inputs: ['same'], outputs: ['turned'], attributes: { perm: { ints: [1, 0] } } },
        { op: 'MatMul', inputs: ['x', 'turned'], outputs: ['y'] },
      ],
      [],
    );
    const { model: after } = quantiseDynamic(before, { smallest: 0 });
    expect(operators(after)).toEqual(['DynamicQuantizeLinear', 'MatMulInteger', 'Cast', 'Mul', 'Mul']);
    expect(await errorOf(before)).toBeLessThan(0.02);
  });

  it('takes initialisers that old files list as inputs too', () => {
    const before = model([matmul], [weights('w', [32, 48])], {
      irVersion: 3,
      inputs: [value('x', 'float32', ['n', 32]), value('w', 'float32', [32, 48])],
    });
    const { model: after } = quantiseDynamic(before, { smallest: 0 });
    expect(after.graph?.input.map((info) => info.name)).toEqual(['x']);
  });

  it('bears columns of zeros, and numbers too small to divide by', async () => {
    const data = noise(32 * 48).map((v, i) => (i % 48 === 3 ? 0 : i % 48 === 4 ? 1e-45 : v));
    const before = model([matmul], [{ name: 'w', dtype: 'float32', shape: [32, 48], data }]);
    expect(await errorOf(before)).toBeLessThan(0.02);
    const zero = model([matmul], [{ name: 'w', dtype: 'float32', shape: [32, 48], data: new Float32Array(32 * 48) }]);
    const x: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [1, 32], data: noise(32) };
    const got = await outputsOf(quantiseDynamic(zero, { smallest: 0 }).model, x, 'all');
    expect([...got].every((v) => v === 0)).toBe(true);
  });

  it('does nothing to a model that has nothing for it, nor to one that it has done', () => {
    const plain = model([{ op: 'Relu', inputs: ['x'], outputs: ['y'] }], []);
    const { model: same, report } = quantiseDynamic(plain, { smallest: 0 });
    expect(same).toBe(plain);
    expect(report).toEqual({ quantised: [], left: [], bytesBefore: 0, bytesAfter: 0 });
    const once = quantiseDynamic(model([matmul], [weights('w', [32, 48])]), { smallest: 0 }).model;
    expect(quantiseDynamic(once, { smallest: 0 }).model).toBe(once);
  });
});

interface Recorded {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly w: readonly number[];
  readonly c: readonly number[] | null;
  readonly x: readonly number[];
  readonly numbers: readonly number[];
  readonly scales: readonly number[];
  readonly y: readonly number[];
}
const reference = JSON.parse(readFileSync(new URL('../../reference/quantise.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Recorded[];
};

describe("held against ONNX Runtime's own tool", () => {
  it.each(reference.cases)('$name: the same weights, the same answers', async ({ rows, columns, ...recorded }) => {
    const float = (name: string, shape: readonly number[], data: readonly number[]): BuilderTensor => {
      return { name, dtype: 'float32', shape, data: Float32Array.from(data) };
    };
    const { c } = recorded;
    const before = readModel(
      buildModel({
        inputs: [value('x', 'float32', ['n', rows])],
        outputs: [value('y', 'float32', ['n', columns])],
        nodes: [
          { op: c === null ? 'MatMul' : 'Gemm', inputs: c === null ? ['x', 'w'] : ['x', 'w', 'c'], outputs: ['y'] },
        ],
        initializers: [float('w', [rows, columns], recorded.w), ...(c === null ? [] : [float('c', [columns], c)])],
      }),
      'm.onnx',
    );
    const { model: after } = quantiseDynamic(before, { smallest: 0 });
    const made = new Map(after.graph?.initializer.map((tensor) => [tensor.name, tensor.rawData.slice().buffer]));
    expect([...new Int8Array(made.get('w_int8') as ArrayBuffer)]).toEqual(recorded.numbers);
    expect([...new Float32Array(made.get('w_scale') as ArrayBuffer)]).toEqual(recorded.scales);
    const x: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [3, rows], data: Float32Array.from(recorded.x) };
    const got = await outputsOf(after, x, 'none');
    recorded.y.forEach((wanted, i) => {
      expect(got[i]).toBeCloseTo(wanted, 5);
    });
  });
});

describe('what is left as it is, and told', () => {
  const long = (data: Float32Array): BuilderTensor => ({ name: 'w', dtype: 'float32', shape: [32, 48], data });
  const inner: BuilderNode = { op: 'MatMul', inputs: ['x', 'w'], outputs: ['inner_y'] };
  const branch = { inputs: [], outputs: [value('inner_y', 'float32', null)], nodes: [inner] };
  const loop: BuilderNode = {
    op: 'If',
    inputs: ['yes'],
    outputs: ['y'],
    attributes: { then_branch: { graph: branch }, else_branch: { graph: branch } },
  };
  const yes: BuilderTensor = { name: 'yes', dtype: 'bool', shape: [], data: Uint8Array.of(1) };
  const cases: Readonly<Record<string, readonly [ModelProto, RegExp]>> = {
    NaN: [model([matmul], [long(noise(32 * 48).map((v, i) => (i === 9 ? Number.NaN : v)))]), /NaN or infinity/],
    infinity: [model([matmul], [long(noise(32 * 48).map((v, i) => (i === 9 ? -Infinity : v)))]), /NaN or infinity/],
    'another file': [
      model([matmul], [{ ...long(noise(1)), external: { location: 'w.bin', offset: 0, length: 6144 } }]),
      /in another file/,
    ],
    'too few values': [model([matmul], [{ ...long(noise(7)), shape: [32, 48] }]), /not as many as their shape/],
    'float64 weights': [
      model([matmul], [{ name: 'w', dtype: 'float64', shape: [32, 48], data: new Float64Array(32 * 48) }]),
      /float64, not float32/,
    ],
    'three axes': [model([matmul], [weights('w', [2, 32, 48])]), /3 axes/],
    'a constant left side': [
      model([{ op: 'MatMul', inputs: ['w', 'w'], outputs: ['y'] }], [weights('w', [32, 32])]),
      /left side is constant/,
    ],
    'a left side that is transposed': [
      model(
        [{ op: 'Gemm', inputs: ['x', 'w'], outputs: ['y'], attributes: { transA: { i: 1 } } }],
        [weights('w', [5, 8])],
      ),
      /left side is transposed/,
    ],
    'a graph inside': [model([loop], [weights('w', [32, 48]), yes]), /in a graph inside "If_y"/],
    'an old opset': [model([matmul], [weights('w', [32, 48])], { opsets: { '': 10 } }), /opset 10, and this needs 11/],
    'other operators': [
      model([{ op: 'Conv', inputs: ['x', 'w'], outputs: ['y'] }], [weights('w', [4, 8, 3, 3])]),
      /weights of Conv are not quantised/,
    ],
  };

  it.each(Object.keys(cases))('%s', (name) => {
    const [before, why] = cases[name];
    const { model: after, report } = quantiseDynamic(before, { smallest: 0 });
    expect(after).toBe(before);
    expect(report.quantised).toEqual([]);
    expect(report.left.length).toBeGreaterThan(0);
    for (const each of report.left) expect(each.why).toMatch(why);
    expect(report.bytesAfter).toBe(report.bytesBefore);
  });

  it('small weights, by default', () => {
    const { report } = quantiseDynamic(model([matmul], [weights('w', [32, 48])]));
    expect(report.left).toEqual([{ node: '/layer/MatMul', why: 'its 1536 weights are too few to gain by it' }]);
  });

  it('products of two values that change are nothing to tell', () => {
    const { report } = quantiseDynamic(model([{ op: 'MatMul', inputs: ['x', 'x'], outputs: ['y'] }], []));
    expect(report.left).toEqual([]);
  });
});
