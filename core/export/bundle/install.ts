/** What the server's build tells of packages, from `dist/bundle/parts.json`. */
export interface ServerParts {
  /** Installed beside the server: name → exact version. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** Entries of the lockfile that they need, by place in node_modules. */
  readonly lock: Readonly<Record<string, LockEntry>>;
  readonly inlined: readonly {
    readonly name: string;
    readonly version: string;
    readonly licence: string;
    readonly folder: string;
  }[];
  /** Texts of licence files, by place in node_modules. */
  readonly licences: Readonly<Record<string, readonly string[]>>;
}

export interface LockEntry {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const node = '>=20.19';

/** package.json of a bundle: the few packages with native code, each at the very version that was measured. */
export function packageJson(name: string, title: string, { dependencies }: ServerParts): string {
  return json({
    name: `bundle-${name}`,
    version: '1.0.0',
    private: true,
    description: `${oneLine(title)}, served by Tributary.`,
    type: 'module',
    main: 'server/server.mjs',
    scripts: { start: 'node server/server.mjs' },
    engines: { node },
    dependencies,
  });
}

/** The lockfile to it, with the hashes of Tributary's own: what `npm ci` installs is what was tested, or it fails. */
export function packageLock(name: string, { dependencies, lock }: ServerParts): string {
  const own = { name: `bundle-${name}`, version: '1.0.0' };
  return json({
    ...own,
    lockfileVersion: 3,
    requires: true,
    packages: { '': { ...own, dependencies, engines: { node } }, ...lock },
  });
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Anybody's words on one line. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
}
