/** A name for images, labels and hosts, made of anybody's words: small letters, digits and dashes, 1 to 40 of them. */
export function bundleName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 41)
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return plain === '' ? 'pipeline' : plain;
}
