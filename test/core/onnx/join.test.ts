import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import {
  type ModelProto,
  SparseTensorProtoSchema,
  TensorAnnotationSchema,
  TrainingInfoProtoSchema,
} from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { join } from '../../../core/onnx/join.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { Problem } from '../../../core/problems/problem.ts';
import {
  type BuilderModel,
  type BuilderNode,
  type BuilderTensor,
  buildModel,
  sequenceType,
  tensorType,
  value,
} from '../../onnx-builder.ts';
import { runModel } from './runModel.ts';

const n3 = ['n', 3] as const;
function part(nodes: readonly BuilderNode[], more: Partial<BuilderModel> = {}): ModelProto {
  const model = { inputs: [value('x', 'float32', n3)], outputs: [value('y', 'float32', n3)], nodes, ...more };
  return readModel(buildModel(model), 'm.onnx');
}
function unary(op: string): ModelProto {
  return part([
    { op, inputs: ['x'], outputs: ['h'], name: 'n' },
    { op: 'Abs', inputs: ['h'], outputs: ['y'] },
  ]);
}
function floats(name: string, shape: readonly number[], data: readonly number[]): BuilderTensor {
  return { name, dtype: 'float32', shape, data: Float32Array.from(data) };
}
function tensor(shape: readonly number[], data: readonly number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}
async function outputsOf(model: ModelProto, feeds: Readonly<Record<string, TensorValue>>) {
  const results = await runModel(writeModel(model), feeds);
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]));
}
function problemOf(act: () => unknown): { readonly code: string; readonly message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.data;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('join', () => {
  it('wires outputs to inputs; names that clash are told apart, those that callers see last of all', () => {
    const { model, first, second } = join(unary('Neg'), unary('Exp'), { x: 'y' });
    expect(first).toEqual({ inputs: { x: 'x' }, outputs: {} });
    expect(second).toEqual({ inputs: {}, outputs: { y: 'y' } });
    const again = readModel(writeModel(model), 'joined.onnx');
    expect(signatureOf(again).inputs).toEqual([{ name: 'x', form: 'tensor', dtype: 'float32', shape: ['n', 3] }]);
    expect(signatureOf(again).outputs).toEqual([{ name: 'y', form: 'tensor', dtype: 'float32', shape: ['n', 3] }]);
    expect(again.graph?.node.map((n) => [n.opType, n.name, ...n.input, ...n.output])).toEqual([
      ['Neg', 'n', 'x', 'h'],
      ['Abs', 'Abs_y', 'h', 'y_2'],
      ['Exp', 'n_2', 'y_2', 'h_2'],
      ['Abs', 'Abs_y_2', 'h_2', 'y'],
    ]);
    expect(again.graph?.valueInfo.map((info) => info.name)).toEqual(['y_2']);
  });

  it('leaves both models as they were, and shares their weights', () => {
    const w = floats('w', [3], [1, 2, 3]);
    const add = () => part([{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }], { initializers: [w] });
    const [a, b] = [add(), add()];
    const before = [writeModel(a), writeModel(b)];
    const { model } = join(a, b, { x: 'y' });
    expect([writeModel(a), writeModel(b)]).toEqual(before);
    expect(model.graph?.initializer.map((t) => t.name)).toEqual(['w', 'w_2']);
    expect(model.graph?.initializer[0].rawData.buffer).toBe(a.graph?.initializer[0].rawData.buffer);
  });

  it('a model joined to itself has its weights once', async () => {
    const w = floats(
      'w',
      [1000, 3],
      Array.from({ length: 3000 }, (_, i) => i % 5),
    );
    const model = part(
      [
        { op: 'ReduceSum', inputs: ['w', 'axes'], outputs: ['s'], attributes: { keepdims: { i: 0 } } },
        { op: 'Add', inputs: ['x', 's'], outputs: ['y'] },
      ],
      { initializers: [w, { name: 'axes', dtype: 'int64', shape: [1], data: BigInt64Array.of(0n) }] },
    );
    const twice = join(model, model, { x: 'y' }).model;
    expect(twice.graph?.initializer.map((t) => t.name)).toEqual(['w', 'axes', 'axes_2']);
    const x = tensor([1, 3], [1, 2, 3]);
    const once = (await outputsOf(model, { x })).y;
    const [a, b, c] = (await outputsOf(twice, { x })).y;
    expect([a, b, c]).toEqual(once.map((value, i) => 2 * value - [1, 2, 3][i]));
  });

  it('one output may feed several inputs, stay an output, and be passed on', async () => {
    const two = part([{ op: 'Sub', inputs: ['x', 'z'], outputs: ['y'] }], {
      inputs: [value('x', 'float32', n3), value('z', 'float32', n3)],
      outputs: [value('y', 'float32', n3), value('x', 'float32', n3)],
    });
    const { model, first, second } = join(unary('Neg'), two, { x: 'y', z: 'y' }, { keep: ['y'] });
    expect(first.outputs).toEqual({ y: 'y' });
    expect(second.outputs).toEqual({ y: 'y_2', x: 'x_2' });
    const x = tensor([1, 3], [1, -2, 3]);
    expect(await outputsOf(model, { x })).toEqual({ y: [1, 2, 3], y_2: [0, 0, 0], x_2: [1, 2, 3] });
  });

  it('prefixes go before every name of a part', () => {
    const { model, second } = join(unary('Neg'), unary('Exp'), {}, { prefixes: ['a/', 'b/'] });
    expect(signatureOf(model).inputs.map((p) => p.name)).toEqual(['a/x', 'b/x']);
    expect(second).toEqual({ inputs: { x: 'b/x' }, outputs: { y: 'b/y' } });
  });

  it('an input that has a value of its own loses it when it is wired', async () => {
    const given = part([{ op: 'Add', inputs: ['x', 'b'], outputs: ['y'] }], {
      inputs: [value('x', 'float32', n3), value('b', 'float32', n3)],
      initializers: [floats('b', [1, 3], [100, 100, 100])],
    });
    const { model } = join(unary('Neg'), given, { x: 'y', b: 'y' });
    expect(model.graph?.initializer).toEqual([]);
    expect(await outputsOf(model, { x: tensor([1, 3], [1, 2, 3]) })).toEqual({ y: [2, 4, 6] });
  });

  it('graphs inside nodes read what the seam brings', async () => {
    const out = (name: string) => [value(name, 'float32', null)];
    const inside = part(
      [
        { op: 'ReduceSum', inputs: ['x'], outputs: ['sum'], attributes: { keepdims: { i: 0 } } },
        { op: 'Greater', inputs: ['sum', 'zero'], outputs: ['h'] },
        {
          op: 'If',
          inputs: ['h'],
          outputs: ['y'],
          attributes: {
            then_branch: {
              graph: { inputs: [], outputs: out('a'), nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['a'] }] },
            },
            else_branch: {
              graph: { inputs: [], outputs: out('b'), nodes: [{ op: 'Exp', inputs: ['x'], outputs: ['b'] }] },
            },
          },
        },
      ],
      { initializers: [floats('zero', [], [0])] },
    );
    const { model } = join(unary('Neg'), inside, { x: 'y' });
    expect(await outputsOf(model, { x: tensor([1, 3], [1, -2, 3]) })).toEqual({ y: [-1, -2, -3] });
  });
});

