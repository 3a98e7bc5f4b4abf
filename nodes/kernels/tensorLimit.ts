import type { Limits } from '../../core/define/limits.ts';
import { type Dtype, dtypeBytes } from '../../core/kinds/dtype.ts';
import { Problem } from '../../core/problems/problem.ts';
import { elementCount } from './tensor.ts';

/** Throws `tensor-too-large` before a tensor over the limit is allocated. */
export function requireTensorRoom(dtype: Dtype, shape: readonly number[], limits: Limits): void {
  const bytes = elementCount(shape) * dtypeBytes(dtype);
  if (bytes <= limits.tensorBytes) return;
  throw new Problem('tensor-too-large', {
    message: `A ${dtype} tensor of shape [${shape.join(', ')}] would take ${bytes} bytes, over the limit of ${limits.tensorBytes}.`,
    fix: 'Use a smaller shape, or raise the limit tensorBytes.',
  });
}
