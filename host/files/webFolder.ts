import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export interface WebFile {
  readonly bytes: Uint8Array;
  readonly etag: string;
  /** Made once; null where it does not pay. */
  readonly gzip: Uint8Array | null;
  readonly brotli: Uint8Array | null;
}

export interface WebFolder {
  /** A file by its path with `/`; null when the folder holds no such file. Only what a listing named is ever opened. */
  read(name: string): Promise<WebFile | null>;
}

const zip = promisify(gzip);
const squeeze = promisify(brotliCompress);
const compressible = /\.(html|js|mjs|css|svg|json|txt|map|wasm)$/;

/** The files of a built page. They are listed when `index.html` is new, read once and kept. */
export function openWebFolder(folder: string): WebFolder {
  let listedAt = Number.NaN;
  let files = new Map<string, Promise<WebFile> | null>();

  async function refresh(): Promise<void> {
    const builtAt = await stat(path.join(folder, 'index.html')).then(
      (s) => s.mtimeMs,
      () => 0,
    );
    if (builtAt === listedAt) return;
    const names = await filesBelow(folder, '');
    files = new Map(names.map((name) => [name, null]));
    listedAt = builtAt;
  }

  return {
    read: async (name) => {
      if (name === 'index.html' || Number.isNaN(listedAt)) await refresh();
      if (!files.has(name)) return null;
      let file = files.get(name) ?? null;
      if (file === null) {
        file = load(path.join(folder, name));
        files.set(name, file);
      }
      return file.catch(() => {
        files.delete(name);
        return null;
      });
    },
  };
}

async function load(file: string): Promise<WebFile> {
  const bytes = await readFile(file);
  const worth = compressible.test(file) && bytes.byteLength > 1024;
  const [zipped, squeezed] = worth
    ? await Promise.all([zip(bytes), squeeze(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })])
    : [null, null];
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 24)}"`;
  return { bytes, etag, gzip: zipped, brotli: squeezed };
}

/** Plain files only: a link could lead out of the folder. */
async function filesBelow(folder: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await filesBelow(folder, name)));
    else if (entry.isFile()) names.push(name);
  }
  return names;
}
