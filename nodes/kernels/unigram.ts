/** The pieces of a Unigram vocabulary as a tree of code points. */
export interface UnigramTree {
  readonly root: TreeNode;
  readonly scores: readonly number[];
  /** Score of a character that no piece covers. */
  readonly unknownScore: number;
}
interface TreeNode {
  readonly next: Map<number, TreeNode>;
  /** Index of the piece that ends here, or -1. */
  piece: number;
}

/** Builds the tree; the unknown score is the smallest score less 10, as in SentencePiece. */
export function buildUnigram(pieces: readonly string[], scores: readonly number[]): UnigramTree {
  const root: TreeNode = { next: new Map(), piece: -1 };
  let least = Infinity;
  for (let i = 0; i < pieces.length; i++) {
    let node = root;
    for (const character of pieces[i]) {
      const code = character.codePointAt(0) ?? 0;
      let child = node.next.get(code);
      if (child === undefined) {
        child = { next: new Map(), piece: -1 };
        node.next.set(code, child);
      }
      node = child;
    }
    if (node !== root) node.piece = i;
    least = Math.min(least, scores[i]);
  }
  return { root, scores, unknownScore: least - 10 };
}

/** One stretch of a word: a piece of the vocabulary, or a run of characters that no piece covers. */
export interface UnigramPart {
  readonly text: string;
  readonly known: boolean;
}

/**
 * The split of a word with the highest sum of scores (Viterbi), in time linear in its length; neighbouring unknown
 * characters become one part. Follows `Unigram::encode_optimized` of Hugging Face tokenizers, ties included.
 */
export function unigramParts(tree: UnigramTree, word: string): UnigramPart[] {
  const { codes, places } = codePoints(word);
  const count = codes.length;
  const best = new Float64Array(count + 1).fill(-Infinity);
  const from = new Int32Array(count + 1).fill(-1);
  const known = new Uint8Array(count + 1);
  best[0] = 0;
  for (let start = 0; start < count; start++) {
    const score = best[start];
    let single = false;
    let node = tree.root.next.get(codes[start]);
    for (let end = start + 1; node !== undefined; end++) {
      if (node.piece >= 0) {
        offer(end, start, score + tree.scores[node.piece], 1);
        if (end === start + 1) single = true;
      }
      node = end < count ? node.next.get(codes[end]) : undefined;
    }
    if (!single) offer(start + 1, start, score + tree.unknownScore, 0);
  }
  return partsBack();

  function offer(end: number, start: number, score: number, isKnown: number): void {
    if (from[end] !== -1 && score <= best[end]) return;
    best[end] = score;
    from[end] = start;
    known[end] = isKnown;
  }

  function partsBack(): UnigramPart[] {
    const parts: UnigramPart[] = [];
    for (let end = count; end > 0; ) {
      let start = from[end];
      if (known[end] === 0) while (start > 0 && known[start] === 0) start = from[start];
      parts.push({ text: word.slice(places[start], places[end]), known: known[end] === 1 });
      end = start;
    }
    return parts.reverse();
  }
}

/** Code points of a text, and where each begins in it (with the text's length at the end). */
export function codePoints(text: string): { readonly codes: Int32Array; readonly places: Int32Array } {
  const codes = new Int32Array(text.length);
  const places = new Int32Array(text.length + 1);
  let count = 0;
  for (let i = 0; i < text.length; count++) {
    const code = text.codePointAt(i) ?? 0;
    codes[count] = code;
    places[count] = i;
    i += code > 0xffff ? 2 : 1;
  }
  places[count] = text.length;
  return { codes: codes.subarray(0, count), places: places.subarray(0, count + 1) };
}
