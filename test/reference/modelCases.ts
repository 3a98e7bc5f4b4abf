import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { allocate, type Dtype } from '../../core/kinds/dtype.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import recorded from './model.json' with { type: 'json' };

/** What model.py recorded of one value: a tensor, a list of tensors, or a list of maps. */
interface RecordedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}
export type Recorded =
  | RecordedTensor
  | { readonly list: readonly RecordedTensor[] }
  | { readonly maps: readonly Readonly<Record<string, number>>[] };
export interface ModelCase {
  readonly inputs: Readonly<Record<string, Recorded>>;
  readonly outputs: Readonly<Record<string, Recorded>>;
}
export const modelCases = recorded.cases as unknown as Readonly<Record<string, ModelCase>>;

export function modelPath(name: string): string {
  return fileURLToPath(new URL(`./models/${name}`, import.meta.url));
}
export function modelBytes(name: string): Uint8Array {
  return new Uint8Array(readFileSync(modelPath(`${name}.onnx`)));
}

/** The tensors that stand for a recorded value at an adapted model's edge, by port name. */
export function adapted(name: string, value: Recorded, labels: readonly string[] = []): Record<string, TensorValue> {
  if ('maps' in value) {
    const data = value.maps.flatMap((map) => labels.map((label) => map[label] as number));
    return { [name]: makeTensor('float32', [value.maps.length, labels.length], data) };
  }
  if (!('list' in value)) return { [name]: makeTensor(value.dtype as Dtype, value.shape, value.data) };
  const [first] = value.list;
  const data = value.list.flatMap((t) => [...t.data]);
  const dtype = (first as RecordedTensor).dtype as Dtype;
  if (value.list.every((t) => String(t.shape) === String(first?.shape)))
    return { [name]: makeTensor(dtype, [value.list.length, ...(first as RecordedTensor).shape], data) };
  const shapes = value.list.flatMap((t) => [...t.shape]);
  return {
    [name]: makeTensor(dtype, [data.length], data),
    [`${name}_shapes`]: makeTensor('int64', [value.list.length, (first as RecordedTensor).shape.length], shapes),
  };
}

function makeTensor(dtype: Dtype, shape: readonly number[], values: readonly (number | string)[]): TensorValue {
  if (dtype === 'string') return { kind: 'tensor', dtype, shape, data: values.map(String) };
  const data = allocate(dtype, values.length) as { [index: number]: number | bigint };
  values.forEach((v, i) => {
    data[i] = dtype === 'int64' || dtype === 'uint64' ? BigInt(v) : Number(v);
  });
  return { kind: 'tensor', dtype, shape, data } as unknown as TensorValue;
}
