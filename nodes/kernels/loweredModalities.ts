import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { scalar } from './loweredElementwise.ts';
import type { MissingRule } from './missingModality.ts';
import { notLowerable } from './notLowerable.ts';

/** The modalities of N items side by side, as `applyMissingRule` gives them one item at a time. */
export interface LoweredModalities {
  /** float64 [N, modalities, numbers]; a stand-in, or 0, where a modality is missing. */
  readonly rows: OnnxValue;
  /** bool [N, modalities]: whether it is really there. */
  readonly there: OnnxValue;
  /** float64 [N, modalities], 1 where it takes part; null when all do. */
  readonly used: OnnxValue | null;
  readonly count: number;
  /** bool [N]: whether there are enough of them for a result. */
  readonly present: OnnxValue;
}

/** float32 [N, numbers] for each modality in order, null where nothing is wired. */
export type ModalityRows = readonly (OnnxValue | null)[];

/**
 * Applies the rule for missing and corrupt modalities: `present` says for each item which are there, and numbers that are
 * NaN or infinite count as missing, as in `applyMissingRule`. `standIn` gives [1 or N, modalities, numbers] for the rule `default`.
 * Throws `not-lowerable` when a modality can never be there and the rule is to fail.
 */
export function loweredModalities(
  onnx: OnnxGraph,
  rule: MissingRule,
  given: ModalityRows,
  present: Readonly<Record<string, OnnxValue>>,
  standIn: (there: OnnxValue) => OnnxValue,
): LoweredModalities {
  const count = rule.modalities.length;
  const one = onnx.integers([1]);
  const known = given.find((row) => row !== null);
  if (known === undefined || (rule.whenMissing === 'fail' && given.includes(null)))
    throw notLowerable('A modality that must be there is not wired.', 'Wire it, or set whenMissing to "skip".');
  const nan = onnx.float(Number.NaN);
  // What is missing is NaN from here on, and so found together with what is corrupt.
  const marked = rule.modalities.map((modality, m) => {
    const row = given[m] ?? onnx.op('Mul', [known, nan]);
    const there = Object.hasOwn(present, modality) ? present[modality] : null;
    return there === null ? row : onnx.op('Where', [onnx.op('Unsqueeze', [there, one]), row, nan]);
  });
  const lanes = marked.map((row) => onnx.op('Unsqueeze', [row, one]));
  const rows = onnx.op('Concat', lanes, { axis: 1 }, 'modalities');
  const there = allFiniteAlong(onnx, rows, 2);
  const wide = onnx.cast(rows, 'float64');
  const filler = rule.whenMissing === 'default' ? standIn(there) : scalar(onnx, 'float64', 0);
  const least = rule.whenMissing === 'fail' ? count : Math.min(rule.minimumPresent, count);
  return {
    rows: onnx.op('Where', [onnx.op('Unsqueeze', [there, onnx.integers([2])]), wide, filler]),
    there,
    used: rule.whenMissing === 'skip' ? onnx.cast(there, 'float64') : null,
    count,
    present: enough(onnx, there, least),
  };
}

/** bool: whether all numbers along an axis are finite; the axis goes. Comparing leaves NaN and infinity out at once. */
export function allFiniteAlong(onnx: OnnxGraph, x: OnnxValue, axis: number): OnnxValue {
  const [wide, largest] =
    x.dtype === 'float64' ? [x, Number.MAX_VALUE] : [onnx.cast(x, 'float32'), 3.4028234663852886e38];
  const finite = onnx.op('LessOrEqual', [onnx.op('Abs', [wide]), scalar(onnx, wide.dtype, largest)]);
  const worst = onnx.op('ReduceMin', [onnx.cast(finite, 'float32'), onnx.integers([axis])], { keepdims: 0 });
  return onnx.cast(worst, 'bool');
}

/** bool [N]: whether at least so many of [N, modalities] hold. */
export function enough(onnx: OnnxGraph, there: OnnxValue, least: number): OnnxValue {
  const count = onnx.op('ReduceSum', [onnx.cast(there, 'float32'), onnx.integers([1])], { keepdims: 0 });
  return onnx.op('GreaterOrEqual', [count, onnx.float(least)], {}, 'present');
}

/** `usedWeights` of each item: float64 [N or 1, modalities, 1], which sum to 1 over those that take part. */
export function loweredWeights(onnx: OnnxGraph, weights: readonly number[], from: LoweredModalities): OnnxValue {
  const { used, count } = from;
  const raw = Float64Array.from({ length: count }, (_, m) => (weights.length === 0 ? 1 : (weights[m] ?? 0)));
  const sum = raw.reduce((a, b) => a + b, 0);
  const constant = (data: Float64Array, shape: readonly number[]) =>
    onnx.constant({ kind: 'tensor', dtype: 'float64', shape, data });
  if (used === null)
    return constant(
      raw.map((w) => (sum > 0 ? w / sum : 1 / count)),
      [1, count, 1],
    );
  const share = (of: OnnxValue) =>
    onnx.op('Div', [of, onnx.op('ReduceSum', [of, onnx.integers([1])], { keepdims: 1 })]);
  const equal = share(used);
  if (weights.length === 0) return onnx.op('Unsqueeze', [equal, onnx.integers([2])]);
  const weighted = onnx.op('Mul', [used, constant(raw, [1, count])]);
  const total = onnx.op('ReduceSum', [weighted, onnx.integers([1])], { keepdims: 1 });
  const some = onnx.op('Greater', [total, scalar(onnx, 'float64', 0)]);
  const shares = onnx.op('Where', [some, onnx.op('Div', [weighted, total]), equal]);
  return onnx.op('Unsqueeze', [shares, onnx.integers([2])], {}, 'weights');
}

/** Sum over the modalities, [N, modalities, numbers] to [N, numbers]. */
export function overModalities(onnx: OnnxGraph, x: OnnxValue): OnnxValue {
  return onnx.op('ReduceSum', [x, onnx.integers([1])], { keepdims: 0 });
}

/** How many modalities take part in each item, float64 [N or 1, 1]. */
export function usedCount(onnx: OnnxGraph, { used, count }: LoweredModalities): OnnxValue {
  if (used === null)
    return onnx.constant({ kind: 'tensor', dtype: 'float64', shape: [1, 1], data: Float64Array.of(count) });
  return onnx.op('ReduceSum', [used, onnx.integers([1])], { keepdims: 1 });
}

/** float32 [N, numbers], NaN where too few modalities are there: nobody shall take that for an answer. */
export function fusedResult(onnx: OnnxGraph, data: OnnxValue, present: OnnxValue): OnnxValue {
  const some = onnx.op('Unsqueeze', [present, onnx.integers([1])]);
  return onnx.op('Where', [some, onnx.cast(data, 'float32'), onnx.float(Number.NaN)], {}, 'fused');
}
