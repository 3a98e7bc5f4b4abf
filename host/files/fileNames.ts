const reserved = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * A file name that every system takes and that no path rule refuses, as near to the one given as can be. What a name
 * may mean to a shell or a program (`-i`, spaces, quotes) is left: names are passed as arguments, never as text.
 */
export function safeFileName(name: string): string {
  let plain = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '_')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/%(?=2e|2f|5c|00)/gi, '_')
    .replace(/[. ]+$/, '')
    .replace(/^[. ]+/, '');
  if (reserved.test(plain)) plain = `_${plain}`;
  plain = shortened(plain, 120);
  return plain === '' ? 'file' : plain;
}

/** `name (2).png` for `name.png`. */
export function numberedName(name: string, n: number): string {
  const { stem, ending } = split(name);
  return n < 2 ? name : `${stem} (${n})${ending}`;
}

function split(name: string): { readonly stem: string; readonly ending: string } {
  const ending = /(\.tributary)?\.[A-Za-z0-9_]{1,12}$/.exec(name)?.[0] ?? '';
  return ending === name ? { stem: name, ending: '' } : { stem: name.slice(0, name.length - ending.length), ending };
}

function shortened(name: string, bytes: number): string {
  if (Buffer.byteLength(name) <= bytes) return name;
  const { stem, ending } = split(name);
  const letters = Array.from(stem);
  while (letters.length > 0 && Buffer.byteLength(letters.join('') + ending) > bytes) letters.pop();
  return `${letters.join('').replace(/[. ]+$/, '')}${ending}`;
}
