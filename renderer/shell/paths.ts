/** Paths of the back end's machine, which need not be this one: both kinds of separator are told from the path itself. */
export function separatorOf(path: string): string {
  return /^[A-Za-z]:/.test(path) || (path.includes('\\') && !path.includes('/')) ? '\\' : '/';
}

export function joinPath(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

/** A path in two: the folder with its separator at the end, and what stands behind the last separator. */
export function splitPath(path: string): { readonly folder: string; readonly rest: string } {
  const at =
    separatorOf(path) === '\\' ? Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) : path.lastIndexOf('/');
  return { folder: path.slice(0, at + 1), rest: path.slice(at + 1) };
}

export function baseName(path: string): string {
  return splitPath(path).rest;
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
}

/** Each folder on the way to `path`, outermost first. */
export function crumbsOf(path: string): readonly { readonly name: string; readonly path: string }[] {
  const separator = separatorOf(path);
  const root = separator === '/' ? '/' : (/^(?:[A-Za-z]:|\\\\[^\\]+\\[^\\]+)\\?/.exec(path)?.[0] ?? '');
  const crumbs = [{ name: root === '' ? separator : root, path: root }];
  for (const name of path.slice(root.length).split(separator).filter(Boolean))
    crumbs.push({ name, path: joinPath(crumbs[crumbs.length - 1].path, name) });
  return crumbs;
}

/** `~/pipelines` for a folder below the home folder. */
export function fromHome(path: string, home: string | undefined): string {
  if (home === undefined || home === '' || home === '/') return path;
  if (path === home) return '~';
  return path.startsWith(home + separatorOf(home)) ? `~${path.slice(home.length)}` : path;
}

/** Why a name cannot be a file's, in words; null when it can. Strict enough for every system, since pipelines travel. */
export function nameFault(name: string): string | null {
  if (name.trim() === '') return 'Give the file a name.';
  if (/[/\\]/.test(name)) return 'A name holds no / or \\: go to the folder first, then name the file.';
  const sign = /[<>:"|?*\u0000-\u001f]/.exec(name);
  if (sign !== null)
    return `A name cannot hold ${sign[0] < ' ' ? 'control characters' : sign[0]}: not every system takes it.`;
  if (name.startsWith('.')) return 'A name that begins with a dot would be hidden.';
  if (/[. ]$/.test(name)) return 'A name cannot end with a dot or a space.';
  if (/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name))
    return `Windows keeps the name ${name.split('.')[0]} for itself.`;
  if (new TextEncoder().encode(name).length > 255) return 'The name is too long: 255 bytes are the most.';
  return null;
}

export const pipelineSuffix = '.tributary.json';

/** The name with the suffix of what it is, which need not be typed: a pipeline's unless another is given. */
export function withSuffix(name: string, suffix = pipelineSuffix): string {
  const plain = name.trim();
  if (plain === '' || plain.toLowerCase().endsWith(suffix)) return plain;
  const bare = suffix === pipelineSuffix ? plain.replace(/\.(?:tributary|json)$/i, '') : plain;
  return `${bare}${suffix}`;
}

/** What all of the names begin with, letter case aside. */
export function sharedStart(names: readonly string[]): string {
  let start = names[0] ?? '';
  for (const name of names) while (!name.toLowerCase().startsWith(start.toLowerCase())) start = start.slice(0, -1);
  return start;
}
