import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { GraftedModel, OnnxValue } from '../../../core/define/lower.ts';
import { GraphBuilder } from '../../../core/onnx/graphBuilder.ts';
import { writeModel } from '../../../core/onnx/read.ts';
import { type BuilderModel, buildModel, value } from '../../onnx-builder.ts';
import { rejects } from '../../rejects.ts';

function file(model: BuilderModel, name = 'm.onnx'): GraftedModel {
  const bytes = buildModel(model);
  return { name, bytes, beside: () => new Uint8Array(0) };
}

/** y = x * w, of any opset. */
function scale(opset: number, over: Partial<BuilderModel> = {}): GraftedModel {
  return file({
    inputs: [value('x', 'float32', ['n', 3])],
    outputs: [value('y', 'float32', ['n', 3])],
    nodes: [{ op: 'Mul', inputs: ['x', 'w'], outputs: ['y'], name: 'mul' }],
    initializers: [{ name: 'w', dtype: 'float32', shape: [3], data: Float32Array.of(2, 3, 4) }],
    opsets: { '': opset },
    ...over,
  });
}

function building(): { readonly onnx: GraphBuilder; readonly x: OnnxValue } {
  const onnx = new GraphBuilder('items');
  const x = onnx.input('x', 'float32', ['items', 3]);
  return { onnx, x };
}

async function run(onnx: GraphBuilder, x: readonly number[]): Promise<Record<string, readonly number[]>> {
  const { model } = onnx.build('g');
  const session = await InferenceSession.create(writeModel(model), { logSeverityLevel: 3 });
  const outputs = await session.run({ x: new Tensor('float32', Float32Array.from(x), [x.length / 3, 3]) });
  await session.release();
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, [...(tensor.data as Float32Array)]]),
  );
}

describe('a model put into a graph', () => {
  it('stands between operators, with its names behind the node that it came from', async () => {
    const { onnx, x } = building();
    onnx.within('model');
    const { y } = onnx.graft(scale(17), { x: onnx.op('Neg', [x]) });
    expect(y).toMatchObject({ dtype: 'float32', shape: [null, 3] });
    onnx.output('out', onnx.op('Add', [y, onnx.float(1)]), ['items', 3]);
    const { model } = onnx.build('g');
    expect(model.opsetImport.map((one) => Number(one.version))).toEqual([18]);
    expect(model.graph?.node.map((node) => [node.opType, ...node.output])).toEqual([
      ['Neg', 'model/Neg'],
      ['Mul', 'model/y'],
      ['Add', 'model/Add'],
      ['Identity', 'out'],
    ]);
    expect(await run(onnx, [1, 1, 1])).toEqual({ out: [-1, -2, -3] });
  });

  it('raises the whole to its opset, or is raised: every operator still means the same', async () => {
    for (const opset of [11, 13, 17, 18, 21, 23]) {
      const { onnx, x } = building();
      // Own operators whose form changed since opset 11 and up to 23.
      const before = onnx.op('Squeeze', [onnx.op('Unsqueeze', [x, onnx.integers([0])]), onnx.integers([0])]);
      const { y } = onnx.graft(scale(opset), { x: before });
      onnx.output('out', onnx.op('ReduceSum', [y, onnx.integers([1])], { keepdims: 1 }), ['items', 1]);
      expect(await run(onnx, [1, 10, 100]), `opset ${opset}`).toEqual({ out: [432] });
    }
    const { onnx, x } = building();
    const old = file({
      inputs: [value('x', 'float32', ['n', 3])],
      outputs: [value('y', 'float32', ['n'])],
      nodes: [
        { op: 'ReduceMax', inputs: ['x'], outputs: ['y'], attributes: { axes: { ints: [1] }, keepdims: { i: 0 } } },
      ],
      opsets: { '': 11 },
    });
    onnx.output('most', onnx.graft(old, { x })['y'], ['items']);
    onnx.output('scaled', onnx.graft(scale(21), { x })['y'], ['items', 3]);
    expect(await run(onnx, [1, 7, 2])).toEqual({ most: [7], scaled: [2, 21, 8] });
  });

  it('keeps the weights once, however often it is put in, and passes on what only passes through', async () => {
    const { onnx, x } = building();
    const model = scale(18, {
      outputs: [value('y', 'float32', ['n', 3]), value('x', 'float32', ['n', 3]), value('w', 'float32', [3])],
    });
    const first = onnx.graft(model, { x });
    const second = onnx.graft(model, { x: first['y'] });
    onnx.output('out', second['y'], ['items', 3]);
    onnx.output('between', second['x'], ['items', 3]);
    onnx.output('weights', second['w'], [3]);
    expect(onnx.build('g').model.graph?.initializer.map((tensor) => tensor.name)).toEqual(['net/w']);
    expect(await run(onnx, [1, 1, 1])).toEqual({ out: [4, 9, 16], between: [2, 3, 4], weights: [2, 3, 4] });
  });

  it('brings local functions along, told apart where two of one name differ', async () => {
    const withFunction = (op: string) =>
      scale(18, {
        nodes: [{ op: 'Twist', domain: 'here', inputs: ['x'], outputs: ['y'] }],
        initializers: [],
        opsets: { '': 18, here: 1 },
        functions: [
          {
            domain: 'here',
            name: 'Twist',
            inputs: ['a'],
            outputs: ['b'],
            nodes: [{ op, inputs: ['a'], outputs: ['b'] }],
          },
        ],
      });
    const { onnx, x } = building();
    const abs = onnx.graft(withFunction('Abs'), { x });
    onnx.output('out', onnx.graft(withFunction('Neg'), { x: abs['y'] })['y'], ['items', 3]);
    expect(await run(onnx, [1, -2, 3])).toEqual({ out: [-1, -2, -3] });
  });

  it('takes weights from files beside it', async () => {
    const data = Float32Array.of(9, 9, 5, 6, 7);
    const { bytes } = scale(18, {
      initializers: [
        {
          name: 'w',
          dtype: 'float32',
          shape: [3],
          data: Float32Array.of(5, 6, 7),
          external: { location: 'w.bin', offset: 8, length: 12 },
        },
      ],
    });
    const { onnx, x } = building();
    const beside = ({ location, offset, length }: { location: string; offset: number; length: number }) => {
      expect(location).toBe('w.bin');
      return new Uint8Array(data.buffer, offset, length);
    };
    onnx.output('out', onnx.graft({ name: 'm.onnx', bytes, beside }, { x })['y'], ['items', 3]);
    expect(await run(onnx, [1, 1, 1])).toEqual({ out: [5, 6, 7] });
  });

  it('refuses custom operators, files that are no models, and inputs that are not its own', async () => {
    const { onnx, x } = building();
    const custom = scale(18, {
      nodes: [{ op: 'Mine', domain: 'com.acme', inputs: ['x'], outputs: ['y'] }],
      opsets: { '': 18, 'com.acme': 1 },
    });
    await rejects(async () => onnx.graft(custom, { x }), 'model-unsupported');
    const broken = { name: 'b.onnx', bytes: Uint8Array.of(1, 2, 3), beside: () => new Uint8Array(0) };
    await rejects(async () => onnx.graft(broken, { x }), 'model-invalid');
    const missing = await rejects(async () => onnx.graft(scale(18), { z: x }), 'wire-dangling');
    expect(missing.message).toMatch(/"x"/);
    const newer = await rejects(async () => onnx.graft(scale(99), { x }), 'model-unsupported');
    expect(newer.message).toMatch(/99/);
  });
});
