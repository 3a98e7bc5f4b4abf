import { isFloat } from '../../core/kinds/dtype.ts';
import type { WireType } from '../../core/kinds/type.ts';
import type { Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { numbersOf, tensorFrom } from './tensor.ts';

/** Whether values of a type can be interpolated: float tensors, embeddings and scores; an unknown dtype may be. */
export function canInterpolate(type: WireType): boolean {
  if (type.kind === 'tensor') return type.dtype === null || isFloat(type.dtype);
  return type.kind === 'embedding' || type.kind === 'scores';
}

/**
 * a + (b - a) * share, number by number, for two values of one kind and size. Throws `value-invalid` for kinds that
 * hold no such numbers, `value-shape` when sizes differ.
 */
export function betweenValues(a: Value, b: Value, share: number, name: string): Value {
  if (a.kind === 'tensor' && b.kind === 'tensor' && isFloat(a.dtype) && a.dtype === b.dtype) {
    if (a.shape.join() !== b.shape.join()) throw sizesDiffer(name, `[${a.shape}]`, `[${b.shape}]`);
    return tensorFrom(a.dtype, a.shape, mix(numbersOf(a), numbersOf(b), share));
  }
  if ((a.kind === 'embedding' && b.kind === 'embedding') || (a.kind === 'scores' && b.kind === 'scores')) {
    if (a.data.length !== b.data.length) throw sizesDiffer(name, String(a.data.length), String(b.data.length));
    const data = Float32Array.from(mix(a.data, b.data, share));
    return a.kind === 'embedding' ? { kind: 'embedding', data, unit: false } : { ...a, data };
  }
  throw new Problem('value-invalid', {
    message: `"${name}" carries ${a.kind === 'tensor' ? `${a.dtype} tensors` : a.kind}, between which nothing can be interpolated.`,
    fix: 'Use the method "nearest" or "hold".',
    where: { port: name },
  });
}

function mix(a: ArrayLike<number>, b: ArrayLike<number>, share: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] + (b[i] - a[i]) * share;
  return out;
}

function sizesDiffer(name: string, a: string, b: string): Problem {
  return new Problem('value-shape', {
    message: `"${name}" changes its size from ${a} to ${b}, so nothing can be interpolated between.`,
    fix: 'Use the method "nearest" or "hold", or bring the items to one size first.',
    where: { port: name },
  });
}
