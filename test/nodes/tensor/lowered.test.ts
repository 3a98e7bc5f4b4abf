import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeDefinition } from '../../../core/define/node.ts';
import { type Dtype, dtypes } from '../../../core/kinds/dtype.ts';
import type { Dim } from '../../../core/kinds/type.ts';
import type { Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { arithmeticOps, unaryOps, unaryTakes } from '../../../nodes/kernels/elementwise.ts';
import { reduceOps } from '../../../nodes/kernels/reduce.ts';
import { elementCount, numbersOf, tensorFrom } from '../../../nodes/kernels/tensor.ts';
import { arithmetic } from '../../../nodes/tensor/arithmetic.ts';
import { cast } from '../../../nodes/tensor/cast.ts';
import { concat } from '../../../nodes/tensor/concat.ts';
import { constant } from '../../../nodes/tensor/constant.ts';
import { cosineSimilarity } from '../../../nodes/tensor/cosineSimilarity.ts';
import { gather } from '../../../nodes/tensor/gather.ts';
import { l2Normalise } from '../../../nodes/tensor/l2Normalise.ts';
import { pad } from '../../../nodes/tensor/pad.ts';
import { reduce } from '../../../nodes/tensor/reduce.ts';
import { reshape } from '../../../nodes/tensor/reshape.ts';
import { slice } from '../../../nodes/tensor/slice.ts';
import { squeeze } from '../../../nodes/tensor/squeeze.ts';
import { stack } from '../../../nodes/tensor/stack.ts';
import { toEmbedding } from '../../../nodes/tensor/toEmbedding.ts';
import { transpose } from '../../../nodes/tensor/transpose.ts';
import { unary } from '../../../nodes/tensor/unary.ts';
import { unsqueeze } from '../../../nodes/tensor/unsqueeze.ts';
import { runLowered } from '../../lowered.ts';
import { rejects } from '../../rejects.ts';
import { expectLowered, expectLoweredItems } from '../../test-node.ts';
import { f32, tensorType } from './wires.ts';

type Params = Readonly<Record<string, Json>>;
const numbers = dtypes.filter((dtype) => dtype !== 'string' && dtype !== 'bool');
const floats = ['float32', 'float16', 'float64'] as const;

/** Values that differ from item to item and from place to place. */
function some(dtype: Dtype, shape: readonly number[], seed = 0): TensorValue {
  const values = Array.from(
    { length: elementCount(shape) },
    (_, i) => ((i * 7 + seed * 5) % 23) - (dtype[0] === 'u' ? 0 : 9),
  );
  return tensorFrom(dtype, shape, dtype.startsWith('float') ? values.map((x) => x / 4) : values);
}

/** Three different items in one batch. */
function three(node: NodeDefinition, params: Params, make: (seed: number) => Readonly<Record<string, Value>>) {
  return expectLoweredItems(node, { params }, [make(0), make(1), make(2)]);
}

/** The same, with sizes of the inputs not known before. */
function open(node: NodeDefinition, params: Params, inputs: Readonly<Record<string, TensorValue>>) {
  const types = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape }]) => [
      name,
      tensorType(
        dtype,
        shape.map((): Dim => null),
      ),
    ]),
  );
  return expectLoweredItems(node, { params, types }, [inputs, inputs]);
}

