import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { extract } from '../../../core/onnx/extract.ts';
import type { ModelProto } from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { allNodes } from '../../../core/onnx/graphs.ts';
import { declareShapes } from '../../../core/onnx/inferShapes.ts';
import { replaceInitializer } from '../../../core/onnx/initializers.ts';
import { danglingNames, pruneUnused } from '../../../core/onnx/prune.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { renameAll, renameModel } from '../../../core/onnx/rename.ts';
import { setBatch } from '../../../core/onnx/setBatch.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { float32Tensor } from '../../../core/onnx/tensorData.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { type BuilderModel, type BuilderTensor, buildModel, value } from '../../onnx-builder.ts';
import { runModel } from './runModel.ts';

function modelOf(model: BuilderModel): ModelProto {
  return readModel(buildModel(model), 'm.onnx');
}
function ints(name: string, values: readonly number[]): BuilderTensor {
  return { name, dtype: 'int64', shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}
function floats(name: string, shape: readonly number[], data: readonly number[]): BuilderTensor {
  return { name, dtype: 'float32', shape, data: Float32Array.from(data) };
}
function tensor(shape: readonly number[], data: readonly number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}
function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.data.code;
    throw error;
  }
  return 'fine';
}

/** y = |x| + w if w < 3, else -(x + w), by a graph inside that reads values of the graph around it, and a local function. */
function branching(): ModelProto {
  const out = (name: string) => [value(name, 'float32', null)];
  return modelOf({
    inputs: [value('x', 'float32', ['n'])],
    outputs: [value('y', 'float32', ['n'])],
    initializers: [floats('w', [1], [2]), floats('three', [], [3]), floats('spare', [2], [1, 2])],
    nodes: [
      { op: 'Squeeze', inputs: ['w'], outputs: ['one'] },
      { op: 'Less', inputs: ['one', 'three'], outputs: ['test'] },
      { op: 'Neg', inputs: ['spare'], outputs: ['unread'] },
      {
        op: 'If',
        inputs: ['test'],
        outputs: ['y'],
        attributes: {
          then_branch: {
            graph: {
              inputs: [],
              outputs: out('t'),
              initializers: [floats('lost', [1], [9])],
              nodes: [{ op: 'Twist', inputs: ['x', 'w'], outputs: ['t'], domain: 'local' }],
            },
          },
          else_branch: {
            graph: {
              inputs: [],
              outputs: out('e'),
              nodes: [
                { op: 'Add', inputs: ['x', 'w'], outputs: ['s'] },
                { op: 'Neg', inputs: ['s'], outputs: ['e'] },
                { op: 'Exp', inputs: ['s'], outputs: ['alsoUnread'] },
              ],
            },
          },
        },
      },
    ],
    opsets: { '': 17, local: 1 },
    functions: [
      {
        domain: 'local',
        name: 'Twist',
        inputs: ['a', 'b'],
        outputs: ['c'],
        nodes: [
          { op: 'Abs', inputs: ['a'], outputs: ['p'] },
          { op: 'Add', inputs: ['p', 'b'], outputs: ['c'] },
        ],
      },
      {
        domain: 'local',
        name: 'Never',
        inputs: ['a'],
        outputs: ['b'],
        nodes: [{ op: 'Neg', inputs: ['a'], outputs: ['b'] }],
      },
    ],
  });
}
const x = tensor([3], [-1, 0, 4]);

describe('names', () => {
  it('get a prefix at every depth, local functions and what graphs inside take from around them too', async () => {
    const renamed = renameAll(branching(), 'p/', true);
    const again = await runModel(writeModel(renamed), { 'p/x': x });
    expect([...(again['p/y'].data as Float32Array)]).toEqual([3, 2, 6]);
    const names = [...allNodes(renamed)].flatMap((node) => [...node.input, ...node.output]);
    const inFunctions = renamed.functions.flatMap((f) => f.node.flatMap((node) => [...node.input, ...node.output]));
    expect(names.filter((name) => !name.startsWith('p/')).sort()).toEqual(inFunctions.sort());
    expect(renamed.functions.map((f) => f.name)).toEqual(['p/Twist', 'p/Never']);
    expect(signatureOf(renamed).inputs[0].shape).toEqual(['p/n']);
    expect(danglingNames(renamed)).toEqual([]);
  });

  it('that are empty stay empty, and the model that was given stays as it was', () => {
    const model = branching();
    const before = writeModel(model);
    const renamed = renameModel(model, { value: (name) => name.toUpperCase(), dim: () => 7 });
    expect(signatureOf(renamed).outputs).toEqual([{ name: 'Y', form: 'tensor', dtype: 'float32', shape: [7] }]);
    expect(writeModel(model)).toEqual(before);
  });
});

