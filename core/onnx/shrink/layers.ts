import { type Constant, isMain, matrixOf, weightFault } from '../constants.ts';
import type { NodeProto } from '../gen/onnx-ml_pb.ts';
import { gemmOf } from '../product.ts';
import { elementCount, floatsOf } from '../tensorData.ts';

/** A layer with constant float32 weights, as what makes them smaller needs it. */
export interface WeightedLayer {
  readonly node: NodeProto;
  readonly name: string;
  /** The value that it works on. */
  readonly input: string;
  readonly output: string;
  readonly weights: Float32Array;
  /** In the order in which the layer takes them: [out, in, ...] of a Conv, [in, out] of products. */
  readonly dims: readonly number[];
  /** Which axis counts the channels that come out. */
  readonly axis: number;
  /** Elements behind the channel axis. */
  readonly inner: number;
  readonly channels: number;
  readonly constant: Constant;
  readonly bias: LayerBias | null;
}
export interface LayerBias {
  readonly values: Float32Array;
  readonly name: string;
}

const weighted: ReadonlySet<string> = new Set(['Conv', 'MatMul', 'Gemm']);

export function isWeighted({ domain, opType }: NodeProto): boolean {
  return isMain(domain) && weighted.has(opType);
}

/** What messages and reports call a node. */
export function nodeName(node: NodeProto): string {
  return node.name || `${node.output[0]}_${node.opType}`;
}

/** The node as a layer with weights, or why it is none, in words. */
export function layerOf(node: NodeProto, find: (name: string) => Constant | null): WeightedLayer | string {
  const [input, weights] = node.input;
  const constant = find(weights ?? '');
  if (find(input) !== null) return 'what it works on is constant';
  if (constant === null) return 'its weights are not constant';
  return node.opType === 'Conv' ? convOf(node, constant, find) : productOf(node, constant, find);
}

function convOf(node: NodeProto, constant: Constant, find: (name: string) => Constant | null): WeightedLayer | string {
  const { tensor } = constant;
  const fault = weightFault(tensor);
  if (fault !== null) return fault;
  const weights = floatsOf(tensor);
  if (weights === null || constant.turned) return 'its weights are not as many as their shape says';
  const dims = tensor.dims.map(Number);
  const [channels] = dims;
  const bias = biasOf(node, channels, find);
  if (typeof bias === 'string') return bias;
  return base(node, constant, { weights, dims, axis: 0, inner: elementCount(tensor) / channels, channels, bias });
}

function productOf(
  node: NodeProto,
  constant: Constant,
  find: (name: string) => Constant | null,
): WeightedLayer | string {
  let transposed = false;
  let bias: LayerBias | null = null;
  if (node.opType === 'Gemm') {
    const gemm = gemmOf(node, find);
    if (typeof gemm === 'string') return gemm;
    if (gemm.alpha !== 1 || (gemm.bias !== null && gemm.bias.beta !== 1)) return 'its product or bias has a factor';
    transposed = gemm.transposed;
  }
  const matrix = matrixOf(constant, transposed);
  if (typeof matrix === 'string') return matrix;
  const { values, rows, columns } = matrix;
  if (node.opType === 'Gemm') {
    const found = biasOf(node, columns, find);
    if (typeof found === 'string') return found;
    bias = found;
  }
  return base(node, constant, {
    weights: values,
    dims: [rows, columns],
    axis: 1,
    inner: 1,
    channels: columns,
    bias,
  });
}

function biasOf(node: NodeProto, channels: number, find: (name: string) => Constant | null): LayerBias | null | string {
  const name = node.input[2] ?? '';
  if (name === '') return null;
  const constant = find(name);
  if (constant === null) return 'its bias is not constant';
  const values = floatsOf(constant.tensor);
  if (values === null) return 'its bias is not float32';
  if (values.length === 1) return { name, values: new Float32Array(channels).fill(values[0]) };
  const row = constant.tensor.dims.every((dim, at, all) => at === all.length - 1 || dim === 1n);
  if (values.length !== channels || !row) return 'its bias is not one number for each channel';
  return { name, values };
}

function base(
  node: NodeProto,
  constant: Constant,
  rest: Pick<WeightedLayer, 'weights' | 'dims' | 'axis' | 'inner' | 'channels' | 'bias'>,
): WeightedLayer {
  return { node, name: nodeName(node), input: node.input[0], output: node.output[0], constant, ...rest };
}
