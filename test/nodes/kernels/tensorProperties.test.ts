import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../core/kinds/value.ts';
import { castTensor } from '../../../nodes/kernels/cast.ts';
import {
  broadcastTensor,
  concatTensors,
  gatherTensor,
  pickOrFill,
  pickTensor,
  transposeTensor,
} from '../../../nodes/kernels/layout.ts';
import { permutationOf, reshapeDims } from '../../../nodes/kernels/reshapeDims.ts';
import { concreteShape } from '../../../nodes/kernels/shapes.ts';
import { padDims, padPicks, sliceDims, slicePicks } from '../../../nodes/kernels/slicePad.ts';
import { elementCount, reshaped, stridesOf } from '../../../nodes/kernels/tensor.ts';

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });

/** Without a 0, which a reshape reads as "keep". */
const fullShapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

function counting(shape: readonly number[]): TensorValue {
  const data = Int32Array.from({ length: elementCount(shape) }, (_, i) => i);
  return { kind: 'tensor', dtype: 'int32', shape, data };
}

/** The element at an index, the slow and obvious way. */
function at(tensor: TensorValue, index: readonly number[]): unknown {
  const strides = stridesOf(tensor.shape);
  return tensor.data[index.reduce((sum, i, axis) => sum + i * strides[axis], 0)];
}

function* indicesOf(shape: readonly number[]): Generator<readonly number[]> {
  for (let i = 0; i < elementCount(shape); i++) {
    let rest = i;
    yield stridesOf(shape).map((stride) => {
      const index = Math.floor(rest / stride);
      rest -= index * stride;
      return index;
    });
  }
}

describe('tensor layout, whatever the shape', () => {
  it('a reshape and back changes nothing', () => {
    fc.assert(
      fc.property(fullShapes, (shape) => {
        const tensor = counting(shape);
        const flat = reshaped(tensor, concreteShape(reshapeDims(shape, [elementCount(shape)])));
        expect(reshaped(flat, concreteShape(reshapeDims(flat.shape, shape)))).toEqual(tensor);
      }),
    );
  });
  it('a transpose and its inverse change nothing, and each element goes where it should', () => {
    const permuted = shapes.chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
      ),
    );
    fc.assert(
      fc.property(permuted, ([shape, axes]) => {
        const perm = permutationOf(axes, shape.length) ?? [];
        const tensor = counting(shape);
        const turned = transposeTensor(tensor, perm);
        const inverse = perm.map((_, i) => perm.indexOf(i));
        expect(transposeTensor(turned, inverse)).toEqual(tensor);
        for (const index of indicesOf(turned.shape)) {
          const source: number[] = [];
          perm.forEach((axis, i) => {
            source[axis] = index[i];
          });
          expect(at(turned, index)).toBe(at(tensor, source));
        }
      }),
    );
  });
  it('a slice is what Array.prototype.slice gives, with steps', () => {
    const bound = fc.integer({ min: -8, max: 8 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        bound,
        bound,
        fc.integer({ min: 1, max: 3 }),
        (size, start, end, step) => {
          const tensor = counting([size]);
          const spec = { axes: [0], starts: [start], ends: [end], steps: [step] };
          const naive = Array.from({ length: size }, (_, i) => i)
            .slice(start, end)
            .filter((_, i) => i % step === 0);
          const got = pickTensor(tensor, slicePicks([size], spec));
          expect(Array.from(got.data as Int32Array)).toEqual(naive);
          expect(concreteShape(sliceDims([size], spec))).toEqual(got.shape);
        },
      ),
    );
  });
  it('padding and cutting the padding off changes nothing', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    const amount = fc.integer({ min: 0, max: 4 });
    const mode = fc.constantFrom('constant' as const, 'edge' as const, 'reflect' as const);
    fc.assert(
      fc.property(sizes, amount, amount, mode, (shape, before, after, how) => {
        const spec = { axes: [1], before: [before], after: [after], mode: how };
        const planned = padDims(shape, spec);
        fc.pre(!('fault' in planned));
        const tensor = counting(shape);
        const padded = pickOrFill(tensor, padPicks(shape, spec), 9);
        expect(padded.shape).toEqual(concreteShape(planned));
        const cut = { axes: [1], starts: [before], ends: [before + shape[1]], steps: [] };
        expect(pickTensor(padded, slicePicks(padded.shape, cut))).toEqual(tensor);
      }),
    );
  });
  it('gathering every position in order changes nothing, and joining slices gives the whole', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const tensor = counting(shape);
        const axis = shape.length - 1;
        const all = Int32Array.from({ length: shape[axis] }, (_, i) => i);
        expect(gatherTensor(tensor, axis, all, [shape[axis]])).toEqual(tensor);
        const parts = Array.from(all, (i) => gatherTensor(tensor, axis, Int32Array.of(i), [1]));
        if (parts.length > 0) expect(concatTensors(parts, axis, shape)).toEqual(tensor);
      }),
    );
  });
  it('broadcasting repeats', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 3 }), (shape, times) => {
        const tensor = counting([1, ...shape]);
        const wide = broadcastTensor(tensor, [times, ...shape]);
        expect(wide).toEqual(
          concatTensors(
            Array.from({ length: times }, () => tensor),
            0,
            [times, ...shape],
          ),
        );
      }),
    );
  });
});

describe('casts, whatever the value', () => {
  it('int64 to a narrower whole number keeps the low bits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const tensor: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(value) };
        expect(castTensor(tensor, 'int8', 'onnx', 'truncate').data[0]).toBe(Number(BigInt.asIntN(8, value)));
        expect(castTensor(tensor, 'uint32', 'onnx', 'truncate').data[0]).toBe(Number(BigInt.asUintN(32, value)));
        expect(castTensor(tensor, 'uint64', 'onnx', 'truncate').data[0]).toBe(BigInt.asUintN(64, value));
      }),
    );
  });
  it('int64 to float32 is the nearest float32', () => {
    const scratch = new DataView(new ArrayBuffer(4));
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (value) => {
        const tensor: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(value) };
        const got = castTensor(tensor, 'float32', 'onnx', 'truncate').data[0] as number;
        scratch.setFloat32(0, got);
        const bits = scratch.getUint32(0);
        const error = abs(BigInt(got) - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          scratch.setUint32(0, neighbour);
          const other = scratch.getFloat32(0);
          if (Number.isInteger(other)) expect(abs(BigInt(other) - value) >= error).toBe(true);
        }
      }),
    );
  });
  it('a float32 written as text reads back as the same float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (x) => {
        const tensor: TensorValue = { kind: 'tensor', dtype: 'float32', shape: [1], data: Float32Array.of(x) };
        const text = castTensor(tensor, 'string', 'onnx', 'truncate');
        const back = castTensor(text, 'float32', 'onnx', 'truncate').data[0] as number;
        expect(back === x).toBe(true);
      }),
    );
  });
});

function abs(x: bigint): bigint {
  return x < 0n ? -x : x;
}