describe('tensor.arithmetic as operators', () => {
  it.each(numbers)('of %s, with tensors of other ranks and with a number', async (dtype) => {
    for (const operation of arithmeticOps) {
      // Whole exponents and no zeros, so that there is a number everywhere.
      const right = (x: TensorValue): TensorValue =>
        operation === 'divide' || operation === 'power'
          ? tensorFrom(
              dtype,
              x.shape,
              Array.from(numbersOf(x), (v) => (Math.abs(Math.trunc(v)) % 7) + 1),
            )
          : x;
      await three(arithmetic, { operation, value: 3 }, (s) => ({ a: some(dtype, [2, 3], s) }));
      if (operation === 'power' && !dtype.startsWith('float')) continue;
      const b = (shape: readonly number[], s: number) => right(some(dtype, shape, s));
      await three(arithmetic, { operation }, (s) => ({ a: some(dtype, [2, 3], s), b: b([3], s + 1) }));
      await three(arithmetic, { operation }, (s) => ({ a: some(dtype, [], s), b: b([2, 1], s) }));
    }
  });
  it('whole numbers at their ends wrap around, and only an item that is divided by zero has no value', async () => {
    const int32 = (...data: number[]): TensorValue => ({
      kind: 'tensor',
      dtype: 'int32',
      shape: [2],
      data: Int32Array.from(data),
    });
    const int64 = (...data: bigint[]): TensorValue => ({
      kind: 'tensor',
      dtype: 'int64',
      shape: [2],
      data: BigInt64Array.from(data),
    });
    const least = -(2n ** 63n);
    await expectLoweredItems(arithmetic, { params: { operation: 'divide' } }, [
      { a: int32(-(2 ** 31), 7), b: int32(-1, -2) },
      { a: int32(5, 6), b: int32(0, 2) },
      { a: int32(5, 6), b: int32(3, 4) },
    ]);
    await expectLoweredItems(arithmetic, { params: { operation: 'divide' } }, [
      { a: int64(least, -7n), b: int64(-1n, 2n) },
      { a: int64(1n, 1n), b: int64(0n, 1n) },
    ]);
    for (const value of [-1, 2, 3])
      await expectLowered(arithmetic, { params: { operation: 'divide', value }, inputs: { a: int64(least, 9n) } });
    for (const operation of ['add', 'multiply', 'power', 'subtract'])
      for (const value of [0, 1, 5, 13, 64]) {
        await expectLowered(arithmetic, { params: { operation, value }, inputs: { a: int32(2 ** 31 - 1, -77) } });
        await expectLowered(arithmetic, { params: { operation, value }, inputs: { a: int64(2n ** 63n - 1n, -77n) } });
      }
    const wide: TensorValue = {
      kind: 'tensor',
      dtype: 'uint64',
      shape: [2],
      data: BigUint64Array.of(2n ** 64n - 1n, 6n),
    };
    for (const operation of arithmeticOps)
      await expectLowered(arithmetic, { params: { operation, value: 2 }, inputs: { a: wide } });
  });
  it('NaN spreads, infinity stays', async () => {
    const a = f32([5], Number.NaN, Infinity, -Infinity, -0.5, 1);
    const b = f32([5], 1, 2, -3, Number.NaN, Infinity);
    for (const operation of arithmeticOps) await expectLowered(arithmetic, { params: { operation }, inputs: { a, b } });
  });
  it('what is always a problem, and powers that come in, have no form', async () => {
    const a = some('int32', [2]);
    const call = { inputs: { a }, outputs: { tensor: a } };
    for (const value of [0, 2 ** 32])
      await rejects(() => runLowered(arithmetic, { ...call, params: { operation: 'divide', value } }), 'not-lowerable');
    await rejects(
      () => runLowered(arithmetic, { ...call, params: { operation: 'power', value: -1 } }),
      'not-lowerable',
    );
    const powers = { ...call, inputs: { a, b: a }, params: { operation: 'power' } };
    await rejects(() => runLowered(arithmetic, powers), 'not-lowerable');
  });
  it('compares numbers of 64 bits beyond 2^31', async () => {
    const int64 = (...data: bigint[]): TensorValue => ({
      kind: 'tensor',
      dtype: 'int64',
      shape: [6],
      data: BigInt64Array.from(data),
    });
    const a = int64(2n ** 31n, 1n, 2n ** 32n - 1n, -(2n ** 31n), 2n ** 40n, -5n);
    const b = int64(127n, 2n ** 31n, 2n ** 31n, 2n ** 31n, 2n ** 31n, -(2n ** 63n));
    for (const operation of ['minimum', 'maximum'])
      await expectLowered(arithmetic, { params: { operation }, inputs: { a, b } });
    await expectLowered(unary, { params: { operation: 'clip', min: 3, max: 127 }, inputs: { tensor: a } });
  });
  it('meets tensors whose sizes are not known before', async () => {
    await open(arithmetic, {}, { a: some('float32', [2, 3]), b: some('float32', [3]) });
    await open(arithmetic, { operation: 'divide' }, { a: some('int8', [2, 3]), b: some('int8', [3], 1) });
  });
});

