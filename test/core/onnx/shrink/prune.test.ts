import { describe, expect, it } from 'vitest';
import type { ModelProto, TensorProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { outputError } from '../../../../core/onnx/shrink/error.ts';
import { pruneChannels } from '../../../../core/onnx/shrink/pruneChannels.ts';
import { pruneWeights, withoutSmallest } from '../../../../core/onnx/shrink/pruneWeights.ts';
import { answersOf } from '../../../../core/onnx/shrink/run.ts';
import { floatsOf } from '../../../../core/onnx/tensorData.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { type BuilderNode, type BuilderTensor, value } from '../../../onnx-builder.ts';
import { conv, convNet, model, op, pictures, sampleModel, weights } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);
const tensor = ({ graph }: ModelProto, name: string) => graph?.initializer.find((t) => t.name === name) as TensorProto;
const dims = (net: ModelProto, name: string) => tensor(net, name).dims.map(Number);

/** Sets whole channels of tensors to zero: what is then pruned away was nothing. */
function silenced(net: ModelProto, channels: readonly number[], names: readonly string[]): ModelProto {
  for (const name of names) {
    const one = tensor(net, name);
    const values = floatsOf(one) as Float32Array;
    const inner = values.length / Number(one.dims[0]);
    for (const channel of channels) values.fill(0, channel * inner, (channel + 1) * inner);
    one.rawData = new Uint8Array(values.buffer);
  }
  return net;
}
async function errorOf(before: ModelProto, after: ModelProto) {
  return outputError(await answersOf(runner, before, pictures(3)), await answersOf(runner, after, pictures(3)));
}

describe('magnitude pruning', () => {
  it('takes the smallest, as many as asked, of equals the earlier', () => {
    expect([...withoutSmallest(Float32Array.of(3, -1, 2, -4, 1, 0.5), 0.5)]).toEqual([3, 0, 2, -4, 0, 0]);
    expect([...withoutSmallest(Float32Array.of(3, -1, 2, -4, 1, 0.5), 0.34)]).toEqual([3, 0, 2, -4, 1, 0]);
    expect([...withoutSmallest(Float32Array.of(1, 1, 1, 1), 0.5)]).toEqual([0, 0, 1, 1]);
    expect([...withoutSmallest(Float32Array.of(1, 2), 0)]).toEqual([1, 2]);
  });

  it('zeroes that share of each layer, changes no size, and leaves the model as it was', () => {
    const before = convNet();
    const { model: after, report } = pruneWeights(before, { share: 0.75 });
    expect(report.done).toEqual(['first', 'deep', 'point', 'last', 'head']);
    expect(report.bytesAfter).toBe(report.bytesBefore);
    for (const name of ['first.w', 'last.w', 'head.w']) {
      const values = floatsOf(tensor(after, name)) as Float32Array;
      expect(values.filter((x) => x === 0).length / values.length).toBeCloseTo(0.75, 2);
    }
    expect(floatsOf(tensor(before, 'last.w'))?.includes(0)).toBe(false);
    expect(floatsOf(tensor(after, 'first.b'))).toEqual(floatsOf(tensor(before, 'first.b')));
  });
});

