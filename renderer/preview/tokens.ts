export interface TokenRun {
  readonly text: string;
  readonly at: number;
  /** How often it stands there in a row: padding is told once. */
  readonly count: number;
}

/** Tokens in order; three or more of the same in a row are one entry. */
export function tokenRuns(tokens: readonly string[]): readonly TokenRun[] {
  const runs: TokenRun[] = [];
  for (let at = 0; at < tokens.length; ) {
    let end = at + 1;
    while (end < tokens.length && tokens[end] === tokens[at]) end++;
    if (end - at >= 3) runs.push({ text: tokens[at], at, count: end - at });
    else for (let i = at; i < end; i++) runs.push({ text: tokens[i], at: i, count: 1 });
    at = end;
  }
  return runs;
}

/** Spaces that a tokeniser writes as signs of its own (byte pairs, SentencePiece) as a sign that everybody reads. */
export function tokenText(token: string): string {
  if (token === '') return '∅';
  return token.replace(/[\u0120\u2581 ]/g, '·').replace(/[\u010a\n]/g, '↵');
}
