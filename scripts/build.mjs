// Bundles every entry into dist/, and the studio's page into dist/renderer. Packages stay outside the bundles; shared code
// is split out, so that a class such as Problem exists once however many entries of one process load it.
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { buildRenderer } from './build-renderer.mjs';
import { buildServer } from './serverBundle.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = path.join(root, 'dist');

/**
 * dist name to source. Those that start others lie side by side: they find them, and Tributary's own folder, from where
 * they lie.
 */
export const entries = {
  cli: 'cli/main.ts',
  engine: 'host/engine/engine.ts',
  int8Worker: 'host/models/int8Worker.ts',
  jpegWorker: 'host/image/jpeg/jpegWorker.ts',
  lane: 'host/models/lane.ts',
  memoryWorker: 'host/profile/memoryWorker.ts',
  probe: 'host/models/probe.ts',
  shrinkWorker: 'host/models/shrinkWorker.ts',
  studioProcess: 'electron/studioProcess.ts',
  'electron/main': 'electron/main.ts',
};
/** Loaded into a sandboxed page, which takes one plain script. */
export const preloads = { 'electron/preload': 'electron/preload.ts' };

/** The page of a report: script and styles that are put into every report whole. */
export const pages = { 'report/main': 'renderer/report/main.tsx' };

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
};

/** Builds into dist/ and returns the size of what was written, in bytes. Throws naming an entry that is not there. */
export async function buildAll() {
  const sources = [entries, preloads, pages].flatMap((named) => Object.values(named));
  const absent = sources.filter((source) => !existsSync(path.join(root, source)));
  if (absent.length > 0) throw new Error(`these entries are not there: ${absent.join(', ')}`);
  const results = await Promise.all([
    build({ ...options, ...points(entries), format: 'esm', packages: 'external', splitting: true }),
    // Its packages are bundled: a sandboxed page can load none but Electron's own.
    build({ ...options, ...points(preloads), format: 'cjs', external: ['electron'], outExtension: { '.js': '.cjs' } }),
    build({
      ...options,
      ...points(pages),
      platform: 'browser',
      format: 'iife',
      jsx: 'automatic',
      target: 'es2022',
      minify: true,
      sourcemap: false,
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
  ]);
  const server = await buildServer(root);
  const inputs = new Set([...results.flatMap(({ metafile }) => Object.keys(metafile.inputs)), ...server.sources]);
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
  await removeOld(new Set(Object.keys(outputs).map((file) => path.basename(file))));
  const own = [...inputs].filter((file) => !file.startsWith('node_modules/')).sort();
  // One that is not there would make the bundles stale for ever: the command would start from its sources, slowly.
  const strange = own.filter((file) => !existsSync(path.join(root, file)));
  if (strange.length > 0) throw new Error(`these sources of the bundles are no files: ${strange.join(', ')}`);
  await writeFile(path.join(dist, 'sources.json'), `${JSON.stringify(own)}\n`);
  return Object.values(outputs).reduce((sum, output) => sum + output.bytes, server.bytes);
}

function points(named) {
  return { entryPoints: Object.entries(named).map(([out, source]) => ({ out, in: source })), outdir: 'dist' };
}

/** What an earlier build left. Removed last, so that a program started meanwhile finds its parts. */
async function removeOld(fresh) {
  for (const entry of await readdir(dist, { withFileTypes: true })) {
    if (entry.isFile() && /\.c?js(\.map)?$/.test(entry.name) && !fresh.has(entry.name))
      await rm(path.join(dist, entry.name));
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startedAt = performance.now();
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  try {
    const [bytes, page] = await Promise.all([buildAll(), buildRenderer()]);
    const ms = Math.round(performance.now() - startedAt);
    console.log(`tributary ${version}: built dist/ (${Math.round(bytes / 1024)} KiB with maps; ${page}) in ${ms} ms`);
  } catch (error) {
    console.error(`✗ the build failed: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
