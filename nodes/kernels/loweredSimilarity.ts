import type { LoweredEmbedding, LoweredTensor, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { EmbeddingType, TensorType } from '../../core/kinds/type.ts';
import { knownShape } from './loweredAxes.ts';
import { scalar } from './loweredElementwise.ts';
import { notLowerable } from './notLowerable.ts';

/** `l2Normalised` along an axis of the graph, in double. */
export function loweredL2(onnx: OnnxGraph, x: OnnxValue, axis: number, epsilon: number): OnnxValue {
  const wide = onnx.cast(x, 'float64');
  const squares = onnx.op('ReduceSumSquare', [wide, onnx.integers([axis])], { keepdims: 1 });
  const norm = onnx.op('Max', [onnx.op('Sqrt', [squares]), scalar(onnx, 'float64', epsilon)]);
  return onnx.op('Div', [wide, norm], {}, 'unit');
}

/** Rows of vectors, [N, rows, length]: a single vector is one row. */
export function loweredRows(
  onnx: OnnxGraph,
  value: LoweredTensor | LoweredEmbedding,
  type: TensorType | EmbeddingType,
  port: string,
): OnnxValue {
  const one = onnx.integers([1]);
  if (value.kind === 'embedding') return onnx.op('Unsqueeze', [value.vector, one]);
  const rank = type.kind === 'tensor' ? knownShape(type, port).length : 1;
  if (rank !== 1 && rank !== 2)
    throw notLowerable(`"${port}" has ${rank} axes; one vector or rows of vectors are wanted.`, 'Reshape it first.');
  return rank === 1 ? onnx.op('Unsqueeze', [value.tensor, one]) : value.tensor;
}

/** `cosineMatrix` of [N, rows, length] and [N, columns, length], in double: [N, rows, columns]. */
export function loweredCosines(onnx: OnnxGraph, a: OnnxValue, b: OnnxValue): OnnxValue {
  const [left, right] = [a, b].map((rows) => loweredL2(onnx, rows, 2, 1e-8));
  return onnx.op('MatMul', [left, onnx.op('Transpose', [right], { perm: [0, 2, 1] })], {}, 'cosines');
}
