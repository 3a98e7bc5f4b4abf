import { describe, expect, it } from 'vitest';
import type { ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { outputError } from '../../../../core/onnx/shrink/error.ts';
import { type Int4Options, quantiseInt4 } from '../../../../core/onnx/shrink/int4.ts';
import { quantiseBlocks } from '../../../../core/onnx/shrink/int4Blocks.ts';
import { answersOf, type Feeds } from '../../../../core/onnx/shrink/run.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { value } from '../../../onnx-builder.ts';
import { convNet, floats, model, noise, op, operators, weights } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);
const rows = { inputs: [value('x', 'float32', ['n', 80])] };
const feeds: readonly Feeds[] = [1, 2].map((seed) => ({ x: floats([5, 80], noise(400, seed)) }));

async function errorOf(before: ModelProto, options: Int4Options) {
  const { model: after } = quantiseInt4(before, { smallest: 0, ...options });
  return outputError(await answersOf(runner, before, feeds), await answersOf(runner, after, feeds)).relative;
}

/** What a packed block stands for. */
function unpacked(values: Float32Array, length: number, blockSize: number, symmetric: boolean): number[] {
  const { packed, scales, zeros } = quantiseBlocks(values, 1, length, blockSize, symmetric);
  return Array.from({ length }, (_, i) => {
    const block = Math.floor(i / blockSize);
    const number = (packed[i >> 1] >> (4 * (i & 1))) & 15;
    const zero = zeros === null ? 8 : (zeros[block >> 1] >> (4 * (block & 1))) & 15;
    return (number - zero) * scales[block];
  });
}

describe('blocks of 4 bits', () => {
  it.each([true, false])(
    'keep each number within half a step, or a step at the far end (symmetric: %s)',
    (symmetric) => {
      const values = noise(100, 7);
      const kept = unpacked(values, 100, 32, symmetric);
      for (let from = 0; from < 100; from += 32) {
        const block = values.subarray(from, from + 32);
        const [low, high] = [Math.min(0, ...block), Math.max(0, ...block)];
        const step = symmetric ? Math.max(-low, high) / 8 : (high - low) / 15;
        block.forEach((x, i) => {
          // Symmetric steps end at 7 on one side; a zero point is rounded to a step.
          expect(Math.abs(kept[from + i] - x)).toBeLessThanOrEqual(step * 1.0001);
        });
      }
    },
  );

  it('meet zero exactly, and the largest number', () => {
    const values = Float32Array.of(0, 3, -6, 0, ...noise(12).map((x) => x * 2));
    for (const symmetric of [true, false]) expect(unpacked(values, 16, 16, symmetric)[0]).toBe(0);
    expect(unpacked(values, 16, 16, true)[2]).toBeCloseTo(-6, 6);
    expect(unpacked(new Float32Array(16), 16, 16, true)).toEqual(new Array(16).fill(0));
  });
});

describe('matrix products with 4-bit weights', () => {
  const product = model([op('MatMul', ['x', 'w'], 'y')], [weights('w', [80, 48], 3)], rows);

  it('take an eighth of the bytes and a little more', () => {
    const { model: after, report } = quantiseInt4(product, { smallest: 0 });
    expect(report.done).toEqual(['MatMul_y']);
    // 80 rows fill two and a half blocks of 32.
    expect(report.bytesAfter).toBe(48 * 3 * (16 + 4));
    expect(operators(after)).toEqual(['MatMulNBits']);
    expect(after.opsetImport.map(({ domain }) => domain)).toEqual(['', 'com.microsoft']);
  });

  it.each([
    [{ blockSize: 32, symmetric: true }, 0.11],
    [{ blockSize: 32, symmetric: false }, 0.11],
    [{ blockSize: 16, symmetric: true }, 0.1],
    [{ blockSize: 64, symmetric: false }, 0.11],
  ])('give nearly what float32 gives: %j', async (options, most) => {
    const error = await errorOf(product, options);
    expect(error).toBeLessThan(most);
    expect(error).toBeGreaterThan(0);
  });

  it('with a bias, turned weights, and weights that two products share', async () => {
    const gemm = (name: string, input: string, bias: string) =>
      op('Gemm', [input, 'w', bias], name, { attributes: { transB: { i: 1 } } });
    const before = model(
      [gemm('h', 'x', 'b'), op('Relu', ['h'], 'r'), gemm('y', 'r', 'b')],
      [weights('w', [80, 80], 3, 0.2), weights('b', [80], 4)],
      rows,
    );
    const { report, model: after } = quantiseInt4(before, { smallest: 0 });
    expect(report.done).toEqual(['Gemm_h', 'Gemm_y']);
    expect(after.graph?.initializer.map(({ name }) => name)).toEqual(['b', 'w_int4', 'w_int4_scales']);
    expect(await errorOf(before, {})).toBeLessThan(0.12);
  });

  it('leave convolutions, small products and excluded ones, and say so', () => {
    const { report } = quantiseInt4(convNet());
    expect(report.done).toEqual([]);
    expect(report.left).toContainEqual({ node: 'first', why: 'only matrix products have a form with 4-bit weights' });
    expect(report.left).toContainEqual({ node: 'head', why: 'its 320 weights are too few to gain by it' });
    const { report: none } = quantiseInt4(product, { smallest: 0, except: new Set(['MatMul_y']) });
    expect(none.left).toEqual([{ node: 'MatMul_y', why: 'it was excluded' }]);
  });
});
