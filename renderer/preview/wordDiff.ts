/** A stretch of two texts: in both, only in the left one, only in the right one. */
export interface DiffPart {
  readonly what: 'same' | 'left' | 'right';
  readonly text: string;
}

/** Beyond this many pairs of words the middle is taken as wholly different: the table would be too large. */
const mostPairs = 4_000_000;

/** Differences of two texts by words, spaces and signs of their own; neighbours of one sort are one part. */
export function wordDiff(left: string, right: string): readonly DiffPart[] {
  const a = wordsOf(left);
  const b = wordsOf(right);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const parts: DiffPart[] = [];
  const add = (what: DiffPart['what'], words: readonly string[]): void => {
    if (words.length === 0) return;
    const last = parts.at(-1);
    if (last?.what === what) parts[parts.length - 1] = { what, text: last.text + words.join('') };
    else parts.push({ what, text: words.join('') });
  };
  add('same', a.slice(0, head));
  middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), add);
  add('same', a.slice(a.length - tail));
  return parts;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu) ?? [];
}

/** By the longest common subsequence. */
function middle(
  a: readonly string[],
  b: readonly string[],
  add: (what: DiffPart['what'], words: readonly string[]) => void,
): void {
  if (a.length === 0 || b.length === 0 || a.length * b.length > mostPairs) {
    add('left', a);
    add('right', b);
    return;
  }
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  let gone: string[] = [];
  let come: string[] = [];
  const flush = (): void => {
    add('left', gone);
    add('right', come);
    gone = [];
    come = [];
  };
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      flush();
      add('same', [a[i]]);
      i++;
      j++;
    } else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) gone.push(a[i++]);
    else come.push(b[j++]);
  }
  gone.push(...a.slice(i));
  come.push(...b.slice(j));
  flush();
}