describe('pruning', () => {
  it('takes what no output needs, at every depth, and functions that nobody calls', async () => {
    const pruned = pruneUnused(branching());
    expect(pruned.graph?.initializer.map((t) => t.name)).toEqual(['w', 'three']);
    expect([...allNodes(pruned)].map((n) => n.opType).sort()).toEqual(
      ['Abs', 'Add', 'Add', 'If', 'Less', 'Neg', 'Squeeze', 'Twist'].sort(),
    );
    expect(pruned.functions.map((f) => f.name)).toEqual(['Twist']);
    const again = await runModel(writeModel(pruned), { x });
    expect([...(again.y.data as Float32Array)]).toEqual([3, 2, 6]);
  });

  it('does not loop on graphs that do', () => {
    const round = modelOf({
      inputs: [],
      outputs: [value('a', 'float32', [1])],
      nodes: [
        { op: 'Neg', inputs: ['b'], outputs: ['a'] },
        { op: 'Neg', inputs: ['a'], outputs: ['b'] },
        { op: 'Neg', inputs: ['c'], outputs: ['c'] },
      ],
    });
    expect(pruneUnused(round).graph?.node.length).toBe(2);
  });
});

describe('a part of a model', () => {
  it('between values: what lies before the inputs goes, and what graphs inside need stays', async () => {
    const part = extract(branching(), ['x', 'test'], ['y']);
    expect(signatureOf(part).inputs.map((p) => p.name)).toEqual(['x', 'test']);
    expect(part.graph?.initializer.map((t) => t.name)).toEqual(['w']);
    const no: TensorValue = { kind: 'tensor', dtype: 'bool', shape: [], data: Uint8Array.of(0) };
    // The type of a value in between is not declared in the file: it is when shapes are inferred first.
    const typed = extract(declareShapes(branching()), ['x', 'test'], ['y']);
    expect(signatureOf(typed).inputs[1]).toEqual({ name: 'test', form: 'tensor', dtype: 'bool', shape: [] });
    const got = await runModel(writeModel(typed), { x, test: no });
    expect([...(got.y.data as Float32Array)]).toEqual([-1, -2, -6]);
  });

  it('names that are not there, and inputs that are needed and not named, are told', () => {
    expect(codeOf(() => extract(branching(), ['x'], ['yy']))).toBe('wire-dangling');
    expect(() => extract(branching(), ['x'], ['unred'], 'b.onnx')).toThrow(/"b.onnx" has no value "unred"/);
    expect(() => extract(branching(), ['test'], ['y'])).toThrow(/needs the input "x"/);
  });
});

describe('initialisers', () => {
  it('are replaced by name, of the same dtype and shape unless freely', async () => {
    const model = branching();
    const replaced = replaceInitializer(model, 'w', float32Tensor('', [1], Float32Array.of(10)));
    expect([...((await runModel(writeModel(replaced), { x })).y.data as Float32Array)]).toEqual([-9, -10, -14]);
    const two = float32Tensor('w', [2], Float32Array.of(1, 2));
    expect(codeOf(() => replaceInitializer(model, 'w', two))).toBe('wire-shape');
    expect(codeOf(() => replaceInitializer(model, 'v', two))).toBe('wire-dangling');
    expect(codeOf(() => replaceInitializer(model, 'w', { ...two, dims: [1n], dataType: 7 }))).toBe('wire-dtype');
    expect(replaceInitializer(model, 'w', two, true).graph?.initializer[0].dims).toEqual([2n]);
  });
});

describe('the batch', () => {
  const fixed = (target: readonly number[]) =>
    modelOf({
      inputs: [value('x', 'float32', [1, 2, 2])],
      outputs: [value('y', 'float32', [1, 3])],
      initializers: [
        ints('shape', target),
        floats(
          'w',
          [4, 3],
          Array.from({ length: 12 }, (_, i) => i),
        ),
      ],
      nodes: [
        { op: 'Relu', inputs: ['x'], outputs: ['r'] },
        { op: 'Reshape', inputs: ['r', 'shape'], outputs: ['flat'] },
        { op: 'MatMul', inputs: ['flat', 'w'], outputs: ['y'] },
      ],
      values: [value('flat', 'float32', [1, 4])],
    });

  it.each([[[1, 4]], [[1, -1]]])('is opened, a Reshape to %j too', async (target) => {
    const { model, reshaped, unproven } = setBatch(fixed(target), 'batch');
    expect(reshaped).toEqual(['Reshape_flat']);
    expect(unproven).toEqual([]);
    const { inputs, outputs } = signatureOf(model);
    expect([inputs[0].shape, outputs[0].shape]).toEqual([
      ['batch', 2, 2],
      ['batch', 3],
    ]);
    const one = [1, 2, 3, 4];
    const [before] = [(await runModel(writeModel(fixed(target)), { x: tensor([1, 2, 2], one) })).y];
    const after = (await runModel(writeModel(model), { x: tensor([2, 2, 2], [...one, ...one]) })).y;
    expect(after.shape).toEqual([2, 3]);
    expect([...(after.data as Float32Array)]).toEqual([
      ...(before.data as Float32Array),
      ...(before.data as Float32Array),
    ]);
  });

  it('is fixed again, and told where it does not come through', () => {
    const { model } = setBatch(setBatch(fixed([1, 4]), 'batch').model, 4);
    expect(signatureOf(model).outputs[0].shape).toEqual([4, 3]);
    const pinned = modelOf({
      inputs: [value('x', 'float32', [1, 2])],
      outputs: [value('y', 'float32', [1, 2])],
      initializers: [floats('w', [1, 1], [0])],
      nodes: [
        { op: 'ReduceSum', inputs: ['x'], outputs: ['s'] },
        { op: 'Add', inputs: ['s', 'w'], outputs: ['y'] },
      ],
    });
    expect(setBatch(pinned, 'n').unproven).toEqual(['y']);
  });
});
