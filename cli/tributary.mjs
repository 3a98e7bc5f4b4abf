#!/usr/bin/env node
// The command. Uses the bundle in dist/ while it is newer than every source it was made from, else the sources.
import { readFileSync, statSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const bundle = new URL('dist/cli.js', root);

function bundleIsFresh() {
  try {
    const built = statSync(bundle).mtimeMs;
    const sources = JSON.parse(readFileSync(new URL('dist/sources.json', root), 'utf8'));
    return sources.every((source) => statSync(new URL(source, root)).mtimeMs <= built);
  } catch {
    return false;
  }
}

async function loadSources() {
  try {
    const { register } = await import('tsx/esm/api');
    register();
  } catch {
    console.error(
      '✗ Tributary is neither built nor are its packages installed.\n  fix: run `npm ci` and `npm run build` in its folder.',
    );
    process.exit(7);
  }
  await import(new URL('cli/main.ts', root).href);
}

if (bundleIsFresh()) await import(bundle.href);
else await loadSources();
