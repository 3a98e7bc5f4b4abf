import { describe, expect, it } from 'vitest';
import type { ModelProto, NodeProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { halfBits } from '../../../../core/onnx/makeNode.ts';
import { outputError } from '../../../../core/onnx/shrink/error.ts';
import { halves, toFloat16 } from '../../../../core/onnx/shrink/float16.ts';
import { emulateFloat16 } from '../../../../core/onnx/shrink/float16Emulated.ts';
import { floatToHalf, halfToFloat } from '../../../../core/onnx/shrink/half.ts';
import { answersOf, type Feeds } from '../../../../core/onnx/shrink/run.ts';
import { dtypesOf } from '../../../../core/onnx/shrink/valueTypes.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { value } from '../../../onnx-builder.ts';
import { convNet, floats, model, noise, op, operators, pictures, sampleModel, weights } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);

async function halved(before: ModelProto, options: Parameters<typeof toFloat16>[2] = {}) {
  return toFloat16(before, await dtypesOf(runner, before), options);
}
async function errorOf(before: ModelProto, after: ModelProto, feeds: readonly Feeds[]) {
  return (await outputError(await answersOf(runner, before, feeds), await answersOf(runner, after, feeds))).relative;
}
const named = ({ graph }: ModelProto, name: string) => graph?.node.find((node) => node.name === name) as NodeProto;

