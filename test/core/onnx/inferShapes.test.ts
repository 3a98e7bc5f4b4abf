import { describe, expect, it } from 'vitest';
import type { Dim } from '../../../core/kinds/type.ts';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { elementOfDtype } from '../../../core/onnx/elements.ts';
import { declareShapes, inferShapes } from '../../../core/onnx/inferShapes.ts';
import { readModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import {
  type BuilderAttribute,
  type BuilderModel,
  type BuilderNode,
  type BuilderTensor,
  buildModel,
  value,
} from '../../onnx-builder.ts';
import { runModel } from './runModel.ts';

type Shape = readonly number[];
type Attributes = Readonly<Record<string, BuilderAttribute>>;
type Input =
  | Shape
  | { readonly ints: readonly number[]; readonly shape?: Shape }
  | { readonly floats: readonly number[] }
  | { readonly f: number }
  | '';

interface Case {
  readonly op: string;
  /** A shape is an input of random float32; the others are constants. */
  readonly inputs: readonly Input[];
  readonly attributes?: Attributes;
  readonly outputs?: number;
  readonly opset?: number;
  /** Sizes that depend on values: any are right. */
  readonly open?: true;
}
const i = (value: number) => ({ i: value });
const ints = (...values: readonly number[]) => ({ ints: values });
const c = (op: string, inputs: readonly Input[], attributes: Attributes = {}, more: Partial<Case> = {}): Case => ({
  op,
  inputs,
  attributes,
  ...more,
});

const image: Shape = [2, 3, 9, 10];
const windows: readonly Case[] = [
  c('Conv', [image, [4, 3, 3, 2]]),
  c('Conv', [image, [4, 3, 3, 3]], { pads: ints(1, 0, 2, 1), strides: ints(2, 3), dilations: ints(1, 2) }),
  c('Conv', [image, [6, 1, 3, 3]], { group: i(3), auto_pad: { s: 'SAME_UPPER' }, strides: ints(2, 2) }),
  c('Conv', [image, [6, 3, 3, 3]], { auto_pad: { s: 'VALID' } }),
  c('Conv', [
    [1, 2, 7],
    [3, 2, 2],
  ]),
  c('ConvTranspose', [image, [3, 4, 3, 3]], {
    strides: ints(2, 2),
    output_padding: ints(1, 0),
    pads: ints(1, 1, 0, 1),
  }),
  c('ConvTranspose', [image, [3, 2, 3, 3]], { strides: ints(2, 2), auto_pad: { s: 'SAME_LOWER' }, group: i(3) }),
  c('ConvTranspose', [image, [3, 2, 3, 3]], { strides: ints(2, 2), output_shape: ints(19, 21) }),
  ...[0, 1].flatMap((ceil) =>
    [1, 2, 3].map((stride) =>
      c('MaxPool', [image], {
        kernel_shape: ints(3, 2),
        strides: ints(stride, stride),
        pads: ints(1, 0, 1, 1),
        ceil_mode: i(ceil),
      }),
    ),
  ),
  c('MaxPool', [image], { kernel_shape: ints(3, 3), dilations: ints(2, 2) }, { outputs: 2 }),
  c('AveragePool', [image], { kernel_shape: ints(4, 4), strides: ints(3, 3), ceil_mode: i(1) }, { opset: 19 }),
  c('AveragePool', [image], { kernel_shape: ints(2, 2), auto_pad: { s: 'SAME_UPPER' }, strides: ints(2, 2) }),
  c('LpPool', [image], { kernel_shape: ints(2, 2), strides: ints(2, 2) }),
  c('GlobalAveragePool', [image]),
  c('GlobalMaxPool', [image]),
  c('Resize', [image, '', { floats: [1, 1, 1.7, 0.45] }], { mode: { s: 'linear' } }),
  c('Resize', [image, '', '', { ints: [2, 3, 5, 6] }], {}),
  c(
    'Resize',
    [image, '', '', { ints: [5, 6] }],
    { axes: ints(2, 3), antialias: i(1), mode: { s: 'linear' } },
    { opset: 18 },
  ),
  c(
    'Resize',
    [image, '', '', { ints: [5, 6] }],
    { axes: ints(2, 3), keep_aspect_ratio_policy: { s: 'not_larger' } },
    { opset: 18, open: true },
  ),
  c('Upsample', [image, { floats: [1, 1, 2, 1.5] }], {}, { opset: 9 }),
  c('GridSample', [image, [2, 5, 6, 2]]),
  c('DepthToSpace', [[1, 8, 2, 3]], { blocksize: i(2) }),
  c('SpaceToDepth', [[1, 2, 4, 6]], { blocksize: i(2) }),
  c('InstanceNormalization', [image, [3], [3]]),
  c('BatchNormalization', [image, [3], [3], [3], [3]]),
  c('LRN', [image], { size: i(3) }),
];
const products: readonly Case[] = [
  c('MatMul', [
    [2, 1, 3, 4],
    [5, 4, 6],
  ]),
  c('MatMul', [[4], [4, 6]]),
  c('MatMul', [[3, 4], [4]]),
  c('MatMul', [[4], [4]]),
  c('Gemm', [[4, 3], [5, 4], [5]], { transA: i(1), transB: i(1) }),
  c(
    'Einsum',
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    { equation: { s: 'bij, bjk -> bik' } },
  ),
  c(
    'Einsum',
    [
      [3, 4],
      [4, 5],
    ],
    { equation: { s: 'ij,jk' } },
  ),
  c('ReduceMean', [image], { axes: ints(1, -1) }),
  c('ReduceMean', [image], { axes: ints(2), keepdims: i(0) }),
  c('ReduceSum', [image, { ints: [0, 3] }]),
  c('ReduceSum', [image], { keepdims: i(0) }),
  c('ReduceSum', [image], { noop_with_empty_axes: i(1) }),
  c('ReduceMax', [image, { ints: [-2] }], { keepdims: i(0) }, { opset: 18 }),
  c('ArgMax', [image], { axis: i(-1), keepdims: i(0) }),
  c('ArgMin', [image], { axis: i(1) }),
  c('TopK', [image, { ints: [2] }], { axis: i(1) }, { outputs: 2 }),
  c(
    'LSTM',
    [
      [5, 2, 3],
      [1, 16, 3],
      [1, 16, 4],
    ],
    { hidden_size: i(4) },
    { outputs: 3 },
  ),
  c(
    'GRU',
    [
      [5, 2, 3],
      [2, 12, 3],
      [2, 12, 4],
    ],
    { hidden_size: i(4), direction: { s: 'bidirectional' } },
    { outputs: 2 },
  ),
  c(
    'RNN',
    [
      [5, 2, 3],
      [1, 4, 3],
      [1, 4, 4],
    ],
    { hidden_size: i(4) },
    { outputs: 2 },
  ),
  c('LayerNormalization', [[2, 3, 4], [4], [4]], {}, { outputs: 1 }),
  c(
    'LayerNormalization',
    [
      [2, 3, 4],
      [3, 4],
      [3, 4],
    ],
    { axis: i(1) },
    { outputs: 3 },
  ),
  c('DFT', [[1, 8, 1]], { axis: i(1), onesided: i(1) }),
  c('DFT', [[1, 8, 2, 1], '', { ints: [1], shape: [] }], {}, { opset: 20 }),
  c('STFT', [[1, 32, 1], { ints: [4], shape: [] }, [8]], { onesided: i(1) }),
];
const layout: readonly Case[] = [
  c('Transpose', [image]),
  c('Transpose', [image], { perm: ints(0, 2, 3, 1) }),
  c('Flatten', [image], { axis: i(2) }),
  c('Flatten', [image], { axis: i(-1) }),
  c(
    'Concat',
    [
      [2, 3],
      [2, 5],
    ],
    { axis: i(-1) },
  ),
  c('Squeeze', [[1, 3, 1]]),
  c('Squeeze', [[1, 3, 1], { ints: [-1] }]),
  c('Unsqueeze', [[2, 3], { ints: [0, -1] }]),
  c('Slice', [image, { ints: [-3, 1] }, { ints: [2 ** 40, -1] }, { ints: [2, -1] }, { ints: [2, 3] }]),
  c('Slice', [image, { ints: [-1] }, { ints: [-(2 ** 40)] }, { ints: [3] }, { ints: [-1] }]),
  c('Slice', [image, { ints: [8] }, { ints: [1] }, { ints: [2] }, { ints: [-3] }]),
  c('Slice', [image, { ints: [1, 1] }, { ints: [2, 2] }]),
  c('Split', [[7, 2], { ints: [3, 4] }], { axis: i(0) }, { outputs: 2 }),
  c('Split', [[7, 2]], { axis: i(0), num_outputs: i(3) }, { outputs: 3, opset: 18 }),
  c('Expand', [[3, 1], { ints: [2, 1, 6] }]),
  c('Tile', [[2, 3], { ints: [2, 4] }]),
  c('Pad', [image, { ints: [0, 0, 1, 2, 0, 0, 3, -1] }]),
  c('Pad', [image, { ints: [1, 2, 3, 4] }, '', { ints: [-1, 2] }], {}, { opset: 18 }),
  c('Gather', [image, { ints: [0, 2] }], { axis: i(-2) }),
  c('GatherElements', [[3, 3], { ints: [0, 1], shape: [1, 2] }]),
  c('GatherND', [[2, 3, 4], { ints: [1, 2] }]),
  c('Reshape', [image, { ints: [0, -1, 5] }]),
  c('Reshape', [image, { ints: [-1] }]),
  c('OneHot', [[3], { f: 4 }, { floats: [0, 1] }], { axis: i(0) }),
  c('NonZero', [image], {}, { open: true }),
  c('GatherND', [[2, 3, 4], { ints: [1, 0], shape: [2, 1] }], { batch_dims: i(1) }),
  c('Unique', [[5]], {}, { outputs: 4, open: true }),
  c('Shape', [image], { start: i(1), end: i(-1) }),
  c('Size', [image]),
  c('ConstantOfShape', [{ ints: [2, 3] }]),
  c('Range', [{ f: 1 }, { f: 8 }, { f: 2.5 }]),
  c('CenterCropPad', [image, { ints: [4, 20] }], { axes: ints(2, 3) }, { opset: 18 }),
  c('Trilu', [[3, 4]]),
  c('EyeLike', [[3, 4]], { dtype: i(7) }),
  c('HannWindow', [{ ints: [8], shape: [] }]),
];
const elementwise: readonly Case[] = [
  c('Add', [
    [3, 1, 2],
    [4, 1],
  ]),
  c('Greater', [[3, 1], [4]]),
  c('Max', [[3, 1], [4], [1, 1, 1]]),
  c('PRelu', [[3, 4], [4]]),
  c('Pow', [[3, 4], [1]]),
  c('IsNaN', [[3]]),
  c('Cast', [[3]], { to: i(6) }),
  c('Dropout', [[3]], {}, { outputs: 2 }),
  c('DynamicQuantizeLinear', [[3]], {}, { outputs: 3 }),
  c('QuantizeLinear', [[3], { f: 0.5 }]),
  c('ScatterElements', [[3, 3], { ints: [0, 1], shape: [1, 2] }, [1, 2]]),
  c('Softmax', [[3, 3]]),
  c('Clip', [[3]]),
  c('Gelu', [[3]], {}, { opset: 20 }),
  c('Mish', [[3]], {}, { opset: 18 }),
];

function modelBytesOf({ op, inputs, attributes, outputs = 1, opset = 17 }: Case) {
  const initializers: BuilderTensor[] = [];
  const feeds: Record<string, TensorValue> = {};
  const names = inputs.map((input, n) => {
    if (input === '') return '';
    const name = `x${n}`;
    if (Array.isArray(input)) {
      const shape: Shape = input;
      const data = Float32Array.from({ length: shape.reduce((p, d) => p * d, 1) }, (_, k) => Math.sin(k));
      feeds[name] = { kind: 'tensor', dtype: 'float32', shape, data };
    } else if ('ints' in input)
      initializers.push({
        name,
        dtype: 'int64',
        shape: input.shape ?? [input.ints.length],
        data: BigInt64Array.from(input.ints, BigInt),
      });
    else if ('floats' in input)
      initializers.push({
        name,
        dtype: 'float32',
        shape: [input.floats.length],
        data: Float32Array.from(input.floats),
      });
    else if ('f' in input) initializers.push({ name, dtype: 'float32', shape: [], data: Float32Array.of(input.f) });
    return name;
  });
  const node: BuilderNode = {
    op,
    inputs: names,
    outputs: Array.from({ length: outputs }, (_, n) => `y${n}`),
    attributes,
  };
  const bytes = buildModel({
    inputs: Object.entries(feeds).map(([name, { shape }]) => value(name, 'float32', shape)),
    outputs: node.outputs.map((name) => ({ name, type: { value: { case: undefined } } })),
    nodes: [node],
    initializers,
    opsets: { '': opset },
  });
  return { bytes, feeds };
}

describe('shapes that ONNX Runtime really gives', () => {
  const cases = [...windows, ...products, ...layout, ...elementwise];
  it.each(cases.map((one, n) => [`${one.op} ${n}`, one] as const))('%s', async (_, one) => {
    const { bytes, feeds } = modelBytesOf(one);
    const { types } = inferShapes(readModel(bytes, 'm.onnx'));
    const results = await runModel(bytes, feeds);
    for (const [name, { shape, dtype }] of Object.entries(results)) {
      const type = types.get(name);
      expect(type?.element, 'dtype').toBe(elementOfDtype(dtype));
      const told = type?.shape?.map((dim, axis) => (one.open === true && dim === null ? shape[axis] : dim));
      expect(told, 'shape').toEqual(shape);
    }
  });
});

function shapesOf(model: BuilderModel): Readonly<Record<string, readonly Dim[] | null>> {
  const { types } = inferShapes(readModel(buildModel(model), 'm.onnx'));
  return Object.fromEntries([...types].map(([name, type]) => [name, type.shape]));
}
function list(name: string, ...values: readonly number[]): BuilderTensor {
  return { name, dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
const untyped = (name: string) => ({ name, type: { value: { case: undefined } } });

describe('symbols', () => {
  const x = value('x', 'float32', ['batch', 3, 'h', 8]);
  it('go through operators, and through shapes that are computed', () => {
    const shapes = shapesOf({
      inputs: [x],
      outputs: [untyped('flat')],
      initializers: [list('zero', 0), list('rest', 3, -1), list('two', 2), list('three', 3), list('one', 1)],
      nodes: [
        {
          op: 'Conv',
          inputs: ['x', 'w'],
          outputs: ['same'],
          attributes: { pads: ints(1, 1, 1, 1), kernel_shape: ints(3, 3) },
        },
        { op: 'Relu', inputs: ['same'], outputs: ['r'] },
        { op: 'Shape', inputs: ['r'], outputs: ['s'] },
        { op: 'Slice', inputs: ['s', 'zero', 'one'], outputs: ['n'] },
        { op: 'Concat', inputs: ['n', 'rest'], outputs: ['target'], attributes: { axis: i(0) } },
        { op: 'Reshape', inputs: ['x', 'target'], outputs: ['flat'] },
        { op: 'Gather', inputs: ['s', 'three'], outputs: ['width'] },
        { op: 'Div', inputs: ['width', 'two'], outputs: ['half'] },
        { op: 'Concat', inputs: ['n', 'half'], outputs: ['small'], attributes: { axis: i(0) } },
        { op: 'ConstantOfShape', inputs: ['small'], outputs: ['zeros'] },
        { op: 'MatMul', inputs: ['zeros', 'v'], outputs: ['product'] },
        { op: 'Transpose', inputs: ['product'], outputs: ['turned'] },
        { op: 'Add', inputs: ['product', 'product'], outputs: ['sum'] },
      ],
      values: [value('w', 'float32', [5, 3, 3, 3]), value('v', 'float32', [4, 7])],
    });
    expect(shapes).toMatchObject({
      same: ['batch', 5, 'h', 8],
      flat: ['batch', 3, null],
      zeros: ['batch', 4],
      turned: [7, 'batch'],
      sum: ['batch', 7],
    });
  });

  it('are not made equal by meeting: one of them may be 1', () => {
    const shapes = shapesOf({
      inputs: [value('a', 'float32', ['n', 'm', 1, null]), value('b', 'float32', ['n', 'k', 'm', 5])],
      outputs: [untyped('y')],
      nodes: [{ op: 'Mul', inputs: ['a', 'b'], outputs: ['y'] }],
    });
    expect(shapes['y']).toEqual(['n', null, 'm', 5]);
  });

  it('a Reshape to the size of the batch and -1 knows the rest', () => {
    const shapes = shapesOf({
      inputs: [value('x', 'float32', ['batch', 256, 6, 6])],
      outputs: [untyped('y')],
      initializers: [list('to', 0, -1), list('flat', -1, 9216), list('lost', -1, 100)],
      nodes: ['to', 'flat', 'lost'].map((to) => ({ op: 'Reshape', inputs: ['x', to], outputs: [`y_${to}`] })),
    });
    expect([shapes['y_to'], shapes['y_flat'], shapes['y_lost']]).toEqual([
      ['batch', 9216],
      ['batch', 9216],
      [null, 100],
    ]);
  });
});

describe('graphs inside, functions, and what is not known', () => {
  const arm = (...nodes: readonly BuilderNode[]) => ({
    graph: { inputs: [], outputs: [untyped(nodes[nodes.length - 1].outputs[0])], nodes },
  });
  it('branches that differ leave open where they do', () => {
    const shapes = shapesOf({
      inputs: [value('x', 'float32', ['n', 4]), value('w', 'float32', ['n', 5]), value('c', 'bool', [])],
      outputs: [untyped('y')],
      nodes: [
        {
          op: 'If',
          inputs: ['c'],
          outputs: ['y'],
          attributes: {
            then_branch: arm({ op: 'Neg', inputs: ['x'], outputs: ['t'] }),
            else_branch: arm({ op: 'Neg', inputs: ['w'], outputs: ['e'] }),
          },
        },
        {
          op: 'If',
          inputs: ['c'],
          outputs: ['z'],
          attributes: {
            then_branch: arm({ op: 'Neg', inputs: ['x'], outputs: ['t2'] }),
            else_branch: arm({ op: 'ReduceSum', inputs: ['x'], outputs: ['e2'], attributes: { keepdims: i(0) } }),
          },
        },
      ],
    });
    expect([shapes['y'], shapes['z']]).toEqual([['n', null], null]);
  });

  it('a state that grows in a loop is not taken for what it was at the start', () => {
    const shapes = shapesOf({
      inputs: [value('x', 'float32', [2, 3]), value('count', 'int64', [])],
      outputs: [untyped('end')],
      nodes: [
        {
          op: 'Loop',
          inputs: ['count', '', 'x', 'x'],
          outputs: ['end', 'steady', 'all'],
          attributes: {
            body: {
              graph: {
                inputs: ['i', 'go', 'state', 'kept'].map(untyped),
                outputs: ['go2', 'next', 'kept2', 'seen'].map(untyped),
                nodes: [
                  { op: 'Identity', inputs: ['go'], outputs: ['go2'] },
                  { op: 'Concat', inputs: ['state', 'x'], outputs: ['next'], attributes: { axis: i(0) } },
                  { op: 'Relu', inputs: ['kept'], outputs: ['kept2'] },
                  { op: 'Transpose', inputs: ['kept'], outputs: ['seen'] },
                ],
              },
            },
          },
        },
      ],
    });
    expect([shapes['end'], shapes['steady'], shapes['all']]).toEqual([
      [null, 3],
      [2, 3],
      [null, 3, 2],
    ]);
  });

  it('a local function is looked into; an operator that is not known leaves what the file declares', () => {
    const model = readModel(
      buildModel({
        inputs: [value('x', 'float32', ['n', 4])],
        outputs: [value('y', 'float32', null), value('z', 'float32', ['n', 9])],
        nodes: [
          { op: 'Turn', inputs: ['x'], outputs: ['y'], domain: 'local' },
          { op: 'Riddle', inputs: ['x'], outputs: ['z'], domain: 'com.acme' },
          { op: 'Relu', inputs: ['z'], outputs: ['after'] },
          { op: 'Riddle', inputs: ['x'], outputs: ['nothing'], domain: 'com.acme' },
        ],
        opsets: { '': 17, local: 1, 'com.acme': 1 },
        functions: [
          {
            domain: 'local',
            name: 'Turn',
            inputs: ['a'],
            outputs: ['b'],
            nodes: [{ op: 'Transpose', inputs: ['a'], outputs: ['b'] }],
          },
        ],
      }),
      'm.onnx',
    );
    expect(signatureOf(declareShapes(model)).outputs.map((p) => p.shape)).toEqual([
      [4, 'n'],
      ['n', 9],
    ]);
    const { types } = inferShapes(model);
    expect(types.get('after')?.shape).toEqual(['n', 9]);
    expect(types.has('nothing')).toBe(false);
  });

  it('a stale declaration does not stand against what is inferred', () => {
    const model = readModel(
      buildModel({
        inputs: [value('x', 'float32', [8, 4])],
        outputs: [value('y', 'float32', [1, 4])],
        nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
      }),
      'm.onnx',
    );
    expect(signatureOf(declareShapes(model)).outputs[0].shape).toEqual([8, 4]);
  });

  it('an axis that a computed padding leaves alone keeps its size, and halves round to even', () => {
    const model = readModel(
      buildModel({
        inputs: [value('x', 'float32', ['n', 3, 'h', 'w'])],
        outputs: [value('y', 'float32', null), value('z', 'float32', null)],
        nodes: [
          { op: 'Shape', inputs: ['x'], outputs: ['size'], attributes: { start: { i: 2 } } },
          { op: 'Sub', inputs: ['wanted', 'size'], outputs: ['lacking'] },
          { op: 'Concat', inputs: ['zeros', 'lacking'], outputs: ['pads'], attributes: { axis: { i: 0 } } },
          { op: 'Pad', inputs: ['x', 'pads'], outputs: ['y'] },
          { op: 'Round', inputs: ['halves'], outputs: ['even'] },
          { op: 'Cast', inputs: ['even'], outputs: ['shape'], attributes: { to: { i: 7 } } },
          { op: 'ConstantOfShape', inputs: ['shape'], outputs: ['z'] },
        ],
        initializers: [
          { name: 'wanted', dtype: 'int64', shape: [2], data: BigInt64Array.of(96n, 96n) },
          { name: 'zeros', dtype: 'int64', shape: [6], data: new BigInt64Array(6) },
          { name: 'halves', dtype: 'float32', shape: [3], data: Float32Array.of(2.5, 3.5, 1.2) },
        ],
      }),
      'm.onnx',
    );
    expect(signatureOf(declareShapes(model)).outputs.map(({ shape }) => shape)).toEqual([
      ['n', 3, null, null],
      [2, 4, 1],
    ]);
  });
});
