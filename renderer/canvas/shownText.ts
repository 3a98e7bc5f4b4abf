/**
 * Text of a document as it may be shown: characters that steer writing direction, take no room or control a terminal are
 * written out, so that a name looks like what it is; what is long is cut. It is only ever set as text, never as HTML.
 */
const hidden =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufeff\uffa0\ufff9-\uffff]|\u034f|[\ufe00-\ufe0f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function shownText(text: string, longest = 120): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(
    hidden,
    (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

/** The same for texts of several lines. */
export function shownLines(text: string, longest = 4000): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut
    .split(/\r?\n/)
    .map((line) => shownText(line.replaceAll('\t', '  '), longest))
    .join('\n');
}
