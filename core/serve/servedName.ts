/** The name that a pipeline is served under: its title in letters, digits and dashes, fit for an address and an image. */
export function servedName(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'pipeline' : plain;
}
