import type { Dtype } from '../../core/kinds/dtype.ts';
import type { TensorType } from '../../core/kinds/type.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { ReportProblem } from './shapes.ts';

/** The one dtype of several wires; null while it is not known. Reports `wire-dtype` at each port that differs from the first. */
export function commonDtype(types: readonly (readonly [string, TensorType])[], report: ReportProblem): Dtype | null {
  const known = types.flatMap(([name, { dtype }]) => (dtype === null ? [] : [{ name, dtype }]));
  const [first] = known;
  if (first === undefined) return null;
  for (const { name, dtype } of known) {
    if (dtype === first.dtype) continue;
    report('wire-dtype', {
      message: `"${first.name}" is ${first.dtype} and "${name}" is ${dtype}; both must have one dtype.`,
      fix: `Cast "${name}" to ${first.dtype}.`,
      where: { port: name },
      mend: { insert: { type: 'tensor.cast', params: { dtype: first.dtype } } },
    });
  }
  return first.dtype;
}

/** Throws `value-invalid` unless all tensors have one dtype. */
export function requireOneDtype(values: readonly (readonly [string, TensorValue])[]): void {
  const [first] = values;
  for (const [name, { dtype }] of values) {
    if (dtype === first[1].dtype) continue;
    throw new Problem('value-invalid', {
      message: `"${first[0]}" is ${first[1].dtype} and "${name}" is ${dtype}; both must have one dtype.`,
      fix: `Cast "${name}" to ${first[1].dtype} with tensor.cast.`,
      where: { port: name },
    });
  }
}

/** Reports `wire-dtype` when a known dtype is not among those that a node takes. */
export function demandDtype(
  dtype: Dtype | null,
  takes: (dtype: Dtype) => boolean,
  what: string,
  instead: Dtype,
  place: string,
  report: ReportProblem,
): void {
  if (dtype === null || takes(dtype)) return;
  report('wire-dtype', {
    message: `${what} does not take ${dtype}.`,
    fix: `Cast to ${instead} first.`,
    where: { port: place },
    mend: { insert: { type: 'tensor.cast', params: { dtype: instead } } },
  });
}

/** Throws `value-invalid` when a tensor's dtype is not among those that a node takes. */
export function requireDtype(dtype: Dtype, takes: (dtype: Dtype) => boolean, what: string, instead: Dtype): void {
  if (takes(dtype)) return;
  throw new Problem('value-invalid', {
    message: `${what} does not take ${dtype}.`,
    fix: `Cast to ${instead} first with tensor.cast.`,
  });
}

/** Anything but bool and string. */
export function isNumber(dtype: Dtype): boolean {
  return dtype !== 'bool' && dtype !== 'string';
}
