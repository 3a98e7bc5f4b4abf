const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The largest float32 that is not above `x`: of two float32, one is above it just when it is above `x`. */
export function singleAtMost(x: number): number {
  single[0] = x;
  return single[0] > x ? neighbour(-1) : single[0];
}

/** The smallest float32 that is not below `x`. */
export function singleAtLeast(x: number): number {
  single[0] = x;
  return single[0] < x ? neighbour(1) : single[0];
}

/** The float32 next to the one in `single`, up or down. */
function neighbour(direction: 1 | -1): number {
  if (single[0] === 0) return direction * 2 ** -149;
  bits[0] += single[0] > 0 ? direction : -direction;
  return single[0];
}
