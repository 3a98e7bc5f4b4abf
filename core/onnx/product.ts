import { type Constant, isMain } from './constants.ts';
import type { NodeProto } from './gen/onnx-ml_pb.ts';
import { floatsOf } from './tensorData.ts';

/** What is added to a product. */
export interface Bias {
  readonly name: string;
  /** Null when it is not constant. */
  readonly values: Float32Array | null;
  readonly dims: readonly number[];
  readonly beta: number;
}
/** What a product does besides: the factor of the product, whether its weights lie column by column, what is added. */
export interface Product {
  readonly alpha: number;
  readonly transposed: boolean;
  readonly bias: Bias | null;
}
export const plainProduct: Product = { alpha: 1, transposed: false, bias: null };

/** Gemm is alpha * A * B + beta * C, A and B transposed if so said; or why that cannot be put otherwise. */
export function gemmOf(node: NodeProto, find: (name: string) => Constant | null): Product | string {
  const attribute = (name: string) => node.attribute.find((a) => a.name === name);
  if ((attribute('transA')?.i ?? 0n) !== 0n) return 'its left side is transposed';
  const alpha = attribute('alpha')?.f ?? 1;
  const beta = attribute('beta')?.f ?? 1;
  const transposed = (attribute('transB')?.i ?? 0n) !== 0n;
  const name = node.input[2] ?? '';
  if (name === '' || beta === 0) return { alpha, transposed, bias: null };
  const constant = find(name);
  const values = constant === null || constant.turned ? null : floatsOf(constant.tensor);
  if (beta !== 1 && values === null) return 'what it adds has a factor, and is not constant';
  const dims = constant?.tensor.dims.map(Number) ?? [];
  return { alpha, transposed, bias: { name, values, dims, beta } };
}

/** A matrix product of the main operator set. */
export function isProduct({ domain, opType }: NodeProto): boolean {
  return isMain(domain) && (opType === 'MatMul' || opType === 'Gemm');
}
