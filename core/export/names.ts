/** A name for Services and whatever else wants a letter first (RFC 1035), from one of letters, digits and dashes. */
export function resourceName(name: string): string {
  return /^[a-z]/.test(name) ? name : `p-${name}`;
}

/** A value for a label of Kubernetes: at most 63 of letters, digits, `-`, `_` and `.`, a letter or digit at its ends. */
export function labelValue(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 63);
  return plain.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** Text on one line and of at most so many signs, for titles. Lone halves of surrogate pairs become U+FFFD. */
export function titleOf(text: string, most = 120): string {
  const line = wellFormed(text).replace(/\s+/gu, ' ').trim();
  const signs = Array.from(line);
  return signs.length <= most ? line : `${signs.slice(0, most - 1).join('')}…`;
}

/** Lone halves of surrogate pairs, which no encoding can write, become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

export interface ImageReference {
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** `host:port/path/name:tag@sha256:…` in its parts; null for what no registry knows. After the grammar of distribution/reference. */
export function parseImage(image: string): ImageReference | null {
  const found =
    /^([^\s:@]+(?::\d+(?=\/))?[^\s:@]*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    );
  if (found === null) return null;
  const [, repository, tag, digest] = found;
  const parts = repository.split('/');
  const host = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]) ? parts.shift() : undefined;
  const good =
    (host === undefined || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d+)?$/.test(host)) &&
    parts.every((part) => /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(part));
  return good ? { repository, tag: tag ?? null, digest: digest ?? null } : null;
}
