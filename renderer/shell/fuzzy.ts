export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** Places in the text that matched, in order. */
  readonly marks: readonly number[];
}

/**
 * Whether every word of the query is in the text, letters in order but not needfully beside each other. Beginnings of
 * words and letters that stand together count most. An empty query matches everything.
 */
export function fuzzy(query: string, text: string): Match | null {
  const lower = text.toLowerCase();
  let score = 0;
  const marks = new Set<number>();
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const best = bestPlace(word, lower, text);
    if (best === null) return null;
    score += best.score;
    for (const mark of best.marks) marks.add(mark);
  }
  // Of two that match alike the shorter one is meant.
  return { score: score - text.length / 50, marks: [...marks].sort((a, b) => a - b) };
}

function bestPlace(word: string, lower: string, text: string): Match | null {
  const whole = placeOfWhole(word, lower, text);
  if (whole !== null) return whole;
  let best: Match | null = null;
  for (let start = lower.indexOf(word[0]); start >= 0; start = lower.indexOf(word[0], start + 1)) {
    const found = scattered(word, lower, text, start);
    if (found !== null && (best === null || found.score > best.score)) best = found;
  }
  return best;
}

function placeOfWhole(word: string, lower: string, text: string): Match | null {
  let at = -1;
  for (let i = lower.indexOf(word); i >= 0; i = lower.indexOf(word, i + 1)) {
    if (at < 0 || startsWord(text, i)) at = i;
    if (startsWord(text, i)) break;
  }
  if (at < 0) return null;
  const marks = Array.from(word, (_, i) => at + i);
  return { score: 10 * word.length + (startsWord(text, at) ? 20 : 0) + (at === 0 ? 10 : 0), marks };
}

function scattered(word: string, lower: string, text: string, start: number): Match | null {
  const marks = [start];
  let score = startsWord(text, start) ? 8 : 1;
  for (const letter of word.slice(1)) {
    const last = marks[marks.length - 1];
    const next = lower.indexOf(letter, last + 1);
    if (next < 0) return null;
    score += next === last + 1 ? 5 : startsWord(text, next) ? 6 : 1 - Math.min(1, (next - last) / 20);
    marks.push(next);
  }
  // Letters from here and there that begin no word mean nothing.
  return score >= word.length * 3 ? { score, marks } : null;
}

function startsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const before = text[at - 1];
  return /[^\p{L}\p{N}]/u.test(before) || (/\p{Lu}/u.test(text[at]) && /\p{Ll}/u.test(before));
}
