import { isMain } from '../constants.ts';
import type { NodeProto } from '../gen/onnx-ml_pb.ts';
import { graphsOf } from '../graphs.ts';
import { operatorName } from '../signature.ts';

/**
 * Operators that stay in float32: those whose definition has no half precision for some input (onnxconverter-common
 * `DEFAULT_OP_BLOCK_LIST`), and those that lose range or places by it.
 */
const noHalf = 'it has no half precision';
const range = 'its sums or powers leave the range of half precision';
const places = 'half precision has too few places for what it counts or compares';
const blocked: Readonly<Record<string, string>> = {
  ...reasons(
    noHalf,
    'Resize Upsample RoiAlign NonMaxSuppression QuantizeLinear DequantizeLinear DynamicQuantizeLinear',
  ),
  ...reasons(noHalf, 'QLinearConv QLinearMatMul ConvInteger MatMulInteger IsInf EyeLike Multinomial Bernoulli'),
  ...reasons(noHalf, 'RandomNormal RandomUniform RandomNormalLike RandomUniformLike DFT STFT MelWeightMatrix'),
  ...reasons(noHalf, 'HannWindow HammingWindow BlackmanWindow Min Max Optional OptionalGetElement SequenceConstruct'),
  ...reasons(noHalf, 'SequenceAt SequenceInsert SequenceEmpty ConcatFromSequence SplitToSequence SequenceErase'),
  ...reasons(noHalf, 'SequenceMap DeformConv GridSample ImageDecoder StringSplit'),
  ...reasons(range, 'Exp ReduceSumSquare ReduceL2 ReduceLogSumExp ReduceLogSum ReduceProd Pow CumSum CumProd'),
  ...reasons(places, 'Range TopK Mod'),
};

/** Why a node must stay in float32; null when it need not. */
export function blockReason(node: NodeProto): string | null {
  if (graphsOf(node).next().done !== true) return 'it has graphs inside';
  if (!isMain(node.domain)) return `${operatorName(node.domain, node.opType)} is not known to take half precision`;
  return Object.hasOwn(blocked, node.opType) ? blocked[node.opType] : null;
}

function reasons(why: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, why]));
}
