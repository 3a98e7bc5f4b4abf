/** What is looked at on two axes: less latency and more throughput are better. */
export interface Placed {
  readonly latency: number;
  readonly throughput: number;
}

/**
 * The places that none beats in both, by their index, in order of latency. Of several in one place the first stands for
 * all. What has no number on an axis is on no front.
 */
export function paretoFront(places: readonly Placed[]): readonly number[] {
  const order = [...places.keys()]
    .filter((i) => Number.isFinite(places[i].latency) && Number.isFinite(places[i].throughput))
    .sort((a, b) => places[a].latency - places[b].latency || places[b].throughput - places[a].throughput || a - b);
  const front: number[] = [];
  let most = Number.NEGATIVE_INFINITY;
  for (const i of order) {
    if (places[i].throughput <= most) continue;
    most = places[i].throughput;
    front.push(i);
  }
  return front;
}
