import type { OnnxAttribute, OnnxValue } from '../define/lower.ts';
import type { Dtype } from '../kinds/dtype.ts';
import { dtypeOfElement } from './elements.ts';

const gives = new Map<string, readonly Dtype[]>([
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf'].map(
    (type) => [type, ['bool']] as const,
  ),
  ...['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin', 'NonMaxSuppression'].map((type) => [type, ['int64']] as const),
]);
/** Which input the result has the dtype of, where it is not the first. */
const like = new Map<string, number>([
  ['Where', 1],
  ['OneHot', 2],
]);

/** Element types of an operator's results, for the operators that lowering uses. */
export function resultDtypes(
  type: string,
  inputs: readonly (OnnxValue | null)[],
  attributes: Readonly<Record<string, OnnxAttribute>>,
  count: number,
): readonly Dtype[] {
  const first = inputs[like.get(type) ?? 0]?.dtype ?? 'float32';
  if (type === 'TopK') return [first, 'int64'];
  if (type === 'Unique') return [first, 'int64', 'int64', 'int64'];
  return Array.from({ length: count }, () => fixed(type, attributes) ?? gives.get(type)?.[0] ?? first);
}

function fixed(type: string, attributes: Readonly<Record<string, OnnxAttribute>>): Dtype | null {
  const { to, dtype, value } = attributes;
  if (type === 'Cast' && typeof to === 'number') return dtypeOfElement(to);
  if (type === 'ConstantOfShape')
    return typeof value === 'object' && 'tensor' in value ? value.tensor.dtype : 'float32';
  if (['EyeLike', 'HannWindow', 'Bernoulli'].includes(type) && typeof dtype === 'number') return dtypeOfElement(dtype);
  return null;
}
