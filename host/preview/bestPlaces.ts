/** Places of the `most` largest numbers, largest first, equals in their own order, NaN last. */
export function bestPlaces(data: Float32Array, most: number): readonly number[] {
  const key = (place: number): number => (Number.isNaN(data[place]) ? -Infinity : data[place]);
  const worse = (a: number, b: number): boolean => key(a) < key(b) || (key(a) === key(b) && a > b);
  // A heap with the worst of those kept on top: one comparison settles most numbers.
  const heap: number[] = [];
  for (let place = 0; place < data.length; place++) {
    if (heap.length < most) {
      heap.push(place);
      if (heap.length === most) for (let i = most >> 1; i >= 0; i--) sink(heap, i, worse);
    } else if (worse(heap[0], place)) {
      heap[0] = place;
      sink(heap, 0, worse);
    }
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1));
}

function sink(heap: number[], from: number, worse: (a: number, b: number) => boolean): void {
  for (let at = from; ; ) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && worse(heap[left], heap[least])) least = left;
    if (right < heap.length && worse(heap[right], heap[least])) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least], heap[at]];
    at = least;
  }
}
