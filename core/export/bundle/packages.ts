import type { BundledPackage } from '../target.ts';
import type { LockEntry, ServerParts } from './install.ts';

/** Every package of a bundle, inlined and installed, in order of name, version and place. */
export function packagesOf({ lock, inlined, licences }: ServerParts): readonly BundledPackage[] {
  const inside = inlined.map(
    ({ name, version, licence, folder }): BundledPackage => ({
      name,
      version,
      licence,
      how: 'inlined',
      integrity: '',
      resolved: '',
      path: '',
      optional: false,
      os: [],
      cpu: [],
      libc: [],
      dependencies: [],
      licenceTexts: licences[folder] ?? [],
    }),
  );
  const beside = Object.entries(lock).map(([path, entry]): BundledPackage => {
    const { version, license, integrity, resolved, optional, os, cpu, libc } = entry;
    return {
      name: nameAt(path),
      version,
      licence: license ?? '',
      how: 'installed',
      integrity: integrity ?? '',
      resolved: resolved ?? '',
      path,
      optional: optional ?? false,
      os: os ?? [],
      cpu: cpu ?? [],
      libc: libc ?? [],
      dependencies: neededBy(path, entry, lock),
      licenceTexts: licences[path] ?? [],
    };
  });
  return [...inside, ...beside].sort((a, b) => order(keyOf(a), keyOf(b)));
}

/** Whether a package is installed on a system; one that names none is everywhere. As npm decides it. */
export function isFor(
  { os, cpu, libc }: Pick<BundledPackage, 'os' | 'cpu' | 'libc'>,
  system: { readonly os: string; readonly cpu: string; readonly libc: string },
): boolean {
  const fits = (named: readonly string[], own: string): boolean => {
    if (named.includes(`!${own}`)) return false;
    const wanted = named.filter((one) => !one.startsWith('!'));
    return wanted.length === 0 || wanted.includes(own) || wanted.includes('any');
  };
  return fits(os, system.os) && fits(cpu, system.cpu) && (system.os !== 'linux' || fits(libc, system.libc));
}

function nameAt(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Places of what a package needs, each found as Node would find it. */
function neededBy(path: string, entry: LockEntry, lock: Readonly<Record<string, LockEntry>>): readonly string[] {
  const names = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).sort();
  return names.flatMap((name) => {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
      if (Object.hasOwn(lock, place)) return [place];
      if (at === '') return [];
    }
  });
}

function keyOf({ name, version, path }: BundledPackage): string {
  return `${name}\n${version}\n${path}`;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
