import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import type { ModelProto } from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { operatorVersions } from '../../../core/onnx/gen/operatorVersions.ts';
import { stepsOf, versionAt } from '../../../core/onnx/operatorChanges.ts';
import { operatorUpgrades } from '../../../core/onnx/operatorUpgrades.ts';
import { convertOpsets } from '../../../core/onnx/opsets.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { type BuilderAttribute, type BuilderModel, type BuilderTensor, buildModel, value } from '../../onnx-builder.ts';
import { runModel } from './runModel.ts';

type Shape = readonly number[];
interface Case {
  readonly op: string;
  readonly from: number;
  readonly to: number;
  readonly x: Shape;
  /** Further inputs, constant: shapes of float32, or lists of whole numbers. */
  readonly constants?: readonly (
    | Shape
    | { readonly ints: readonly number[] }
    | { readonly floats: readonly number[] }
  )[];
  readonly attributes?: Readonly<Record<string, BuilderAttribute>>;
  readonly outputs?: number;
  /** What of the operators afterwards is told. */
  readonly gives?: readonly string[];
}
const i = (n: number) => ({ i: n });
const ints = (...values: readonly number[]) => ({ ints: values });

const cases: readonly Case[] = [
  { op: 'Squeeze', from: 11, to: 13, x: [1, 3, 1], attributes: { axes: ints(0) } },
  { op: 'Squeeze', from: 11, to: 21, x: [1, 3, 1] },
  { op: 'Unsqueeze', from: 11, to: 17, x: [2, 3], attributes: { axes: ints(0, 3) } },
  { op: 'ReduceSum', from: 9, to: 13, x: [2, 3], attributes: { axes: ints(1), keepdims: i(0) } },
  { op: 'ReduceMean', from: 13, to: 18, x: [2, 3], attributes: { axes: ints(-1) } },
  { op: 'ReduceL2', from: 17, to: 22, x: [2, 3] },
  { op: 'Softmax', from: 9, to: 13, x: [2, 3, 4] },
  { op: 'Softmax', from: 11, to: 13, x: [2, 3, 4], attributes: { axis: i(-1) }, gives: ['Softmax'] },
  { op: 'LogSoftmax', from: 11, to: 17, x: [2, 3, 4], attributes: { axis: i(0) } },
  { op: 'Hardmax', from: 11, to: 13, x: [2, 3, 4] },
  { op: 'Clip', from: 9, to: 17, x: [4], attributes: { min: { f: -0.25 }, max: { f: 0.5 } } },
  { op: 'Clip', from: 9, to: 12, x: [4], attributes: { max: { f: 0.1 } } },
  { op: 'Clip', from: 9, to: 11, x: [4], gives: ['Clip'] },
  { op: 'Pad', from: 9, to: 11, x: [2, 2], attributes: { pads: ints(1, 0, 0, 2), value: { f: 7 } } },
  { op: 'Pad', from: 10, to: 21, x: [2, 2], attributes: { pads: ints(1, 1, 1, 1), mode: { s: 'reflect' } } },
  { op: 'Slice', from: 9, to: 10, x: [4, 5], attributes: { starts: ints(1), ends: ints(-1), axes: ints(1) } },
  { op: 'Slice', from: 9, to: 13, x: [4, 5], attributes: { starts: ints(1, 2), ends: ints(3, 100) } },
  { op: 'TopK', from: 9, to: 13, x: [2, 5], attributes: { k: i(3), axis: i(1) }, outputs: 2 },
  { op: 'Split', from: 11, to: 13, x: [5, 2], attributes: { split: ints(2, 3), axis: i(0) }, outputs: 2 },
  { op: 'Split', from: 11, to: 18, x: [4, 2], outputs: 2 },
  { op: 'Split', from: 13, to: 18, x: [5, 2], constants: [{ ints: [1, 4] }], outputs: 2, gives: ['Split'] },
  { op: 'Upsample', from: 9, to: 10, x: [1, 1, 2, 3], constants: [{ floats: [1, 1, 2, 2] }], gives: ['Resize'] },
  { op: 'Upsample', from: 9, to: 13, x: [1, 1, 2, 3], constants: [{ floats: [1, 1, 2.5, 1.4] }] },
  {
    op: 'Upsample',
    from: 9,
    to: 19,
    x: [1, 1, 2, 3],
    constants: [{ floats: [1, 1, 3, 2] }],
    attributes: { mode: { s: 'linear' } },
  },
  { op: 'Upsample', from: 7, to: 17, x: [1, 1, 2, 3], attributes: { scales: { floats: [1, 1, 2, 3] } } },
  {
    op: 'Resize',
    from: 10,
    to: 11,
    x: [1, 1, 4, 6],
    constants: [{ floats: [1, 1, 0.5, 0.6] }],
    attributes: { mode: { s: 'linear' } },
  },
  { op: 'Dropout', from: 10, to: 17, x: [4], attributes: { ratio: { f: 0.3 } } },
  { op: 'BatchNormalization', from: 9, to: 15, x: [2, 3], constants: [[3], [3], [3], { floats: [1, 2, 3] }] },
  { op: 'BatchNormalization', from: 7, to: 14, x: [2, 3], constants: [[3], [3], [3], { floats: [1, 2, 3] }] },
  { op: 'Scatter', from: 9, to: 13, x: [3, 3], constants: [{ ints: [1, 2] }, [1, 2]] },
  { op: 'GroupNormalization', from: 18, to: 21, x: [2, 6, 3], constants: [[2], [2]], attributes: { num_groups: i(2) } },
  {
    op: 'GridSample',
    from: 16,
    to: 20,
    x: [1, 1, 3, 3],
    constants: [[1, 2, 2, 2]],
    attributes: { mode: { s: 'bicubic' } },
  },
  {
    op: 'RoiAlign',
    from: 10,
    to: 16,
    x: [1, 1, 6, 6],
    constants: [{ floats: [0, 0, 4, 4] }, { ints: [0] }],
    attributes: { output_height: i(2), output_width: i(2) },
  },
  { op: 'DFT', from: 17, to: 20, x: [1, 8, 2], gives: ['Constant', 'DFT'] },
  { op: 'Cast', from: 9, to: 21, x: [4], attributes: { to: i(6) }, gives: ['Cast'] },
];

