import type { LoweredScores, MayFail, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { ScoresValue } from '../../core/kinds/value.ts';
import { scalar } from './loweredElementwise.ts';
import { fusedResult, loweredWeights, overModalities, usedCount } from './loweredModalities.ts';
import { byLeader, type LoweredScoreRows, requireForm } from './loweredScores.ts';
import { notLowerable } from './notLowerable.ts';

/** The rules of fuseScores.ts for N items at once, in double; `data` is float64 [N, classes]. */

export function scoresResult(
  onnx: OnnxGraph,
  data: OnnxValue,
  from: LoweredScoreRows,
  form: ScoresValue['form'] | null = from.form,
): LoweredScores & MayFail {
  const scores = fusedResult(onnx, data, from.present);
  return { kind: 'scores', scores, labels: from.labels, form, present: from.present };
}

/** `weightedAverageOf` with `usedWeights`. */
export function loweredAverage(onnx: OnnxGraph, from: LoweredScoreRows, weights: readonly number[]): OnnxValue {
  return overModalities(onnx, onnx.op('Mul', [from.rows, loweredWeights(onnx, weights, from)]));
}

/** `productOf`: exponents that sum to 1, or to the number of modalities that take part. */
export function loweredProduct(
  onnx: OnnxGraph,
  from: LoweredScoreRows,
  weights: readonly number[],
  exponents: 'sum' | 'mean',
): OnnxValue {
  const form = requireForm(from);
  const number = (value: number) => scalar(onnx, 'float64', value);
  const shares = loweredWeights(onnx, weights, from);
  const count = onnx.op('Unsqueeze', [usedCount(onnx, from), onnx.integers([2])]);
  const powers = exponents === 'mean' ? shares : onnx.op('Mul', [shares, count]);
  const p = form === 'logits' ? onnx.op('Softmax', [from.rows], { axis: 2 }) : from.rows;
  const pooled = (of: OnnxValue) =>
    overModalities(onnx, onnx.op('Mul', [powers, onnx.op('Log', [onnx.op('Max', [of, number(1e-12)])])]));
  const yes = pooled(p);
  if (form === 'logits') return yes;
  if (form !== 'independent') return onnx.op('Softmax', [yes], { axis: 1 });
  const against = onnx.op('Exp', [onnx.op('Sub', [pooled(onnx.op('Sub', [number(1), p])), yes])]);
  return onnx.op('Div', [number(1), onnx.op('Add', [number(1), against])]);
}

/** `maximumOf`. */
export function loweredMaximum(onnx: OnnxGraph, from: LoweredScoreRows): OnnxValue {
  const { used, rows } = from;
  const rest = scalar(onnx, 'float64', -Infinity);
  const takes = used === null ? null : onnx.op('Unsqueeze', [onnx.cast(used, 'bool'), onnx.integers([2])]);
  const left = takes === null ? rows : onnx.op('Where', [takes, rows, rest]);
  const highest = onnx.op('ReduceMax', [left, onnx.integers([1])], { keepdims: 0 });
  if (requireForm(from) !== 'probabilities') return highest;
  const sum = onnx.op('ReduceSum', [highest, onnx.integers([1])], { keepdims: 1 });
  const some = onnx.op('Greater', [sum, scalar(onnx, 'float64', 0)]);
  return onnx.op('Where', [some, onnx.op('Div', [highest, sum]), highest]);
}

/** bool [N, modalities, classes], true at the best class of each row: of equals the first in the order of the leader. */
function bestPlaces(onnx: OnnxGraph, from: LoweredScoreRows): OnnxValue {
  const best = byLeader(onnx, from.there, from.orders, (order) => {
    if (order === null) return onnx.op('ArgMax', [from.rows], { axis: 2, keepdims: 1 });
    const places = onnx.integers(order.map((_, own) => order.indexOf(own)));
    const rows = onnx.op('Gather', [from.rows, places], { axis: 2 });
    return onnx.op('Gather', [places, onnx.op('ArgMax', [rows], { axis: 2, keepdims: 1 })]);
  });
  return onnx.op('Equal', [best, placesOf(onnx, from)], {}, 'best');
}

/** 0, 1, 2, ... for as many classes as there are. */
function placesOf(onnx: OnnxGraph, { classes, rows }: LoweredScoreRows): OnnxValue {
  if (classes !== null) return onnx.integers(Array.from({ length: classes }, (_, c) => c));
  const count = onnx.op('Squeeze', [onnx.dim(rows, 2), onnx.integers([0])]);
  return onnx.op('Range', [onnx.integer(0), count, onnx.integer(1)]);
}

/** `majorityOf`. */
export function loweredMajority(onnx: OnnxGraph, from: LoweredScoreRows): OnnxValue {
  const lanes = from.used === null ? null : onnx.op('Unsqueeze', [from.used, onnx.integers([2])]);
  const counted = (x: OnnxValue) => overModalities(onnx, lanes === null ? x : onnx.op('Mul', [x, lanes]));
  const votes = counted(onnx.cast(bestPlaces(onnx, from), 'float64'));
  const p = requireForm(from) === 'probabilities' ? from.rows : onnx.op('Softmax', [from.rows], { axis: 2 });
  const count = usedCount(onnx, from);
  const mean = onnx.op('Div', [counted(p), count]);
  const all = onnx.op('Add', [count, scalar(onnx, 'float64', 1)]);
  return onnx.op('Div', [onnx.op('Add', [votes, mean]), all]);
}

type Measure = 'max' | 'margin' | 'entropy';

/** The gate: the first row that is there and sure, else the weighted average. */
export function loweredGate(
  onnx: OnnxGraph,
  from: LoweredScoreRows,
  gate: { readonly weights: readonly number[]; readonly measure: Measure; readonly threshold: number },
): OnnxValue {
  const { measure, threshold } = gate;
  const form = requireForm(from);
  if (form !== 'probabilities' && !(form === 'independent' && measure === 'max'))
    throw notLowerable(
      `The gate's measure "${measure}" has no meaning for scores that are ${form}.`,
      'Put result.softmax before each modality.',
    );
  const high = onnx.op('GreaterOrEqual', [confidences(onnx, from, measure), scalar(onnx, 'float64', threshold)]);
  const sure = onnx.cast(onnx.op('And', [high, from.there]), 'float32');
  const first = onnx.op('ArgMax', [sure], { axis: 1, keepdims: 1 });
  const places = onnx.integers(Array.from({ length: from.count }, (_, m) => m));
  const only = onnx.op('Unsqueeze', [onnx.cast(onnx.op('Equal', [first, places]), 'float64'), onnx.integers([2])]);
  const any = onnx.op('ReduceMax', [sure, onnx.integers([1])], { keepdims: 1 });
  const opens = onnx.op('Unsqueeze', [onnx.cast(any, 'bool'), onnx.integers([2])]);
  const shares = onnx.op('Where', [opens, only, loweredWeights(onnx, gate.weights, from)]);
  return overModalities(onnx, onnx.op('Mul', [from.rows, shares]));
}

/** `confidenceOf` each row: float64 [N, modalities]. */
function confidences(onnx: OnnxGraph, from: LoweredScoreRows, measure: Measure): OnnxValue {
  const { rows, classes } = from;
  const number = (value: number) => scalar(onnx, 'float64', value);
  const over = (type: string, x: OnnxValue) => onnx.op(type, [x, onnx.integers([2])], { keepdims: 0 });
  const best = over('ReduceMax', rows);
  if (measure === 'max' || classes === 1) return best;
  if (measure === 'margin') {
    // The best class counts as 0, which is what the second is at least.
    const others = onnx.op('Where', [bestPlaces(onnx, from), number(0), rows]);
    return onnx.op('Sub', [best, over('ReduceMax', others)]);
  }
  if (classes === null)
    throw notLowerable(
      'The entropy is measured against that of all classes, whose number is not known.',
      'Give labels.',
    );
  const positive = onnx.op('Greater', [rows, number(0)]);
  const logs = onnx.op('Log', [onnx.op('Where', [positive, rows, number(1)])]);
  const share = onnx.op('Div', [over('ReduceSum', onnx.op('Mul', [rows, logs])), number(Math.log(classes))]);
  return onnx.op('Add', [share, number(1)]);
}
