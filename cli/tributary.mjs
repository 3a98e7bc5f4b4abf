#!/usr/bin/env node
// The command. Uses the bundle in dist/ while it is newer than every source it was made from, else the sources.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);

function bundleIsFresh() {
  try {
    const built = statSync(new URL('dist/cli.js', root)).mtimeMs;
    const sources = JSON.parse(readFileSync(new URL('dist/sources.json', root), 'utf8'));
    return sources.every((source) => statSync(new URL(source, root)).mtimeMs <= built);
  } catch {
    return false;
  }
}

if (!existsSync(fileURLToPath(new URL('node_modules', root))) && !existsSync(new URL('../../node_modules', root))) {
  console.error('✗ The packages are not installed.\n  fix: run `npm ci` in the folder of Tributary.');
  process.exit(7);
}
if (bundleIsFresh()) {
  await import(new URL('dist/cli.js', root).href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(new URL('cli/main.ts', root).href);
}