describe('structured pruning', () => {
  it('takes channels out that were nothing without changing an answer, and cuts all that goes with them', async () => {
    // Channels 1, 5, 9 and 13 of the block (those of its first, depthwise and pointwise layer go together).
    const gone = [1, 5, 9, 13];
    const before = silenced(convNet(), gone, ['first.w', 'first.b', 'deep.w', 'deep.b', 'point.w', 'point.b']);
    const { model: after, report } = pruneChannels(before, { share: 0.25, multiple: 4 });
    expect(report.done).toEqual(['first', 'point', 'last']);
    expect(dims(after, 'first.w')).toEqual([12, 3, 3, 3]);
    expect(dims(after, 'deep.w')).toEqual([12, 1, 3, 3]);
    expect(dims(after, 'deep.b')).toEqual([12]);
    expect(dims(after, 'point.w')).toEqual([12, 12, 1, 1]);
    expect(dims(after, 'last.w')).toEqual([24, 12, 3, 3]);
    expect(dims(after, 'head.w')).toEqual([10, 24]);
    const { model: block } = pruneChannels(before, { share: 0.25, multiple: 4, except: new Set(['last']) });
    expect(dims(block, 'last.w')).toEqual([32, 12, 3, 3]);
    expect((await errorOf(before, block)).relative).toBeLessThan(1e-6);
    // The last layer had no silent channels: there something is lost.
    expect((await errorOf(before, after)).relative).toBeGreaterThan(1e-3);
  });

  it('keeps a number of channels that kernels like, and those that weigh most', () => {
    const { model: after } = pruneChannels(convNet(), { share: 0.3 });
    expect(dims(after, 'last.w')[0]).toBe(24);
    // Of 16, taking 30 % would leave 12: not a multiple of 8 that is less than all.
    expect(dims(after, 'first.w')[0]).toBe(16);
  });

  const wide = (name: string, input: string, output: string) => conv(name, input, output);
  const layer = (name: string, out: number, into: number, seed: number): readonly BuilderTensor[] => [
    weights(`${name}.w`, [out, into, 3, 3], seed),
    weights(`${name}.b`, [out], seed + 9),
  ];

  it('goes through Concat, BatchNormalization, flattening with places, and a stack of Gemms', async () => {
    const nodes: readonly BuilderNode[] = [
      wide('one', 'x', 'a'),
      wide('two', 'x', 'b'),
      op('Concat', ['a', 'b'], 'c', { attributes: { axis: { i: 1 } } }),
      op('BatchNormalization', ['c', 's', 's2', 's3', 'v'], 'd'),
      op('Mul', ['d', 'each'], 'd2'),
      op('LeakyRelu', ['d2'], 'e'),
      wide('three', 'e', 'f'),
      op('AveragePool', ['f'], 'g', { attributes: { kernel_shape: { ints: [8, 8] }, strides: { ints: [8, 8] } } }),
      op('Flatten', ['g'], 'h'),
      op('Gemm', ['h', 'm.w', 'm.b'], 'i', { name: 'm' }),
      op('Relu', ['i'], 'j'),
      op('Gemm', ['j', 'o.w'], 'y', { name: 'o' }),
    ];
    const before = model(nodes, [
      ...layer('one', 16, 3, 1),
      ...layer('two', 24, 3, 2),
      ...layer('three', 16, 40, 3),
      ...['s', 's2', 's3', 'v'].map((name) => ({
        name,
        dtype: 'float32' as const,
        shape: [40],
        data: new Float32Array(40).fill(1.5),
      })),
      weights('each', [1, 40, 1, 1], 8),
      weights('m.w', [64, 32], 5),
      weights('m.b', [32], 6),
      weights('o.w', [32, 6], 7),
    ]);
    const silent = silenced(before, [0, 2, 4, 6, 8, 10, 12, 14], ['one.w', 'one.b', 'three.w', 'three.b']);
    const { model: after, report } = pruneChannels(silent, { share: 0.5, except: new Set(['two', 'm']) });
    expect(report.done).toEqual(['one', 'three']);
    expect(dims(after, 's')).toEqual([32]);
    expect(dims(after, 'each')).toEqual([1, 32, 1, 1]);
    expect(dims(after, 'three.w')).toEqual([8, 32, 3, 3]);
    // Each channel has 2 x 2 places.
    expect(dims(after, 'm.w')).toEqual([32, 32]);
    // A silent channel of the first layer is not silent behind the normalisation: the rest must be as if it had been cut.
    await answersOf(runner, after, pictures(1));
    const third = silenced(before, [0, 2, 4, 6, 8, 10, 12, 14], ['three.w', 'three.b']);
    const { model: exact } = pruneChannels(third, { share: 0.5, only: new Set(['three']) });
    expect(dims(exact, 'm.w')).toEqual([32, 32]);
    expect((await errorOf(third, exact)).relative).toBeLessThan(1e-6);
    const { model: gemms } = pruneChannels(before, { share: 0.25, only: new Set(['m']) });
    expect([dims(gemms, 'm.w'), dims(gemms, 'm.b'), dims(gemms, 'o.w')]).toEqual([[64, 24], [24], [24, 6]]);
    await answersOf(runner, gemms, pictures(1));
  });

  it('says why channels must stay', () => {
    const nodes: readonly BuilderNode[] = [
      wide('a', 'x', 'av'),
      op('Transpose', ['av'], 'at', { attributes: { perm: { ints: [0, 2, 3, 1] } } }),
      wide('b', 'x', 'bv'),
      conv('bg', 'bv', 'bz', { pads: { ints: [1, 1, 1, 1] }, group: { i: 2 } }),
      wide('c', 'x', 'cv'),
      op('Add', ['cv', 'cp'], 'cz'),
      wide('d', 'x', 'y'),
      wide('e', 'x', 'ev'),
      conv('shared', 'ev', 'z', { pads: { ints: [1, 1, 1, 1] } }),
      { op: 'Conv', inputs: ['ev', 'shared.w'], outputs: ['q'], name: 'other' },
    ];
    const before = model(
      nodes,
      [
        ...['a', 'b', 'c', 'd', 'e'].flatMap((name, i) => layer(name, 16, 3, i + 1)),
        weights('bg.w', [16, 8, 3, 3], 11),
        weights('bg.b', [16], 12),
        weights('cp', [1, 16, 16, 16], 13),
        ...layer('shared', 16, 16, 14),
      ],
      { outputs: ['at', 'bz', 'cz', 'y', 'z', 'q'].map((name) => value(name, 'float32', null)) },
    );
    const { report } = pruneChannels(before, { share: 0.5 });
    expect(report.done).toEqual([]);
    const why = Object.fromEntries(report.left.map((one) => [one.node, one.why]));
    expect(why['a']).toBe('Transpose "Transpose_at" needs it whole');
    expect(why['b']).toBe('"bg" works in 2 groups of channels');
    expect(why['c']).toBe('"cp" does not go with its channels');
    expect(why['d']).toBe('it comes out of the model as "y"');
    expect(why['e']).toBe('the weights of "shared" are not its own');
  });

  it("cuts the samples' own networks so that they still run", async () => {
    for (const [file, feeds] of [
      ['picture-classifier/models/scenes.onnx', { pixel_values: pictures(1, 1, 96)[0].x }],
    ] as const) {
      const before = sampleModel(file);
      const { model: after, report } = pruneChannels(before, { share: 0.1 });
      expect(report.done.length).toBeGreaterThan(0);
      expect(report.bytesAfter).toBeLessThan(report.bytesBefore);
      const [answer] = await answersOf(runner, after, [feeds]);
      expect(answer.logits.shape).toEqual([1, 10]);
    }
  });
});