describe('symbols of dimensions', () => {
  const shaped = (input: readonly (string | number)[], output: readonly (string | number)[]) =>
    part([{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], {
      inputs: [value('x', 'float32', input)],
      outputs: [value('y', 'float32', output)],
    });
  const shapesOf = (model: ModelProto) => {
    const { inputs, outputs } = signatureOf(model);
    return [...inputs, ...outputs].map((p) => p.shape);
  };
  it('are one where the seam makes them so, and told apart elsewhere', () => {
    const a = shaped(['batch', 'n'], ['batch', 'n']);
    expect(shapesOf(join(a, shaped(['m', 'k'], ['k', 'm']), { x: 'y' }).model)).toEqual([
      ['batch', 'n'],
      ['n', 'batch'],
    ]);
    expect(shapesOf(join(a, shaped(['batch', 'n'], ['batch', 'n']), {}).model)).toEqual([
      ['batch', 'n'],
      ['batch_2', 'n_2'],
      ['batch', 'n'],
      ['batch_2', 'n_2'],
    ]);
  });
  it('become the number that the other side demands, everywhere', () => {
    const a = shaped(['batch', 'n'], ['batch', 'n']);
    expect(shapesOf(join(a, shaped([1, 'k'], [1, 'k']), { x: 'y' }).model)).toEqual([
      [1, 'n'],
      [1, 'n'],
    ]);
  });
  it('a symbol cannot be two numbers', () => {
    const problem = problemOf(() => join(shaped(['n', 'n'], ['n', 'n']), shaped([2, 3], [2, 3]), { x: 'y' }));
    expect(problem.code).toBe('wire-shape');
    expect(problem.message).toContain('its shape is [n, n], and [2, 3] is wanted; axis 1 cannot be both');
  });
});

describe('a seam that does not fit', () => {
  const typed = (input: BuilderModel['inputs'][0]['type'], output = input) =>
    part([{ op: 'Identity', inputs: ['x'], outputs: ['y'] }], {
      inputs: [{ name: 'x', type: input }],
      outputs: [{ name: 'y', type: output }],
    });
  const names = ['a.onnx', 'b.onnx'] as const;
  it.each([
    ['wire-dtype', tensorType('float32', [1]), tensorType('float16', [1]), 'it is float32, and float16 is wanted'],
    ['wire-shape', tensorType('float32', [1, 2]), tensorType('float32', [2]), 'another number of axes'],
    ['wire-shape', tensorType('float32', [1, 224]), tensorType('float32', [1, 256]), 'axis 1 cannot be both'],
    [
      'wire-kind',
      tensorType('float32', [1]),
      sequenceType(tensorType('float32', [1])),
      'it is a tensor, and a sequence is wanted',
    ],
  ])('%s', (code, gives, wants, words) => {
    const problem = problemOf(() => join(typed(gives), typed(wants), { x: 'y' }, { names }));
    expect(problem.code).toBe(code);
    expect(problem.message).toContain('The output "y" of "a.onnx" does not fit the input "x" of "b.onnx"');
    expect(problem.message).toContain(words);
  });
  it('names that are not there', () => {
    const a = typed(tensorType('float32', [1]));
    expect(problemOf(() => join(a, a, { x: 'nope' }, { names })).message).toBe('"a.onnx" has no output "nope".');
    expect(problemOf(() => join(a, a, { nope: 'y' }, { names })).code).toBe('wire-dangling');
  });
});

describe('versions', () => {
  const squeeze = (opset: number, irVersion: number) =>
    part(
      [
        {
          op: 'Unsqueeze',
          inputs: opset < 13 ? ['x'] : ['x', 'axes'],
          outputs: ['u'],
          attributes: opset < 13 ? { axes: { ints: [0] } } : {},
        },
        {
          op: 'ReduceMax',
          inputs: ['u'],
          outputs: ['y'],
          attributes: opset < 18 ? { axes: { ints: [0] }, keepdims: { i: 0 } } : {},
        },
      ],
      {
        opsets: { '': opset },
        irVersion,
        initializers: opset < 13 ? [] : [{ name: 'axes', dtype: 'int64', shape: [1], data: BigInt64Array.of(0n) }],
      },
    );
  it('the older goes up, whichever of the two it is', async () => {
    for (const [a, b] of [
      [9, 17],
      [17, 9],
    ]) {
      const { model } = join(squeeze(a, 4), squeeze(b, 8), { x: 'y' });
      expect(signatureOf(model).opsets).toEqual([{ domain: 'ai.onnx', version: 17 }]);
      expect(model.irVersion).toBe(8n);
      expect(await outputsOf(model, { x: tensor([1, 3], [1, 2, 3]) })).toEqual({ y: [1, 2, 3] });
    }
  });

  it('where the older cannot go up, the newer goes down if it can', () => {
    const old = part([{ op: 'LSTM', inputs: ['x', 'w', 'r'], outputs: ['y'] }], {
      opsets: { '': 6 },
      initializers: [floats('w', [1], [0]), floats('r', [1], [0])],
    });
    const { model } = join(old, part([{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], { opsets: { '': 7 } }), {});
    expect(signatureOf(model).opsets[0].version).toBe(6);
  });

  it('what goes neither way is refused by name', () => {
    const lstm = (opset: number) =>
      part([{ op: 'LSTM', inputs: ['x', 'w', 'r'], outputs: ['y'], name: 'cell' }], { opsets: { '': opset } });
    const problem = problemOf(() => join(lstm(6), lstm(17), {}, { names: ['old.onnx', 'new.onnx'] }));
    expect(problem.code).toBe('model-unsupported');
    expect(problem.message).toContain(
      '"old.onnx" uses LSTM of opset 6 (node "cell"), which cannot be put as LSTM of opset 17',
    );
  });

  it('a domain that only one of them uses keeps its number', () => {
    const ml = part([{ op: 'Normalizer', inputs: ['x'], outputs: ['y'], domain: 'ai.onnx.ml' }], {
      opsets: { '': 17, 'ai.onnx.ml': 3 },
    });
    const { model } = join(
      ml,
      part([{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], { opsets: { '': 17, 'ai.onnx.ml': 5 } }),
      { x: 'y' },
    );
    expect(signatureOf(model).opsets).toContainEqual({ domain: 'ai.onnx.ml', version: 3 });
    const other = (version: number) =>
      part([{ op: 'Neg', inputs: ['x'], outputs: ['y'], domain: 'com.acme' }], {
        opsets: { '': 17, 'com.acme': version },
      });
    expect(problemOf(() => join(other(1), other(2), {})).message).toContain('what changed in between is not known');
  });

  it('initialisers of IR 3 are no inputs any more, and stay constant', () => {
    const three = part([{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }], {
      irVersion: 3,
      opsets: { '': 9 },
      inputs: [value('x', 'float32', n3), value('w', 'float32', [3])],
      initializers: [floats('w', [3], [1, 2, 3])],
    });
    const { model } = join(three, unary('Neg'), { x: 'y' });
    expect(model.graph?.input.map((info) => info.name)).toEqual(['x']);
    expect(model.graph?.initializer.map((t) => t.name)).toEqual(['w']);
  });
});

describe('local functions', () => {
  const local = (op: string, domain = 'local', call = 'Twist') =>
    part([{ op: call, inputs: ['x'], outputs: ['y'], domain }], {
      opsets: { '': 17, [domain]: 1 },
      functions: [
        { domain, name: call, inputs: ['a'], outputs: ['b'], nodes: [{ op, inputs: ['a'], outputs: ['b'] }] },
      ],
    });
  it('that are equal are one, those that differ are two', async () => {
    expect(join(local('Neg'), local('Neg'), { x: 'y' }).model.functions.length).toBe(1);
    const { model } = join(local('Neg'), local('Abs'), { x: 'y' });
    expect(model.functions.map((f) => f.name)).toEqual(['Twist', 'Twist_2']);
    expect(await outputsOf(model, { x: tensor([1, 3], [1, -2, 3]) })).toEqual({ y: [1, 2, 3] });
  });
  it("do not take the place of the other model's operators", async () => {
    const own = local('Neg', 'com.microsoft', 'Gelu');
    const real = part([{ op: 'Gelu', inputs: ['x'], outputs: ['y'], domain: 'com.microsoft' }], {
      opsets: { '': 17, 'com.microsoft': 1 },
    });
    for (const [a, b, sign] of [
      [own, real, -1],
      [real, own, 1],
    ] as const) {
      const { model } = join(a, b, { x: 'y' });
      const [first] = (await outputsOf(model, { x: tensor([1, 3], [10, 10, 10]) })).y;
      expect(first).toBeCloseTo(sign === -1 ? 0 : -10, 4);
    }
  });
});

describe('what else a file holds', () => {
  it('metadata and quantisation notes come along; training does not, and is told', () => {
    const a = part([{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], { metadata: { task: 'see', author: 'me' } });
    const b = part([{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], { metadata: { task: 'hear', author: 'me' } });
    if (b.graph === undefined) throw new Error('no graph');
    b.graph.quantizationAnnotation.push(
      create(TensorAnnotationSchema, {
        tensorName: 'y',
        quantParameterTensorNames: [{ key: 'SCALE_TENSOR', value: 'x' }],
      }),
    );
    b.trainingInfo.push(create(TrainingInfoProtoSchema, {}));
    const { model, notes } = join(a, b, { x: 'y' }, { names: ['a.onnx', 'b.onnx'] });
    expect(signatureOf(model).metadata).toEqual({ task: 'see', author: 'me', task_2: 'hear' });
    const [annotation] = model.graph?.quantizationAnnotation ?? [];
    expect([annotation.tensorName, annotation.quantParameterTensorNames[0].value]).toEqual(['y', 'y_2']);
    expect(notes).toEqual(['what "b.onnx" says of its training was left out']);
  });

  it('sparse weights keep their own names and places', async () => {
    const sparse = () => {
      const model = part([{ op: 'Add', inputs: ['x', 's'], outputs: ['y'] }]);
      const values = { name: 's', dataType: 1, dims: [1n], floatData: [5] };
      const indices = { dataType: 7, dims: [1n], int64Data: [1n] };
      model.graph?.sparseInitializer.push(create(SparseTensorProtoSchema, { values, indices, dims: [3n] }));
      return model;
    };
    const { model } = join(sparse(), sparse(), { x: 'y' });
    expect(model.graph?.sparseInitializer.map((s) => s.values?.name)).toEqual(['s', 's_2']);
    expect(await outputsOf(model, { x: tensor([1, 3], [1, 2, 3]) })).toEqual({ y: [1, 12, 3] });
  });
});
