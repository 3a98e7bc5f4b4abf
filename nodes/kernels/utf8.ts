import { Problem } from '../../core/problems/problem.ts';

/** Text of UTF-8 bytes, without a byte order mark. Throws `text-encoding` for anything that is not UTF-8. */
export function textOfUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw new Problem('text-encoding', {
      message: `"${name}" is not UTF-8 text${wide ? ': it looks like UTF-16' : ''}.`,
      fix: 'Save the file as UTF-8.',
      where: { file: name },
      cause,
    });
  }
}

/** Throws `text-encoding` for half of a surrogate pair, `text-too-long` past `maxCharacters` code points. */
export function requireText(text: string, name: string, maxCharacters: number): void {
  const lone = /\p{Surrogate}/u.exec(text);
  if (lone !== null)
    throw new Problem('text-encoding', {
      message: `${name} is not valid Unicode: half a surrogate pair stands at position ${lone.index}.`,
      fix: 'Cut text between characters, not inside one, and send it as UTF-8.',
    });
  if (text.length <= maxCharacters) return;
  let count = 0;
  for (const _ of text) count++;
  if (count > maxCharacters)
    throw new Problem('text-too-long', {
      message: `${name} has ${count} characters, over the limit of ${maxCharacters}.`,
      fix: 'Give shorter text, or raise the limit textCharacters.',
    });
}
