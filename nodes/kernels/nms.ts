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
  // Corners and areas by rank, so that the inner loop reads memory in order.
  const x1 = new Float32Array(count);
  const y1 = new Float32Array(count);
  const x2 = new Float32Array(count);
  const y2 = new Float32Array(count);
  const areas = new Float32Array(count);
  for (let rank = 0; rank < count; rank++) {
    const at = order[rank] * 4;
    x1[rank] = coordinates[at];
    y1[rank] = coordinates[at + 1];
    x2[rank] = coordinates[at + 2];
    y2[rank] = coordinates[at + 3];
    areas[rank] = f32(f32(x2[rank] - x1[rank]) * f32(y2[rank] - y1[rank]));
  }
  const next = nextOfClass(order, classes);
  const removed = new Uint8Array(count);
  const kept: number[] = [];
  for (let i = 0; i < count && kept.length < maxKept; i++) {
    if (removed[i] === 1) continue;
    kept.push(order[i]);
    const [left, top, right, bottom, own] = [x1[i], y1[i], x2[i], y2[i], areas[i]];
    for (let j = next[i]; j < count; j = next[j]) {
      // Boxes that share nothing have an IoU of 0, or of NaN when both have no area: above no threshold.
      const width = f32(Math.min(right, x2[j]) - Math.max(left, x1[j]));
      if (!(width > 0)) continue;
      const height = f32(Math.min(bottom, y2[j]) - Math.max(top, y1[j]));
      if (!(height > 0)) continue;
      const shared = f32(width * height);
      if (f32(shared / f32(f32(own + areas[j]) - shared)) > iouThreshold) removed[j] = 1;
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
