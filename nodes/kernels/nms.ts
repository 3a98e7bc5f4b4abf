import { descendingOrder } from './softmax.ts';

const f32 = Math.fround;

/**
 * Greedy non-maximum suppression, as torchvision.ops.nms does it: boxes from the highest score down (equal scores in
 * their own order); each kept box removes those after it whose IoU with it is above `iouThreshold`. Arithmetic is in
 * float32, step by step, so that results agree exactly with the library's. With `classes`, only boxes of one class
 * remove each other (torchvision.ops.batched_nms). `coordinates` holds x1, y1, x2, y2 per box.
 * Gives the places of the kept boxes, best first, at most `maxKept`.
 */
export function nonMaximumSuppression(
  coordinates: Float32Array,
  scores: Float32Array,
  classes: Int32Array | null,
  iouThreshold: number,
  maxKept = Number.POSITIVE_INFINITY,
): Int32Array {
  const order = descendingOrder(scores);
  const count = order.length;
  const areas = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * 4;
    areas[i] = f32(f32(coordinates[at + 2] - coordinates[at]) * f32(coordinates[at + 3] - coordinates[at + 1]));
  }
  const next = nextOfClass(order, classes);
  const removed = new Uint8Array(count);
  const kept: number[] = [];
  for (let rank = 0; rank < count && kept.length < maxKept; rank++) {
    if (removed[rank] === 1) continue;
    const i = order[rank];
    kept.push(i);
    const [x1, y1, x2, y2] = coordinates.subarray(i * 4, i * 4 + 4);
    for (let other = next[rank]; other < count; other = next[other]) {
      if (removed[other] === 1) continue;
      const j = order[other];
      const at = j * 4;
      const width = f32(Math.min(x2, coordinates[at + 2]) - Math.max(x1, coordinates[at]));
      const height = f32(Math.min(y2, coordinates[at + 3]) - Math.max(y1, coordinates[at + 1]));
      const shared = width > 0 && height > 0 ? f32(width * height) : 0;
      // Two boxes without area give 0/0 = NaN, which is not above any threshold: both stay.
      const iou = f32(shared / f32(f32(areas[i] + areas[j]) - shared));
      if (iou > iouThreshold) removed[other] = 1;
    }
  }
  return Int32Array.from(kept);
}

/** For each rank the next rank of the same class; `order.length` where there is none. */
function nextOfClass(order: Int32Array, classes: Int32Array | null): Int32Array {
  const next = new Int32Array(order.length);
  const last = new Map<number, number>();
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const group = classes === null ? 0 : classes[order[rank]];
    next[rank] = last.get(group) ?? order.length;
    last.set(group, rank);
  }
  return next;
}

/** Intersection over union of box i of `a` and box j of `b`; 0 when neither has an area. */
export function intersectionOverUnion(a: Float32Array, i: number, b: Float32Array, j: number): number {
  const width = Math.min(a[i * 4 + 2], b[j * 4 + 2]) - Math.max(a[i * 4], b[j * 4]);
  const height = Math.min(a[i * 4 + 3], b[j * 4 + 3]) - Math.max(a[i * 4 + 1], b[j * 4 + 1]);
  const shared = Math.max(0, width) * Math.max(0, height);
  const union = area(a, i) + area(b, j) - shared;
  return union > 0 ? shared / union : 0;
}

function area(boxes: Float32Array, i: number): number {
  return (boxes[i * 4 + 2] - boxes[i * 4]) * (boxes[i * 4 + 3] - boxes[i * 4 + 1]);
}