function build({ op, from, x, constants = [], attributes, outputs = 1 }: Case): Uint8Array {
  const special: Readonly<Record<string, readonly Shape[]>> = { Scatter: [[1, 2]], RoiAlign: [[1, 4], [1]] };
  const initializers = constants.map((constant, n): BuilderTensor => {
    const name = `c${n}`;
    if ('ints' in constant)
      return {
        name,
        dtype: 'int64',
        shape: special[op]?.[n] ?? [constant.ints.length],
        data: BigInt64Array.from(constant.ints, BigInt),
      };
    if ('floats' in constant)
      return {
        name,
        dtype: 'float32',
        shape: special[op]?.[n] ?? [constant.floats.length],
        data: Float32Array.from(constant.floats),
      };
    const data = Float32Array.from({ length: constant.reduce((p, d) => p * d, 1) }, (_, k) => Math.cos(k) / 2);
    return { name, dtype: 'float32', shape: constant, data };
  });
  return buildModel({
    inputs: [value('x', 'float32', x)],
    outputs: Array.from({ length: outputs }, (_, n) => ({ name: `y${n}`, type: { value: { case: undefined } } })),
    nodes: [
      {
        op,
        inputs: ['x', ...initializers.map((t) => t.name)],
        outputs: Array.from({ length: outputs }, (_, n) => `y${n}`),
        attributes,
      },
    ],
    initializers,
    opsets: { '': from },
  });
}

function numbersOf({ data, shape }: TensorValue): readonly unknown[] {
  return [...shape, ...(data as Float32Array)].map(String);
}

describe('an operator put as a later opset has it gives the same', () => {
  it.each(cases.map((one, n) => [`${n} ${one.op} ${one.from} to ${one.to}`, one] as const))('%s', async (_, one) => {
    const bytes = build(one);
    const model = convertOpsets(readModel(bytes, 'm'), { '': one.to }, 'm');
    expect(Number(model.opsetImport[0].version)).toBe(one.to);
    if (one.gives !== undefined) expect(model.graph?.node.map((n) => n.opType)).toEqual(one.gives);
    const length = one.x.reduce((p, d) => p * d, 1);
    const data = Float32Array.from({ length }, (_, k) => Math.sin(k * 1.3));
    const feeds = { x: { kind: 'tensor', dtype: 'float32', shape: one.x, data } } as const;
    const [before, after] = [await runModel(bytes, feeds), await runModel(writeModel(model), feeds)];
    expect(Object.keys(before).length).toBe(one.outputs ?? 1);
    for (const [name, tensor] of Object.entries(before)) expect(numbersOf(after[name])).toEqual(numbersOf(tensor));
  });
});

