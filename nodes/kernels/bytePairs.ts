/** Merge ranks by the ids of the two neighbours. */
export type PairRanks = ReadonlyMap<number, ReadonlyMap<number, PairMerge>>;
interface PairMerge {
  readonly rank: number;
  /** Id of the merged token. */
  readonly merged: number;
}

/** Ranks of the merges, first is best; merges whose tokens are not in the vocabulary are left out. */
export function pairRanks(merges: readonly (readonly [string, string])[], ids: ReadonlyMap<string, number>): PairRanks {
  const ranks = new Map<number, Map<number, PairMerge>>();
  for (let rank = 0; rank < merges.length; rank++) {
    const [left, right] = merges[rank];
    const [a, b, merged] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (a === undefined || b === undefined || merged === undefined) continue;
    const row = ranks.get(a) ?? new Map<number, PairMerge>();
    if (!row.has(b)) row.set(b, { rank, merged });
    ranks.set(a, row);
  }
  return ranks;
}

/** Places of a word fit below this, so that a rank and a place make one exact number. */
const placeSpan = 2 ** 26;

/**
 * Byte-pair encoding of one word: the best-ranked pair, leftmost first, is merged until none is left; n log n.
 * A symbol of -1 is in no merge. Returns the places at which tokens begin, and their ids.
 */
export function mergePairs(
  symbols: Int32Array,
  ranks: PairRanks,
): { readonly starts: readonly number[]; readonly ids: readonly number[] } {
  const count = symbols.length;
  const ids = Int32Array.from(symbols);
  const next = Int32Array.from(symbols, (_, i) => (i + 1 < count ? i + 1 : -1));
  const previous = Int32Array.from(symbols, (_, i) => i - 1);
  const gone = new Uint8Array(count);
  const heap = new MinHeap(3 * count + 1);
  const offer = (left: number) => {
    if (left < 0 || next[left] < 0) return;
    const merge = ranks.get(ids[left])?.get(ids[next[left]]);
    if (merge !== undefined) heap.push(merge.rank * placeSpan + left);
  };
  for (let i = 0; i + 1 < count; i++) offer(i);
  while (heap.size > 0) {
    const key = heap.pop();
    const left = key % placeSpan;
    const right = next[left];
    if (gone[left] === 1 || right < 0) continue;
    const merge = ranks.get(ids[left])?.get(ids[right]);
    // An entry whose pair has changed since is stale; the pair as it is now has an entry of its own.
    if (merge === undefined || merge.rank !== Math.floor(key / placeSpan)) continue;
    ids[left] = merge.merged;
    gone[right] = 1;
    next[left] = next[right];
    if (next[right] >= 0) previous[next[right]] = left;
    offer(previous[left]);
    offer(left);
  }
  const starts: number[] = [];
  for (let at = count > 0 ? 0 : -1; at >= 0; at = next[at]) starts.push(at);
  return { starts, ids: starts.map((at) => ids[at]) };
}

/** A binary heap of numbers, smallest on top. */
class MinHeap {
  size = 0;
  private readonly keys: Float64Array;
  constructor(capacity: number) {
    this.keys = new Float64Array(capacity);
  }
  push(key: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.keys[parent] <= key) break;
      this.keys[at] = this.keys[parent];
      at = parent;
    }
    this.keys[at] = key;
  }
  pop(): number {
    const top = this.keys[0];
    const key = this.keys[--this.size];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.keys[child + 1] < this.keys[child]) child++;
      if (this.keys[child] >= key) break;
      this.keys[at] = this.keys[child];
      at = child;
    }
    this.keys[at] = key;
    return top;
  }
}
