/** `version-1`: a name for one version of a pipeline that every cloud takes (small letters, digits, dashes; at most 30). */
export function versionName(version: string): string {
  const plain = version.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return `version-${plain}`.slice(0, 30).replace(/-+$/, '');
}

/** A name cut to what a system takes. */
export function shortName(name: string, most: number): string {
  return name.slice(0, most).replace(/-+$/, '');
}

export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
