import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

// Its packages report to their maker from the first session on, and keep a device's id, unless the environment forbids it
// before they are loaded. This is loaded first in every process, and children take over its environment.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

/** Set by the build of a bundle's server, where every entry is a role of one file. */
declare const TRIBUTARY_ONE_FILE: boolean | undefined;
const oneFile = typeof TRIBUTARY_ONE_FILE !== 'undefined';
const roleFlag = '--tributary-role=';

/** Where a worker's or child's program lies: beside the bundle in dist/, in the very file that runs, or as TypeScript source. */
export interface EntryPoint {
  readonly url: URL;
  /** Arguments that tell the program which one it is. */
  readonly role?: readonly string[];
  /** TypeScript, which must be started through tsx. */
  readonly source: boolean;
}

/**
 * `importer` is the caller's `import.meta.url`. From a bundle that is `./<name>.js`, since dist/ is one folder; else the
 * source file, which lies beside the importer unless `file` says where, relative to it.
 */
export function entryPoint(name: string, importer: string, file = `./${name}.ts`): EntryPoint {
  if (oneFile) return { url: new URL(importer), role: [`${roleFlag}${name}`], source: false };
  const source = !importer.endsWith('.js');
  const built = source ? builtEntry(name) : null;
  if (built !== null) return built;
  return { url: new URL(source ? file : `./${name}.js`, importer), role: [], source };
}

/** A program's built form, where whoever started this process has just built all and says where: it starts in a third of the time. */
function builtEntry(name: string): EntryPoint | null {
  const folder = process.env['TRIBUTARY_BUILT'];
  if (folder === undefined || folder === '') return null;
  const file = path.join(folder, `${name}.js`);
  return existsSync(file) ? { url: pathToFileURL(file), role: [], source: false } : null;
}

/** The entry that this process or thread of a one-file server was started as; null for the server itself. */
export function roleHere(): string | null {
  const told = process.argv[2];
  return told?.startsWith(roleFlag) ? told.slice(roleFlag.length) : null;
}

/** Starts a worker thread on an entry. */
export function startWorker(entry: EntryPoint, workerData: unknown): Worker {
  if (!entry.source) return new Worker(entry.url, { workerData, execArgv: [], argv: [...(entry.role ?? [])] });
  // tsx's own --import hook serves the main thread only, so the worker registers it before it loads the source.
  // Its .cjs twin, which require finds, looks for its hooks in a folder that is not there.
  const api = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  const tsx = pathToFileURL(api).href;
  const code = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(entry.url.href)}); });`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}

/** Arguments for `process.execPath` that run an entry in a child process. */
export function childArguments(entry: EntryPoint): readonly string[] {
  if (!entry.source) return [fileURLToPath(entry.url), ...(entry.role ?? [])];
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--import', tsx, fileURLToPath(entry.url)];
}
