import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from './sources.ts';

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

it('names every optional package of every system, or `npm ci` fails there', () => {
  // A registry that lacks one of them makes `npm install` drop it from the lockfile, and `npm ci` then refuses.
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  const absent = Object.entries(lock.packages).flatMap(([name, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (dep) => !(`node_modules/${dep}` in lock.packages || `${name}/node_modules/${dep}` in lock.packages),
    ),
  );
  expect(absent).toEqual([]);
});
