import type { ModelPort } from '../../core/define/file-facts.ts';
import { dimText, one, type TensorType } from '../../core/kinds/type.ts';
import type { EmbeddingValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * A port name for each of a model's names, in order and all different. Most stay as they are; names that a wire
 * cannot spell (empty, with spaces or control characters, starting with a dot, very long) are changed a little.
 */
export function portNames(ports: readonly ModelPort[]): readonly string[] {
  const names: string[] = [];
  for (const { name } of ports) {
    let plain = name
      .replace(/[\s\p{Cc}]/gu, '_')
      .replace(/^\./, '_')
      .slice(0, 200);
    if (plain === '' || reserved.has(plain)) plain = `${plain}_`;
    let unique = plain;
    for (let n = 2; names.includes(unique); n++) unique = `${plain}_${n}`;
    names.push(unique);
  }
  return names;
}

/** Each of a model's inputs or outputs with the name of its port. */
export function namedPorts(ports: readonly ModelPort[]): readonly (readonly [string, ModelPort])[] {
  const names = portNames(ports);
  return ports.map((port, i) => [names[i], port]);
}

/** One vector may be fed too where the model takes float32 of rank one, or a batch of rows. */
export function kindsOf(port: ModelPort): readonly ('tensor' | 'embedding')[] {
  const vector = port.dtype === 'float32' && (port.shape?.length === 1 || port.shape?.length === 2);
  return vector ? ['tensor', 'embedding'] : ['tensor'];
}

/** The types of a model's outputs, with what symbols were found to be in place of them. */
export function modelTypes(
  outputs: readonly ModelPort[],
  dims: Readonly<Record<string, number>>,
): Record<string, TensorType> {
  const types: Record<string, TensorType> = {};
  for (const [name, { dtype, shape }] of namedPorts(outputs)) {
    const known = shape?.map((d) => (typeof d === 'string' && Object.hasOwn(dims, d) ? dims[d] : d));
    types[name] = { kind: 'tensor', sequence: one, dtype, shape: known ?? null };
  }
  return types;
}

/** What the model demands at an input, for its port. */
export function demandsOf(port: ModelPort) {
  return {
    doc: `Input "${port.name}" of the model.`,
    ...(port.dtype === null ? {} : { dtype: [port.dtype] }),
    ...(port.shape === null ? {} : { shape: port.shape }),
    ...(kindsOf(port).includes('embedding') ? { length: port.shape?.at(-1) ?? null } : {}),
  };
}

/** The tensor for a port; an embedding becomes [n] or [1, n]. Throws `value-invalid` and `value-shape`. */
export function feedFor(port: ModelPort, value: TensorValue | EmbeddingValue): TensorValue {
  const tensor: TensorValue =
    value.kind === 'tensor'
      ? value
      : {
          kind: 'tensor',
          dtype: 'float32',
          shape: port.shape?.length === 1 ? [value.data.length] : [1, value.data.length],
          data: value.data,
        };
  if (port.dtype !== null && tensor.dtype !== port.dtype) {
    throw new Problem('value-invalid', {
      message: `The model expects ${port.dtype} at "${port.name}", but ${tensor.dtype} came.`,
      fix: `Put a cast to ${port.dtype} before it.`,
      where: { port: port.name },
      mend: { insert: { type: 'tensor.cast', params: { dtype: port.dtype } } },
    });
  }
  const { shape } = port;
  const fits =
    shape === null ||
    (shape.length === tensor.shape.length && shape.every((d, i) => typeof d !== 'number' || d === tensor.shape[i]));
  if (!fits) {
    throw new Problem('value-shape', {
      message: `The model expects the shape [${shape.map(dimText).join(', ')}] at "${port.name}", but [${tensor.shape.join(', ')}] came.`,
      fix: 'Change the nodes before it so that they give that shape (resize, reshape, transpose, pad).',
      where: { port: port.name },
    });
  }
  return tensor;
}

export type Refused = 'nothing' | 'nan' | 'nonfinite';

/** Throws `value-nonfinite`, naming place and count, when a float tensor holds what is refused. */
export function refuseNonfinite(name: string, tensor: TensorValue, refused: Refused): void {
  if (refused === 'nothing') return;
  const { dtype } = tensor;
  if (dtype !== 'float32' && dtype !== 'float64' && dtype !== 'float16') return;
  const { data } = tensor;
  if ((data instanceof Float32Array || data instanceof Float64Array) && allFinite(data)) return;
  let count = 0;
  let first = -1;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] as number;
    // A float16 is its bits: all exponent bits set is NaN or infinity, NaN with any fraction bit besides.
    const bad =
      dtype === 'float16'
        ? refused === 'nan'
          ? (x & 0x7fff) > 0x7c00
          : (x & 0x7c00) === 0x7c00
        : refused === 'nan'
          ? Number.isNaN(x)
          : !Number.isFinite(x);
    if (!bad) continue;
    if (first < 0) first = i;
    count++;
  }
  if (count === 0) return;
  throw new Problem('value-nonfinite', {
    message: `The model's output "${name}" holds ${count} ${refused === 'nan' ? 'NaN' : 'NaN or infinite'} values of ${data.length}, the first at index ${first}.`,
    fix: 'Check what goes in (scale, division by zero, empty sound); or set the parameter "refuse" to "nothing" to let such values pass.',
    where: { port: name },
  });
}

/** Nothing times a number is nothing, times NaN or infinity NaN: no branches, and four sums that need not wait for each other. */
function allFinite(data: Float32Array | Float64Array): boolean {
  const { length } = data;
  const even = length - (length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < even; i += 4) {
    a += data[i] * 0;
    b += data[i + 1] * 0;
    c += data[i + 2] * 0;
    d += data[i + 3] * 0;
  }
  for (let i = even; i < length; i++) a += data[i] * 0;
  return a + b + c + d === 0;
}