describe('tensor.cast as operators', () => {
  const corners = [
    0,
    -0.5,
    0.5,
    1.5,
    2.5,
    -1.5,
    127.5,
    128,
    255.5,
    300,
    -129,
    65535.5,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 53,
    2 ** 63,
    2 ** 64,
    -(2 ** 63),
    1e30,
    -1e30,
    Infinity,
    -Infinity,
    Number.NaN,
    1e-8,
  ];
  it.each(dtypes.filter((dtype) => dtype !== 'string'))('from %s to all, by every rule', async (from) => {
    const whole = !from.startsWith('float');
    const data = whole
      ? [0, 1, 2, 127, 128, 255, 256, 32767, 65535, 2 ** 31, -1, -128, -129, -(2 ** 31), 2 ** 53]
      : corners;
    const tensor = tensorFrom(from, [data.length], data);
    for (const dtype of dtypes) {
      if (dtype === 'string') continue;
      for (const rounding of whole ? ['truncate'] : ['truncate', 'nearest'])
        for (const overflow of whole ? ['onnx', 'saturate'] : ['onnx'])
          await expectLoweredItems(cast, { params: { dtype, overflow, rounding } }, [{ tensor }]);
      // One element an item: those that do not fit have no value, the others have theirs.
      const items = [0, ...data].map((x) => ({ tensor: tensorFrom(from, [1], [x]) }));
      await expectLoweredItems(cast, { params: { dtype, overflow: 'fail' } }, items);
    }
  });
  it('keeps text outside', async () => {
    await rejects(
      () => expectLowered(cast, { params: { dtype: 'string' }, inputs: { tensor: f32([1], 1) } }),
      'not-lowerable',
    );
  });
});

describe('tensor.unary as operators', () => {
  it.each(numbers)('of %s', async (dtype) => {
    for (const operation of unaryOps) {
      if (!unaryTakes(operation, dtype)) continue;
      // Bits of a half that is not a number are not compared: logarithms and roots of negative ones are below.
      const tensor = (s: number) => some(dtype === 'float16' ? 'uint8' : dtype, [2, 3], s);
      await three(unary, { operation, min: -1.5, max: 2.5 }, (s) => ({
        tensor: tensorFrom(dtype, [2, 3], numbersOf(tensor(s))),
      }));
      await three(unary, { operation, min: 1 }, (s) => ({ tensor: tensorFrom(dtype, [], [s + 1]) }));
    }
  });
  it('NaN and infinity', async () => {
    const tensor = f32([8], Number.NaN, Infinity, -Infinity, 0, -0, 88, -104, 1e-30);
    for (const operation of unaryOps)
      if (operation !== 'exp')
        await expectLowered(unary, { params: { operation, min: -1, max: 1 }, inputs: { tensor } });
  });
});