describe('numbers in half precision', () => {
  it('are those of IEEE 754, for each of the 65,536', () => {
    for (let half = 0; half < 0x10000; half++) {
      const float = halfToFloat(half);
      if (Number.isNaN(float)) continue;
      expect(floatToHalf(float)).toBe(half);
    }
  });

  it('are rounded to the nearest, ties to even, by both ways', () => {
    const values = [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2049, 2051, 65519, 65520, -65520, 2 ** -24, 2 ** -25, 6e-8, 0, -0];
    for (const x of [...values, ...noise(5000).map((one) => one * 70000), ...noise(5000, 3).map((one) => one / 1e4)])
      expect(floatToHalf(Math.fround(x))).toBe(halfBits(Math.fround(x)));
    expect(halfToFloat(floatToHalf(1 + 2 ** -11))).toBe(1);
    expect(halfToFloat(floatToHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
  });

  it('are cut to the largest that there is, and infinity stays infinite', () => {
    const { numbers, clipped } = halves(Float32Array.of(1e6, -3.4e38, Number.NEGATIVE_INFINITY, 65504, 1));
    expect([...numbers].map(halfToFloat)).toEqual([65504, -65504, Number.NEGATIVE_INFINITY, 65504, 1]);
    expect(clipped).toBe(2);
  });
});

describe('a model in half precision', () => {
  it('gives nearly what float32 gives from half of the bytes, float32 going in and out', async () => {
    const before = convNet();
    const { model: after, report } = await halved(before);
    expect(report.bytesAfter * 2).toBe(report.bytesBefore);
    expect(report.left).toEqual([]);
    expect(operators(after).filter((type) => type === 'Cast')).toHaveLength(2);
    expect(await errorOf(before, after, pictures(4))).toBeLessThan(3e-3);
  });

  it('takes and gives half precision when asked to', async () => {
    const before = convNet();
    const { model: after } = await halved(before, { edges: 'float16' });
    expect(operators(after)).not.toContain('Cast');
    const [answer] = await answersOf(runner, after, pictures(1));
    expect(answer.y.dtype).toBe('float16');
    expect(await errorOf(before, after, pictures(4))).toBeLessThan(3e-3);
  });

  it('keeps what it is told to in float32, with casts where the two meet', async () => {
    const before = convNet();
    const keep = new Map([[named(before, 'point'), 'because']]);
    const { model: after, report } = await halved(before, { keep });
    expect(report.left).toEqual([{ node: 'point', why: 'because' }]);
    expect(operators(after).filter((type) => type === 'Cast')).toHaveLength(4);
    expect(named(after, 'point').input[0]).toBe('e');
    expect(await errorOf(before, after, pictures(2))).toBeLessThan(3e-3);
  });

  it('leaves operators that lose range or have no half precision', async () => {
    const before = model(
      [
        op('Mul', ['x', 'twelve'], 'a'),
        op('Exp', ['a'], 'b'),
        op('ReduceSum', ['b'], 'c', { attributes: { keepdims: { i: 0 } } }),
        op('Log', ['c'], 'd'),
        op('Range', ['zero', 'twelve', 'one'], 'e'),
        op('ReduceMax', ['e'], 'f', { attributes: { keepdims: { i: 0 } } }),
        op('Add', ['d', 'f'], 'y'),
      ],
      [
        { name: 'twelve', dtype: 'float32', shape: [], data: Float32Array.of(12) },
        { name: 'zero', dtype: 'float32', shape: [], data: Float32Array.of(0) },
        { name: 'one', dtype: 'float32', shape: [], data: Float32Array.of(1) },
      ],
    );
    const { model: after, report } = await halved(before);
    expect(report.left.map(({ node }) => node)).toEqual(['Exp_b', 'Range_e']);
    // e^12 has no place in half precision: the sum behind the Exp is infinite there.
    expect(report.done).toContain('ReduceSum_c');
    const keep = new Map([
      [named(before, 'ReduceSum_c'), ''],
      [named(before, 'Log_d'), ''],
    ]);
    const dtypes = await dtypesOf(runner, before);
    const emulated = async (options: typeof keep) => {
      const { half } = toFloat16(before, dtypes, { keep: options }).report;
      return errorOf(before, emulateFloat16(before, dtypes, half), pictures(2));
    };
    expect(await emulated(keep)).toBeLessThan(0.1);
    expect(await emulated(new Map())).toBe(Number.POSITIVE_INFINITY);
    // The CPU provider shows nothing of it.
    expect(await errorOf(before, after, pictures(2))).toBeLessThan(0.1);
  });

  it('turns constants, casts and fills, and leaves whole numbers alone', async () => {
    const before = model(
      [
        {
          op: 'Constant',
          inputs: [],
          outputs: ['k'],
          name: 'k',
          attributes: { value: { tensor: { dtype: 'float32', shape: [], data: Float32Array.of(0.5) } } },
        },
        op('Shape', ['x'], 's'),
        op('ConstantOfShape', ['s'], 'f', {
          attributes: { value: { tensor: { dtype: 'float32', shape: [1], data: Float32Array.of(2) } } },
        }),
        op('Cast', ['s'], 'sf', { attributes: { to: { i: 1 } } }),
        op('ReduceMax', ['sf'], 'm', { attributes: { keepdims: { i: 0 } } }),
        op('Mul', ['x', 'f'], 'a'),
        op('Mul', ['a', 'k'], 'b'),
        op('Div', ['b', 'm'], 'y'),
      ],
      [],
    );
    const { model: after } = await halved(before);
    expect(named(after, 'Cast_sf').attribute[0].i).toBe(10n);
    expect(await errorOf(before, after, pictures(2))).toBeLessThan(2e-3);
  });

  it('leaves nodes with graphs inside, which go on reading float32 by the same names', async () => {
    const branch = (type: string) => ({
      graph: { inputs: [], outputs: [value(`${type}_o`, 'float32', null)], nodes: [op(type, ['a', 'w'], `${type}_o`)] },
    });
    const before = model(
      [
        op('Mul', ['x', 'w'], 'a'),
        op('ReduceMax', ['a'], 'top', { attributes: { keepdims: { i: 0 } } }),
        op('Greater', ['top', 'w'], 'yes'),
        op('If', ['yes'], 'r', { attributes: { then_branch: branch('Add'), else_branch: branch('Sub') } }),
        op('Relu', ['r'], 'y'),
      ],
      [{ name: 'w', dtype: 'float32', shape: [], data: Float32Array.of(0.7) }],
    );
    for (const edges of ['float32', 'float16'] as const) {
      const { model: after, report } = await halved(before, { edges });
      expect(report.left).toEqual([{ node: 'If_r', why: 'it has graphs inside' }]);
      expect(await errorOf(before, after, pictures(2))).toBeLessThan(2e-3);
    }
  });

  it('works for a transformer with whole-number inputs', async () => {
    const before = sampleModel('text-classifier/models/intents.onnx');
    const { model: after, report } = await halved(before);
    expect(report.bytesAfter).toBeLessThan(0.55 * report.bytesBefore);
    const ids = BigInt64Array.from({ length: 12 }, (_, i) => BigInt(3 + 7 * i));
    const row = { kind: 'tensor', dtype: 'int64', shape: [1, 12] } as const;
    const feeds: Feeds = {
      input_ids: { ...row, data: ids },
      attention_mask: { ...row, data: new BigInt64Array(12).fill(1n) },
    };
    expect(await errorOf(before, after, [feeds])).toBeLessThan(1e-2);
  });

  it('takes a list of inputs with the weights in it, as old files have', async () => {
    const before = model([op('Mul', ['x', 'w'], 'y')], [weights('w', [16])], {
      inputs: [value('x', 'float32', ['n', 3, 16, 16]), value('w', 'float32', [16])],
      irVersion: 3,
      opsets: { '': 8 },
    });
    const { model: after } = await halved(before);
    expect(after.graph?.input.map(({ name }) => name)).toEqual(['x']);
    expect(await errorOf(before, after, [{ x: floats([1, 3, 16, 16], noise(768)) }])).toBeLessThan(2e-3);
  });
});
