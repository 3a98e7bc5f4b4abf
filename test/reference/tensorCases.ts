import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NodeDefinition } from '../../core/define/node.ts';
import type { Dtype } from '../../core/kinds/dtype.ts';
import { typeOf, type WireType } from '../../core/kinds/type.ts';
import type { Json, TensorValue, Value } from '../../core/kinds/value.ts';
import { callNode, defaultParams, expectClose, expectContains } from '../test-node.ts';

interface Recorded {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}
interface Case {
  readonly node: string;
  readonly params: Readonly<Record<string, Json>>;
  readonly inputs: Readonly<Record<string, Recorded>>;
  readonly output: Recorded;
  readonly tolerance: number;
}
interface File {
  readonly half: {
    readonly doubles: readonly number[];
    readonly bits: readonly number[];
    readonly decoded: readonly (readonly [number, number])[];
  };
  readonly cases: readonly Case[];
}

/** What test/reference/tensor.py recorded with numpy and torch. */
export function readTensorReference(): File {
  return JSON.parse(readFileSync(new URL('./tensor.json', import.meta.url), 'utf8'));
}

function number(x: number | string): number {
  return typeof x === 'number' ? x : Number(x.replace('inf', 'Infinity'));
}

export function tensorFromRecord({ dtype, shape, data }: Recorded): TensorValue {
  const kind = 'tensor' as const;
  const numbers = () => data.map(number);
  switch (dtype) {
    case 'float32':
      return { kind, dtype, shape, data: Float32Array.from(numbers()) };
    case 'float64':
      return { kind, dtype, shape, data: Float64Array.from(numbers()) };
    case 'float16':
    case 'uint16':
      return { kind, dtype, shape, data: Uint16Array.from(numbers()) };
    case 'int8':
      return { kind, dtype, shape, data: Int8Array.from(numbers()) };
    case 'int16':
      return { kind, dtype, shape, data: Int16Array.from(numbers()) };
    case 'int32':
      return { kind, dtype, shape, data: Int32Array.from(numbers()) };
    case 'uint32':
      return { kind, dtype, shape, data: Uint32Array.from(numbers()) };
    case 'uint8':
    case 'bool':
      return { kind, dtype, shape, data: Uint8Array.from(numbers()) };
    case 'int64':
      return { kind, dtype, shape, data: BigInt64Array.from(data.map(BigInt)) };
    case 'uint64':
      return { kind, dtype, shape, data: BigUint64Array.from(data.map(BigInt)) };
    case 'string':
      return { kind, dtype, shape, data: data.map(String) };
  }
}

/** float16 is compared by the numbers that its bits stand for; both zeros are one. */
function comparable(tensor: Value): unknown {
  if (tensor.kind !== 'tensor') return tensor;
  const { dtype, shape } = tensor;
  if (dtype === 'float16') return { dtype, shape, data: Array.from(tensor.data, halfNumber) };
  return { dtype, shape, data: tensor.data };
}

function halfNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  if (exponent === 31) return bits & 1023 ? NaN : sign * Infinity;
  return exponent === 0 ? sign * (bits & 1023) * 2 ** -24 : sign * (1024 + (bits & 1023)) * 2 ** (exponent - 25);
}

/** Runs every recorded case of a node, and holds what `infer` says of it to what came out. */
export function checkTensorReference(node: NodeDefinition, least: number): void {
  describe(`${node.type} equals numpy and torch`, () => {
    const cases = readTensorReference().cases.filter((c) => `tensor.${c.node}` === node.type);
    it('has recorded cases', () => expect(cases.length).toBeGreaterThanOrEqual(least));
    cases.forEach((c, i) => {
      const sources = Object.values(c.inputs).map((r) => `${r.dtype}[${r.shape}]`);
      it(`case ${i}: ${JSON.stringify(c.params)} of ${sources.join(' and ')}`, async () => {
        const inputs = Object.fromEntries(Object.entries(c.inputs).map(([k, v]) => [k, tensorFromRecord(v)]));
        const got = (await callNode(node, { params: c.params, inputs })).tensor as TensorValue;
        expectClose(comparable(got), comparable(tensorFromRecord(c.output)), c.tolerance);
        const types: Record<string, WireType> = {};
        for (const [name, value] of Object.entries(inputs)) types[name] = typeOf(value);
        const reported: unknown[] = [];
        const params = defaultParams(node, c.params);
        const inferred = node.infer({
          inputs: types,
          params,
          files: {},
          dims: {},
          report: (code) => reported.push(code),
        });
        expect(reported).toEqual([]);
        expectContains(inferred.tensor, typeOf(got), 'tensor');
      });
    });
  });
}
