import { allocate, type Dtype, dtypes } from '../kinds/dtype.ts';
import { halfToNumber, numberToHalf } from '../kinds/float16.ts';
import type { Json, TensorValue } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';

/** Deepest nesting of an array that is read as a tensor; ONNX itself has no limit, its runtimes stop well before. */
const mostDimensions = 32;

/**
 * A tensor of JSON: nested arrays (`[[1, 2], [3, 4]]`), a number alone, or `{ "dtype", "shape", "data" }` with flat or
 * nested data. `dtype` is what the pipeline wants; without it numbers are float32, truth values bool, texts string.
 * 64-bit integers may be texts of digits; floats may be "NaN", "Infinity" and "-Infinity". Throws `input-kind` for what
 * is no tensor, `value-shape` for ragged arrays and a shape that does not fit, `value-invalid` for a number out of range.
 */
export function tensorFromJson(json: Json, name: string, wanted: Dtype | null): TensorValue {
  const form = isRecord(json) ? json : { data: json };
  const given = 'dtype' in form ? dtypeNamed(form['dtype'] as Json, name) : null;
  const data = form['data'];
  if (data === undefined) throw notTensor(name, 'the object has no "data"');
  const flat: Json[] = [];
  const found = shapeOf(data, name);
  flatten(data, found, 0, flat, name);
  const shape = 'shape' in form ? declaredShape(form['shape'] as Json, found, flat.length, name) : found;
  return filled(given ?? wanted ?? naturalDtype(flat), shape, flat, name);
}

/** A tensor's elements as JSON numbers, texts or truth values, flat; NaN and infinities as texts. */
export function tensorElements(tensor: TensorValue): readonly Json[] {
  switch (tensor.dtype) {
    case 'string':
      return [...tensor.data];
    case 'bool':
      return Array.from(tensor.data, (x) => x !== 0);
    case 'int64':
    case 'uint64':
      return Array.from<bigint, Json>(tensor.data, (x) => (Number.isSafeInteger(Number(x)) ? Number(x) : String(x)));
    case 'float16':
      return Array.from<number, Json>(tensor.data, (x) => floatJson(halfToNumber(x)));
    case 'float32':
      return Array.from<number, Json>(tensor.data, singleJson);
    default:
      return Array.from<number, Json>(tensor.data, floatJson);
  }
}

/** Flat elements in nested arrays, row by row. */
export function nested(elements: readonly Json[], shape: readonly number[]): Json {
  if (shape.length === 0) return elements[0] ?? null;
  if (shape.length === 1) return elements;
  const [rows, ...rest] = shape;
  const size = rest.reduce((product, size) => product * size, 1);
  return Array.from({ length: rows }, (_, i) => nested(elements.slice(i * size, (i + 1) * size), rest));
}

/** The shortest decimal that is the same float32, as numpy writes it: seven digits do for most, nine for all. */
export function singleJson(x: number): Json {
  if (!Number.isFinite(x)) return String(x);
  // JSON writes no negative zero.
  if (Number.isInteger(x) && Math.abs(x) < 16_777_216) return x + 0;
  for (let digits = 7; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return short;
  }
  return Number(x.toPrecision(9));
}

function floatJson(x: number): Json {
  return Number.isFinite(x) ? x : String(x);
}

/** The shape that the first elements of nested arrays promise; `flatten` holds the others to it. */
function shapeOf(json: Json, name: string): readonly number[] {
  const shape: number[] = [];
  for (let part: Json | undefined = json; Array.isArray(part); part = part[0]) {
    if (shape.length === mostDimensions) throw notTensor(name, `it is nested deeper than ${mostDimensions} levels`);
    shape.push(part.length);
  }
  return shape;
}

function flatten(json: Json, shape: readonly number[], depth: number, into: Json[], name: string): void {
  if (depth === shape.length) {
    if (json !== null && typeof json === 'object') throw ragged(name, shape, depth);
    into.push(json);
    return;
  }
  if (!Array.isArray(json) || json.length !== shape[depth]) throw ragged(name, shape, depth);
  if (depth === shape.length - 1) {
    for (const element of json as readonly Json[]) {
      if (element !== null && typeof element === 'object') throw ragged(name, shape, depth);
      into.push(element);
    }
  } else for (const row of json as readonly Json[]) flatten(row, shape, depth + 1, into, name);
}

