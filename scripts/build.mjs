// Bundles every entry into dist/. Packages stay outside the bundle; shared code is split out, so that a class such as
// Problem exists once however many entries of one process load it.
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** dist name to source. */
export const entries = {
  cli: 'cli/main.ts',
  engine: 'host/engine/engine.ts',
  lane: 'host/models/lane.ts',
  probe: 'host/models/probe.ts',
};

/** Builds into dist/ and returns the size of what was written, in bytes. Throws naming an entry that is not there. */
export async function buildAll() {
  const absent = Object.values(entries).filter((source) => !existsSync(new URL(`../${source}`, import.meta.url)));
  if (absent.length > 0) throw new Error(`these entries are not there: ${absent.join(', ')}`);
  await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ out, in: source })),
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    splitting: true,
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  });
  const sources = Object.keys(result.metafile.inputs).sort();
  await writeFile(new URL('../dist/sources.json', import.meta.url), `${JSON.stringify(sources)}\n`);
  return Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startedAt = performance.now();
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  try {
    const bytes = await buildAll();
    const ms = Math.round(performance.now() - startedAt);
    console.log(`tributary ${version}: built dist/ (${Math.round(bytes / 1024)} KiB with maps) in ${ms} ms`);
  } catch (error) {
    console.error(`✗ the build failed: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
