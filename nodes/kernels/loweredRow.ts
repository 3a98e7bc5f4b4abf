import type { LoweredScores, LoweredTensor, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { double } from './constant.ts';

export interface LoweredRow {
  /** float32 [N, classes]. */
  readonly scores: OnnxValue;
  readonly labels: readonly string[] | null;
}

/** What `rowOf` is for values: scores as they are, a tensor [classes] or [1, classes] as one row for each item. */
export function loweredRow(onnx: OnnxGraph, value: LoweredScores | LoweredTensor): LoweredRow {
  if (value.kind === 'scores') return { scores: value.scores, labels: value.labels };
  // 0 keeps N; what is behind it becomes one axis.
  const flat = onnx.op('Reshape', [value.tensor, onnx.integers([0, -1])], {}, 'row');
  return { scores: onnx.cast(flat, 'float32'), labels: null };
}

/** Softmax over the second axis or the sigmoid of each number, of logits over a temperature: in float64, given in float32. */
export function activated(
  onnx: OnnxGraph,
  logits: OnnxValue,
  activation: 'none' | 'sigmoid' | 'softmax',
  temperature = 1,
): OnnxValue {
  if (activation === 'none') return logits;
  const wide = onnx.cast(logits, 'float64');
  const scaled = temperature === 1 ? wide : onnx.op('Div', [wide, onnx.constant(double(temperature))]);
  if (activation === 'softmax') return onnx.cast(onnx.op('Softmax', [scaled], { axis: 1 }), 'float32');
  const one = onnx.constant(double(1));
  const grown = onnx.op('Add', [one, onnx.op('Exp', [onnx.op('Neg', [scaled])])]);
  return onnx.cast(onnx.op('Div', [one, grown]), 'float32');
}
