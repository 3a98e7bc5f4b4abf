import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
} from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { declareShapes, inferShapes } from '../../../core/onnx/inferShapes.ts';
import { join } from '../../../core/onnx/join.ts';
import { pruneUnused } from '../../../core/onnx/prune.ts';
import { quantiseDynamic } from '../../../core/onnx/quantise.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { renameAll } from '../../../core/onnx/rename.ts';
import { buildModel, value } from '../../onnx-builder.ts';
import { examine, mutant } from './mutate.ts';

describe('damaged files', () => {
  it('600 of them give models or problems, never anything else', async () => {
    let done = 0;
    for (let seed = 0; seed < 600; seed++) {
      done += await examine(mutant(seed)).catch((cause: unknown) => {
        throw new Error(`mutant ${seed}`, { cause });
      });
    }
    // Most of them can still be read, so all that is done to models was really tried.
    expect(done).toBeGreaterThan(3000);
  });
});

function modelOf(graph: Parameters<typeof create<typeof GraphProtoSchema>>[1]): ModelProto {
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: create(GraphProtoSchema, graph),
  });
}

describe('graphs made to hurt', () => {
  it('loops in loops, each of whose states changes every turn, end', () => {
    let body: GraphProto | undefined;
    for (let depth = 0; depth < 30; depth++) {
      body = create(GraphProtoSchema, {
        input: ['i', 'c', 's'].map((name) => ({ name: name + depth })),
        output: ['c', 't'].map((name) => ({ name: name + depth })),
        node: [
          { opType: 'Unsqueeze', input: [`s${depth}`, 'axes'], output: [`u${depth}`] },
          {
            opType: 'Concat',
            input: [`u${depth}`, `u${depth}`],
            output: [`t${depth}`],
            attribute: [{ name: 'axis', i: 0n }],
          },
          ...(body === undefined
            ? []
            : [
                {
                  opType: 'Loop',
                  input: ['', '', `t${depth}`],
                  output: [`l${depth}`],
                  attribute: [{ name: 'body', g: body }],
                },
              ]),
        ],
      });
    }
    const model = modelOf({
      node: [{ opType: 'Loop', input: ['', '', 'x'], output: ['y'], attribute: [{ name: 'body', g: body }] }],
      input: [{ name: 'x', type: { value: { case: 'tensorType', value: { elemType: 1, shape: { dim: [] } } } } }],
      initializer: [{ name: 'axes', dataType: 7, dims: [1n], int64Data: [0n] }],
    });
    expect(inferShapes(model).types.get('y')?.shape ?? null).toBeNull();
  });

  it('functions that call functions twice each, thirty deep, end', () => {
    const names = Array.from({ length: 30 }, (_, n) => `f${n}`);
    const bytes = buildModel({
      inputs: [value('x', 'float32', [3])],
      outputs: [value('y', 'float32', null)],
      nodes: [{ op: 'f0', inputs: ['x'], outputs: ['y'], domain: 'local' }],
      opsets: { '': 17, local: 1 },
      functions: names.map((name, n) => ({
        domain: 'local',
        name,
        inputs: ['a'],
        outputs: ['c'],
        nodes:
          n === names.length - 1
            ? [{ op: 'Neg', inputs: ['a'], outputs: ['c'] }]
            : [
                { op: names[n + 1], inputs: ['a'], outputs: ['b'], domain: 'local' },
                { op: names[n + 1], inputs: ['b'], outputs: ['c'], domain: 'local' },
              ],
      })),
    });
    const model = readModel(bytes, 'm');
    expect(inferShapes(model).types.get('y')?.shape ?? null).toBeNull();
    expect(pruneUnused(model).functions.length).toBe(30);
  });

  it('a function that calls itself ends', () => {
    const bytes = buildModel({
      inputs: [value('x', 'float32', [3])],
      outputs: [value('y', 'float32', null)],
      nodes: [{ op: 'f', inputs: ['x'], outputs: ['y'], domain: 'local' }],
      opsets: { '': 17, local: 1 },
      functions: [
        {
          domain: 'local',
          name: 'f',
          inputs: ['a'],
          outputs: ['b'],
          nodes: [{ op: 'f', inputs: ['a'], outputs: ['b'], domain: 'local' }],
        },
      ],
    });
    const model = readModel(bytes, 'm');
    expect(inferShapes(model).types.get('y')?.shape ?? null).toBeNull();
    expect(join(model, model, { x: 'y' }).model.functions.length).toBe(1);
  });

  it('chains of a hundred thousand nodes are no stack of calls', () => {
    const count = 100_000;
    const node = Array.from({ length: count }, (_, n) => ({
      opType: 'Identity',
      input: [`v${n}`],
      output: [`v${n + 1}`],
    }));
    node.push({ opType: 'MatMul', input: ['v0', `v${count}`], output: ['y'] });
    const model = modelOf({ node, input: [{ name: 'v0' }], output: [{ name: 'y' }] });
    expect(pruneUnused(model).graph?.node.length).toBe(count + 1);
    expect(quantiseDynamic(model).report.quantised).toEqual([]);
    expect(join(model, model, { v0: 'y' }).model.graph?.node.length).toBe(2 * count + 2);
  });

  it('Identity of itself is no constant', () => {
    const node = [
      { opType: 'Identity', input: ['w'], output: ['w'] },
      { opType: 'MatMul', input: ['x', 'w'], output: ['y'] },
    ];
    expect(
      quantiseDynamic(modelOf({ node, input: [{ name: 'x' }], output: [{ name: 'y' }] })).report.quantised,
    ).toEqual([]);
  });

  it('shapes of a million axes, and sizes that cannot be, are left open', () => {
    const dim = Array.from({ length: 1_000_000 }, () => ({ value: { case: 'dimValue' as const, value: 2n } }));
    const wide = { value: { case: 'tensorType' as const, value: { elemType: 1, shape: { dim } } } };
    const negative = { dataType: 7, dims: [2n], int64Data: [-7n, 2n ** 62n] };
    const model = modelOf({
      node: [
        { opType: 'Transpose', input: ['x'], output: ['t'] },
        { opType: 'ReduceSum', input: ['t'], output: ['r'], attribute: [{ name: 'axes', ints: dim.map(() => 0n) }] },
        { opType: 'ConstantOfShape', input: ['n'], output: ['c'] },
        { opType: 'Tile', input: ['c', 'n'], output: ['y'] },
      ],
      input: [{ name: 'x', type: wide }],
      output: [{ name: 'y' }, { name: 't' }, { name: 'r' }],
      initializer: [{ ...negative, name: 'n' }],
    });
    const { types } = inferShapes(model);
    expect(types.get('t')?.shape).toBeNull();
    expect(types.get('c')?.shape).toEqual([null, null]);
    expect(types.get('y')?.shape).toEqual([null, null]);
    expect(writeModel(declareShapes(model)).length).toBeLessThan(30_000_000);
  });

  it('names that objects have by themselves are names like others', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const node = names.map((name, n) => ({
      opType: n === 0 ? 'constructor' : 'Neg',
      input: [names[n - 1] ?? 'x'],
      output: [name],
    }));
    const model = modelOf({
      node,
      input: [{ name: 'x' }],
      output: names.map((name) => ({ name })),
    });
    expect(inferShapes(model).types.has('constructor')).toBe(true);
    const joined = join(model, renameAll(model, 'p/'), { 'p/x': '__proto__' });
    expect(joined.second.outputs['p/toString']).toBe('p/toString');
    expect(joined.first.outputs['constructor']).toBe('constructor');
  });
});