function declaredShape(json: Json, found: readonly number[], count: number, name: string): readonly number[] {
  if (!Array.isArray(json) || !json.every((size) => Number.isSafeInteger(size) && (size as number) >= 0))
    throw new Problem('value-shape', {
      message: `The input "${name}" gives a shape that is not a list of whole numbers.`,
      fix: 'For example: "shape": [1, 3, 224, 224].',
    });
  const shape = json as readonly number[];
  const elements = shape.reduce((product, size) => product * size, 1);
  const same = found.length === shape.length && found.every((size, i) => size === shape[i]);
  if (elements !== count || (found.length > 1 && !same))
    throw new Problem('value-shape', {
      message: `The input "${name}" says the shape [${shape.join(', ')}], but its data has ${found.length > 1 ? `the shape [${found.join(', ')}]` : `${count} elements`}.`,
      fix: 'Give data that fits the shape, flat and row by row or nested.',
    });
  return shape;
}

function naturalDtype(flat: readonly Json[]): Dtype {
  const [first] = flat;
  if (typeof first === 'boolean') return 'bool';
  return typeof first === 'string' && !/^-?Infinity$|^NaN$/.test(first) ? 'string' : 'float32';
}

function dtypeNamed(json: Json, name: string): Dtype {
  const dtype = dtypes.find((known) => known === json);
  if (dtype !== undefined) return dtype;
  throw new Problem('input-kind', {
    message: `The input "${name}" names a dtype that is not known: ${JSON.stringify(json)?.slice(0, 60)}.`,
    fix: `Use one of ${dtypes.join(', ')}.`,
  });
}

function filled(dtype: Dtype, shape: readonly number[], flat: readonly Json[], name: string): TensorValue {
  const kind = 'tensor' as const;
  const length = flat.length;
  if (dtype === 'string') {
    const data = flat.map((x) => (typeof x === 'string' ? x : badElement(x, dtype, name)));
    return { kind, dtype, shape, data };
  }
  if (dtype === 'int64' || dtype === 'uint64') {
    const [least, most] = dtype === 'int64' ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
    const whole = flat.map((x) => {
      const big = bigOf(x);
      return big !== null && big >= least && big <= most ? big : badElement(x, dtype, name);
    });
    if (dtype === 'int64') return { kind, dtype, shape, data: BigInt64Array.from(whole) };
    return { kind, dtype, shape, data: BigUint64Array.from(whole) };
  }
  const data = allocate(dtype, length);
  for (let i = 0; i < length; i++) data[i] = elementNumber(flat[i], dtype, name);
  return { kind, dtype, shape, data } as TensorValue;
}

type NumberDtype = Exclude<Dtype, 'string' | 'int64' | 'uint64'>;

const wholeRange: { readonly [D in NumberDtype]?: readonly [number, number] } = {
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-2147483648, 2147483647],
  uint8: [0, 255],
  uint16: [0, 65535],
  uint32: [0, 4294967295],
};

/** The number that stands in the array of that dtype; of float16 its bits. */
function elementNumber(x: Json, dtype: NumberDtype, name: string): number {
  if (dtype === 'bool') {
    if (typeof x === 'boolean') return x ? 1 : 0;
    return x === 0 || x === 1 ? x : badElement(x, dtype, name);
  }
  const range = wholeRange[dtype];
  if (range !== undefined)
    return typeof x === 'number' && Number.isInteger(x) && x >= range[0] && x <= range[1]
      ? x
      : badElement(x, dtype, name);
  const number = typeof x === 'number' ? x : x === 'NaN' || x === 'Infinity' || x === '-Infinity' ? Number(x) : null;
  if (number === null) return badElement(x, dtype, name);
  return dtype === 'float16' ? numberToHalf(number) : number;
}

function bigOf(x: Json): bigint | null {
  if (typeof x === 'number') return Number.isSafeInteger(x) ? BigInt(x) : null;
  return typeof x === 'string' && /^-?\d{1,20}$/.test(x) ? BigInt(x) : null;
}

function badElement(x: Json, dtype: Dtype, name: string): never {
  throw new Problem('value-invalid', {
    message: `The input "${name}" takes ${dtype}, and ${JSON.stringify(x)?.slice(0, 60)} is none.`,
    fix:
      dtype === 'int64' || dtype === 'uint64'
        ? 'Give whole numbers; those beyond 2^53 as texts of digits.'
        : `Give elements that ${dtype} can hold.`,
  });
}

function ragged(name: string, shape: readonly number[], depth: number): Problem {
  return new Problem('value-shape', {
    message: `The input "${name}" is ragged: its first elements make the shape [${shape.join(', ')}], and one differs at level ${depth + 1}.`,
    fix: 'Give rows of equal length.',
  });
}

function notTensor(name: string, why: string): Problem {
  return new Problem('input-kind', {
    message: `The input "${name}" takes a tensor, and this is none: ${why}.`,
    fix: 'Give nested arrays of numbers, or { "dtype", "shape", "data" }.',
  });
}

function isRecord(json: Json): json is { readonly [key: string]: Json } {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
