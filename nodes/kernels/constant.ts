import type { TensorValue } from '../../core/kinds/value.ts';

/** One double as a constant of a graph. */
export function double(value: number): TensorValue {
  return { kind: 'tensor', dtype: 'float64', shape: [], data: Float64Array.of(value) };
}