describe('tensor.reduce as operators', () => {
  it.each(numbers)('of %s, over every choice of axes', async (dtype) => {
    for (const operation of reduceOps) {
      if ((operation === 'mean' || operation === 'l2') && !dtype.startsWith('float')) continue;
      for (const axes of [[], [-1], [0, 2]])
        for (const keepAxes of [false, true])
          await three(reduce, { operation, axes, keepAxes }, (s) => ({ tensor: some(dtype, [2, 3, 4], s) }));
      await three(reduce, { operation }, (s) => ({ tensor: some(dtype, [], s) }));
      await three(reduce, { operation, axes: [1] }, (s) => ({
        tensor: some(dtype, [2, 3, 4], s),
        mask: tensorFrom('int64', [2, 3], [1, 0, s, 0, 1, 1]),
      }));
    }
  });
  it('an item of which the mask leaves nothing has no mean and no extreme, but a sum', async () => {
    const item = (...kept: number[]) => ({
      tensor: some('float32', [1, 3, 2]),
      mask: tensorFrom('bool', [1, 3], kept),
    });
    for (const operation of reduceOps)
      await expectLoweredItems(reduce, { params: { operation, axes: [1] } }, [item(1, 0, 1), item(0, 0, 0)]);
    const folded = { tensor: some('float32', [2, 2]), mask: tensorFrom('bool', [2, 1], [1, 0]) };
    await expectLoweredItems(reduce, { params: { axes: [0] } }, [folded]);
  });
  it('NaN spreads, wherever it stands', async () => {
    for (const dtype of floats)
      for (const operation of ['max', 'min']) {
        const rows = Array.from({ length: 400 }, (_, i) => (i % 21 === 0 ? Number.NaN : i % 20));
        const tensor = tensorFrom(dtype, [20, 20], rows);
        await expectLowered(reduce, { params: { operation, axes: [1] }, inputs: { tensor } });
      }
  });
  it('mean pooling of 128 tokens of 384 features, with sizes not known before', async () => {
    const mask = tensorFrom(
      'int64',
      [1, 128],
      Array.from({ length: 128 }, (_, i) => Number(i < 77)),
    );
    await open(reduce, { axes: [1] }, { tensor: some('float32', [1, 128, 384]), mask });
  });
  it('extremes of 64 bits are exact', async () => {
    const ends = [2n ** 31n, 5n, 2n ** 31n - 1n, 2n ** 32n + 7n, 2n ** 62n + 1n, 2n ** 62n + 3n];
    for (const operation of ['max', 'min'])
      for (const keepAxes of [true, false]) {
        const signed = BigInt64Array.from(ends.flatMap((x, i) => [x, i < 3 ? -x : -(2n ** 63n)]));
        const tensor: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [6, 2], data: signed };
        const unsigned = BigUint64Array.from(ends.flatMap((x) => [x, 2n ** 64n - x]));
        const wide: TensorValue = { kind: 'tensor', dtype: 'uint64', shape: [6, 2], data: unsigned };
        const mask = tensorFrom('uint8', [6], [1, 0, 1, 0, 1, 0]);
        for (const of of [tensor, wide]) {
          await expectLowered(reduce, { params: { operation, axes: [0], keepAxes }, inputs: { tensor: of } });
          await expectLowered(reduce, { params: { operation, axes: [0], keepAxes }, inputs: { tensor: of, mask } });
        }
      }
  });
});