describe('very old operators', () => {
  function opsOf(model: BuilderModel, to: number): ModelProto {
    return convertOpsets(readModel(buildModel(model), 'old.onnx'), { '': to }, 'old.onnx');
  }
  const edges = { inputs: [value('x', 'float32', [2, 3, 4])], outputs: [value('y', 'float32', null)] };

  it('Add of opset 6 laid its right side along an axis', async () => {
    const bias: BuilderTensor = { name: 'b', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) };
    const attributes = { axis: i(1), broadcast: i(1) };
    const node = { op: 'Add', inputs: ['x', 'b'], outputs: ['y'], attributes };
    const model = opsOf({ ...edges, nodes: [node], initializers: [bias], opsets: { '': 6 } }, 13);
    expect(model.graph?.node.map((n) => n.opType)).toEqual(['Constant', 'Unsqueeze', 'Add']);
    const x: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [2, 3, 4], data: new Float32Array(24) };
    const { y } = await runModel(writeModel(model), { x });
    expect([...(y.data as Float32Array)].slice(0, 12)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  });

  it('attributes of the first versions go, are renamed or become inputs', () => {
    const chain = opsOf(
      {
        ...edges,
        nodes: [
          { op: 'Relu', inputs: ['x'], outputs: ['a'], attributes: { consumed_inputs: ints(0) } },
          { op: 'Cast', inputs: ['a'], outputs: ['b'], attributes: { to: { s: 'DOUBLE' } } },
          { op: 'Reshape', inputs: ['b'], outputs: ['c'], attributes: { shape: ints(6, 4) } },
          { op: 'Pad', inputs: ['c'], outputs: ['d'], attributes: { paddings: ints(0, 0, 1, 1) } },
          { op: 'Concat', inputs: ['d', 'd'], outputs: ['y'] },
        ],
        opsets: { '': 1 },
      },
      13,
    );
    const nodes = chain.graph?.node ?? [];
    expect(nodes.map((n) => n.opType)).toEqual(['Relu', 'Cast', 'Constant', 'Reshape', 'Constant', 'Pad', 'Concat']);
    expect(nodes[0].attribute).toEqual([]);
    expect(nodes[1].attribute[0].i).toBe(11n);
    expect(nodes[6].attribute[0].i).toBe(1n);
  });
});

describe('what cannot be put otherwise', () => {
  const refused = (model: Partial<BuilderModel>, to: number) => () =>
    convertOpsets(
      readModel(
        buildModel({
          inputs: [value('x', 'float32', null)],
          outputs: [value('y', 'float32', null)],
          nodes: [],
          ...model,
        }),
        'a.onnx',
      ),
      { '': to },
      'a.onnx',
    );
  it('is refused by name, with both versions', () => {
    const lstm = { op: 'LSTM', inputs: ['x', 'w', 'r'], outputs: ['y'], name: 'cell' };
    expect(refused({ nodes: [lstm], opsets: { '': 6 } }, 7)).toThrow(
      '"a.onnx" uses LSTM of opset 6 (node "cell"), which cannot be put as LSTM of opset 7: its meaning changed in opset 7.',
    );
    const training = { op: 'BatchNormalization', inputs: ['x', 's', 'b', 'm', 'v'], outputs: ['y', 'mean'] };
    expect(refused({ nodes: [training], opsets: { '': 9 } }, 14)).toThrow(/its outputs for training are used/);
    const later = { op: 'Gelu', inputs: ['x'], outputs: ['y'] };
    expect(refused({ nodes: [later], opsets: { '': 20 } }, 19)).toThrow(
      /it is of version 20, which opset 19 does not have/,
    );
    expect(refused({ nodes: [{ ...later, op: 'NoSuch' }], opsets: { '': 17 } }, 18)).toThrow(
      /there is no such operator/,
    );
    const clip = { op: 'Clip', inputs: ['z'], outputs: ['q'], attributes: { min: { f: 0 } } };
    expect(refused({ nodes: [clip], opsets: { '': 9 } }, 11)).toThrow(/the element type of its input is not known/);
  });
  it('an unchanged operator goes down too', () => {
    const node = { op: 'Relu', inputs: ['x'], outputs: ['y'] };
    const model = refused({ nodes: [node], opsets: { '': 21 } }, 14)();
    expect(Number(model.opsetImport[0].version)).toBe(14);
  });
});

describe('the table of versions', () => {
  it('names every step that an upgrade is for', () => {
    for (const key of Object.keys(operatorUpgrades)) {
      const [opType, version] = key.split('@');
      const step = stepsOf('', opType)?.find((s) => s.version === Number(version));
      expect(step?.breaks, key).toBe(true);
    }
  });
  it('knows the operators that the runtime has, and when they came', () => {
    expect(versionAt('', 'Resize', 12)).toBe(11);
    expect(versionAt('', 'Resize', 9)).toBeNull();
    expect(versionAt('ai.onnx', 'Gelu', 22)).toBe(20);
    expect(versionAt('ai.onnx.ml', 'TreeEnsemble', 5)).toBe(5);
    expect(versionAt('', 'constructor', 20)).toBeNull();
    expect(Object.keys(operatorVersions['']).length).toBeGreaterThan(190);
  });
});
