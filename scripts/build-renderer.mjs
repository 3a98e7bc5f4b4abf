// Builds the studio's page into dist/renderer, unless it stands there as made from these very sources.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What the page is made of; packages are told by the lockfile. */
const sources = ['renderer', 'core', 'package-lock.json', 'tsconfig.json'];
const stamp = path.join(root, 'dist/renderer.sha256');

/** Returns what was done, in words. */
export async function buildRenderer() {
  if (!existsSync(path.join(root, 'renderer/index.html'))) return 'no page: renderer/index.html is not there';
  const hash = await hashOf(sources);
  const before = await readFile(stamp, 'utf8').catch(() => '');
  if (before === hash && existsSync(path.join(root, 'dist/renderer/index.html'))) return 'page as it was';
  const { build } = await import('vite');
  // Made beside and put in place whole: a studio that runs meanwhile never finds half a page.
  const beside = path.join(root, `dist/renderer-${process.pid}`);
  try {
    await build({
      configFile: path.join(root, 'renderer/vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: beside, emptyOutDir: true },
    });
    await rm(path.join(root, 'dist/renderer'), { recursive: true, force: true });
    await rename(beside, path.join(root, 'dist/renderer'));
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  await writeFile(stamp, hash);
  return 'page built';
}

async function hashOf(names) {
  const hash = createHash('sha256');
  for (const name of names) {
    for (const file of await filesBelow(name)) {
      hash.update(`${file}\0`).update(await readFile(path.join(root, file)));
    }
  }
  return hash.digest('hex');
}

async function filesBelow(name) {
  const entries = await readdir(path.join(root, name), { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (entries === null) return [name];
  const below = await Promise.all(
    entries
      .filter((entry) => !entry.name.startsWith('.'))
      .map((entry) => (entry.isDirectory() ? filesBelow(`${name}/${entry.name}`) : [`${name}/${entry.name}`])),
  );
  return below.flat().sort();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) console.log(await buildRenderer());
