/** A token that CTC found: its class, its first frame, one past its last, and its highest logit. */
export interface CtcToken {
  readonly index: number;
  readonly first: number;
  readonly end: number;
  readonly logit: number;
}

/**
 * Greedy CTC decoding (Graves et al. 2006): the best class of each frame, equal neighbours merged, blanks dropped.
 * `logits` holds `frames` rows of `classes` numbers. Of equal logits the first class wins.
 */
export function ctcGreedy(logits: ArrayLike<number>, frames: number, classes: number, blank: number): CtcToken[] {
  const tokens: CtcToken[] = [];
  let previous = -1;
  for (let t = 0; t < frames; t++) {
    const at = t * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) if (logits[at + c] > logits[at + best]) best = c;
    const last = tokens[tokens.length - 1];
    if (best !== blank) {
      if (best === previous)
        tokens[tokens.length - 1] = { ...last, end: t + 1, logit: Math.max(last.logit, logits[at + best]) };
      else tokens.push({ index: best, first: t, end: t + 1, logit: logits[at + best] });
    }
    previous = best;
  }
  return tokens;
}
