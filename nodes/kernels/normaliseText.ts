export const unicodeForms = ['none', 'NFC', 'NFD', 'NFKC', 'NFKD'] as const;

export interface TextNormalisation {
  readonly form: (typeof unicodeForms)[number];
  readonly lower: boolean;
  readonly stripAccents: boolean;
  readonly collapseSpaces: boolean;
  readonly strip: boolean;
}

/**
 * In this order: Unicode form, accents away (nonspacing marks after decomposition, recomposed unless the form is a
 * decomposed one), lower case (by Unicode, no language's own rules), runs of white space to one space, ends stripped.
 * White space is Unicode's White_Space property.
 */
export function normaliseText(text: string, o: TextNormalisation): string {
  let out = o.form === 'none' ? text : text.normalize(o.form);
  if (o.stripAccents) {
    out = out.normalize('NFD').replace(/\p{Nonspacing_Mark}+/gu, '');
    if (o.form !== 'NFD' && o.form !== 'NFKD') out = out.normalize('NFC');
  }
  if (o.lower) out = out.toLowerCase();
  if (o.collapseSpaces) out = out.replace(/\p{White_Space}+/gu, ' ');
  if (o.strip) out = stripped(out);
  return out;
}

/** Two scans, since one pattern for the end would look at every space again and again. */
function stripped(text: string): string {
  const space = /\p{White_Space}/u;
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text[start])) start++;
  while (end > start && space.test(text[end - 1])) end--;
  return text.slice(start, end);
}
