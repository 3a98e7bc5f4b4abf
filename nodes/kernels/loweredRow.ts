import type { LoweredScores, LoweredTensor, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';

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