describe('layout as operators, whatever the shape', () => {
  const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
  const dtype = fc.constantFrom<Dtype>('float32', 'int64', 'uint8', 'int16', 'uint16', 'float16', 'bool', 'uint32');
  const check = (property: fc.IAsyncProperty<unknown>) => fc.assert(property, { numRuns: 12, seed: 5 });
  const axisOf = (shape: readonly number[]) => fc.integer({ min: -shape.length, max: shape.length - 1 });
  const shaped = fc
    .tuple(shapes, dtype)
    .chain(([shape, type]) => fc.tuple(fc.constant(shape), fc.constant(type), axisOf(shape)));

  it('transpose', () =>
    check(
      fc.asyncProperty(
        shaped.chain(([shape, type]) =>
          fc.tuple(
            fc.constant(shape),
            fc.constant(type),
            fc.shuffledSubarray(
              shape.map((_, i) => i),
              { minLength: shape.length },
            ),
          ),
        ),
        ([shape, type, axes]) => three(transpose, { axes }, (s) => ({ tensor: some(type, shape, s) })),
      ),
    ));
  it('slice, forwards and backwards, beyond the ends too', () =>
    check(
      fc.asyncProperty(
        shaped,
        fc.integer({ min: -8, max: 8 }),
        fc.integer({ min: -8, max: 8 }),
        fc.constantFrom(-3, -1, 1, 2),
        fc.boolean(),
        ([shape, type, axis], start, end, step, whole) =>
          three(
            slice,
            { axes: [axis], starts: whole ? [] : [start], ends: whole ? [] : [end], steps: [step] },
            (s) => ({ tensor: some(type, shape, s) }),
          ),
      ),
    ));
  it('pad', () =>
    check(
      fc.asyncProperty(
        shaped,
        fc.constantFrom('constant', 'edge', 'reflect'),
        fc.nat(4),
        fc.nat(4),
        ([shape, type, axis], mode, before, after) => {
          const most = mode === 'reflect' ? (shape.at(axis) ?? 1) - 1 : 4;
          const params = {
            axes: [axis],
            before: [Math.min(before, most)],
            after: [Math.min(after, most)],
            mode,
            value: 1,
          };
          return three(pad, params, (s) => ({ tensor: some(type, shape, s) }));
        },
      ),
    ));
  it('gather, by a list and by positions of each item', () =>
    check(
      fc.asyncProperty(
        shaped,
        fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async ([shape, type, axis], places, raised) => {
          const size = shape.at(axis) ?? 1;
          const indices = places.map((at) => (at % (2 * size)) - size);
          await three(gather, { axis, indices }, (s) => ({ tensor: some(type, shape, s) }));
          const of = (s: number) => indices.map((at) => (at + size + s) % size);
          await three(gather, { axis }, (s) => ({
            tensor: some(type, shape, s),
            indices: tensorFrom(raised ? 'int32' : 'int64', raised ? [1, indices.length] : [indices.length], of(s)),
          }));
        },
      ),
    ));
  it('concat, stack, squeeze, unsqueeze and reshape', () =>
    check(
      fc.asyncProperty(shaped, async ([shape, type, axis]) => {
        const longer = shape.map((size, i) => (i === (axis + shape.length) % shape.length ? size + 1 : size));
        await three(concat, { axis }, (s) => ({ a: some(type, shape, s), b: some(type, longer, s + 1) }));
        await three(stack, { axis }, (s) => ({ a: some(type, shape, s), b: some(type, shape, s + 1) }));
        await three(squeeze, {}, (s) => ({ tensor: some(type, shape, s) }));
        await three(unsqueeze, { axes: [axis, ...(axis === 0 ? [2] : [])] }, (s) => ({ tensor: some(type, shape, s) }));
        await three(reshape, { shape: [0, -1] }, (s) => ({ tensor: some(type, shape, s) }));
        await three(reshape, { shape: [elementCount(shape), 1] }, (s) => ({ tensor: some(type, shape, s) }));
      }),
    ));
  it('with sizes that are not known before', async () => {
    const tensor = some('float32', [2, 3, 4]);
    await open(transpose, {}, { tensor });
    await open(slice, { axes: [1, 2], starts: [1, -1], ends: [9, -9], steps: [1, -2] }, { tensor });
    await open(slice, { axes: [-1], steps: [-1] }, { tensor });
    await open(pad, { after: [3] }, { tensor });
    await open(gather, { axis: -1, indices: [-1, 0] }, { tensor });
    await open(concat, { axis: -1 }, { a: tensor, b: tensor });
    await open(reshape, { shape: [0, -1] }, { tensor });
    await open(squeeze, { axes: [0] }, { tensor: some('float32', [1, 3]) });
    await rejects(() => open(slice, { axes: [1], starts: [-2], steps: [-1] }, { tensor }), 'not-lowerable');
    const types = { tensor: tensorType('float32', null) };
    await rejects(() => expectLoweredItems(transpose, { types }, [{ tensor }]), 'not-lowerable');
  });
});

describe('vectors as operators', () => {
  it('length one, along every axis, and zeros stay zeros', async () => {
    for (const dtype of floats)
      for (const axis of [0, 1, -1]) await three(l2Normalise, { axis }, (s) => ({ tensor: some(dtype, [2, 3, 5], s) }));
    await expectLowered(l2Normalise, { inputs: { tensor: f32([2, 2], 0, 0, 1e-20, 0) } });
  });
  it('cosines of 2 against 1,000 of 512, by rows and by one vector', async () => {
    const rows = (s: number) => ({ a: some('float32', [2, 512], s), b: some('float32', [1000, 512], s + 3) });
    await expectLowered(cosineSimilarity, { params: { scale: 1 }, inputs: rows(0) });
    await three(cosineSimilarity, {}, (s) => ({
      a: { kind: 'embedding', data: Float32Array.of(s, 1, 2), unit: false },
      b: some('float16', [3], s),
    }));
    await expectLowered(cosineSimilarity, { inputs: { a: f32([2], 0, 0), b: f32([2], 1, 0) } });
  });
  it('one vector as an embedding', async () => {
    for (const normalise of [false, true]) {
      await three(toEmbedding, { normalise }, (s) => ({ tensor: some('float64', [1, 1, 4], s + 1) }));
      await open(toEmbedding, { normalise }, { tensor: some('float16', [4]) });
    }
  });
});

it('a constant stands for itself, one value for all too', async () => {
  for (const dtype of numbers) {
    await expectLowered(constant, { params: { dtype, shape: [2, 3], values: [7] }, inputs: {} });
    await expectLowered(constant, { params: { dtype, shape: [2], values: [1, 2] }, inputs: {} });
  }
  expect(constant.lowerTolerance).toBe(0);
});
