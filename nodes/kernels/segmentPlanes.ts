import type { TensorValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { countNonFinite } from './finite.ts';
import type { LogitPlanes } from './segment.ts';
import { numbersOf } from './tensor.ts';

/** Planes of logits from a tensor [1, classes, height, width] with 1 to 256 classes. */
export function classPlanes(tensor: TensorValue): LogitPlanes {
  const { shape } = tensor;
  const [batch, classes, height, width] = shape;
  if (
    shape.length !== 4 ||
    batch !== 1 ||
    classes < 1 ||
    classes > 256 ||
    height < 1 ||
    width < 1 ||
    tensor.dtype === 'string'
  ) {
    throw new Problem('value-shape', {
      message: `"logits" expects numbers of shape [1, classes, height, width] with at most 256 classes, but got ${tensor.dtype}[${shape.join(', ')}].`,
      fix: 'Put tensor.transpose or tensor.unsqueeze before it.',
      where: { port: 'logits' },
    });
  }
  const data = numbersOf(tensor);
  const bad = countNonFinite(data);
  if (bad > 0) {
    throw new Problem('value-nonfinite', {
      message: `"logits" holds ${bad} NaN or infinite numbers of ${data.length}.`,
      fix: 'Look for the cause in the model or its input: often a wrong normalisation, or float16 overflow.',
      where: { port: 'logits' },
    });
  }
  return { data, classes, width, height };
}

/** Throws `media-too-large` before a mask over the limit is allocated. */
export function requireMaskRoom(width: number, height: number, limit: number): void {
  if (width * height <= limit) return;
  throw new Problem('media-too-large', {
    message: `A mask of ${width}x${height} pixels is over the limit of ${limit}.`,
    fix: 'Use a smaller picture, or raise the limit imagePixels.',
  });
}
