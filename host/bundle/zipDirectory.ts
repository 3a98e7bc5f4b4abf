import type { FileHandle } from 'node:fs/promises';
import { Problem } from '../../core/problems/problem.ts';
import { isPlainPath } from '../../core/serve/manifest.ts';
import { readAt } from '../files/modelHeaders.ts';

/** A file of an archive, as its directory and its own header both say it. */
export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  /** Where its packed bytes begin. */
  readonly offset: number;
}

export interface ZipLimits {
  readonly entries: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
  /** Unpacked to packed, of any file larger than `ratioFromBytes`. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

export const zipLimits: ZipLimits = { entries: 20_000, bytes: 64 * 1024 ** 3, ratio: 200, ratioFromBytes: 1024 ** 2 };

const endBytes = 22;
const commentBytes = 65_535;
const headerBytes = 30;

/**
 * Reads the directory of a zip (PKWARE APPNOTE 6.3.10) and allows only what an export writes: plain files with plain
 * relative names, each once on every system, that lie apart and unpack to what they say. Throws `archive-invalid`.
 */
export async function readZipDirectory(
  handle: FileHandle,
  name: string,
  limits: ZipLimits = zipLimits,
): Promise<readonly ZipEntry[]> {
  const refuse = (why: string): never => {
    throw new Problem('archive-invalid', {
      message: `"${name}" cannot be opened: ${why}.`,
      fix: 'Open an archive that `tributary export --target config` wrote, and copy it again if it was cut off.',
      where: { file: name },
    });
  };
  const { size } = await handle.stat();
  const tail = await readAt(
    handle,
    Math.max(0, size - endBytes - commentBytes),
    Math.min(size, endBytes + commentBytes),
  );
  const end = endOf(tail) ?? refuse('it is no zip, or it was cut off');
  if (end.count === 0xffff || end.offset === 0xffffffff || end.disk !== 0 || end.count !== end.countHere)
    refuse('it is a zip of a kind that is not taken (zip64, several parts)');
  if (end.count > limits.entries) refuse(`it says that it holds ${end.count} files, and ${limits.entries} are allowed`);
  if (end.offset + end.bytes > size - endBytes) refuse('its directory lies outside the file');
  const directory = await readAt(handle, end.offset, end.bytes);
  const view = new DataView(directory.buffer, directory.byteOffset, directory.byteLength);
  const entries: ZipEntry[] = [];
  const spans: (readonly [number, number])[] = [[end.offset, size]];
  const taken = new Map<string, string>();
  let total = 0;
  let at = 0;
  for (let i = 0; i < end.count; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) refuse('its directory is broken');
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const [crc, packedBytes, bytes] = [16, 20, 24].map((field) => view.getUint32(at + field, true));
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const [madeBy, attributes, start] = [
      view.getUint8(at + 5),
      view.getUint32(at + 38, true),
      view.getUint32(at + 42, true),
    ];
    const raw = directory.subarray(at + 46, at + 46 + nameLength);
    at += 46 + nameLength + extra + comment;
    if (at > view.byteLength) refuse('its directory is broken');
    const entry = textOf(raw) ?? refuse('a name in it is no UTF-8 text');
    const shown = JSON.stringify(entry.slice(0, 120));
    const mode = madeBy === 3 || madeBy === 19 ? (attributes >>> 16) & 0o170000 : 0;
    if (mode === 0o120000) refuse(`${shown} is a symbolic link`);
    if (mode !== 0 && mode !== 0o100000 && mode !== 0o040000) refuse(`${shown} is no plain file`);
    if (entry.endsWith('/') && bytes === 0) {
      if (!isPlainPath(entry.slice(0, -1))) refuse(`the name ${shown} leads out of the folder`);
      continue;
    }
    if (mode === 0o040000) refuse(`${shown} is a folder that says it has bytes`);
    if (!isPlainPath(entry)) refuse(`the name ${shown} leads out of the folder, or is none that every system has`);
    if (oddOnWindows(entry)) refuse(`the name ${shown} is none that every system has`);
    if ((flags & 1) !== 0) refuse(`${shown} is encrypted`);
    if (method !== 0 && method !== 8) refuse(`${shown} is packed in a way that is not taken`);
    if (packedBytes === 0xffffffff || bytes === 0xffffffff || start === 0xffffffff) refuse(`${shown} needs zip64`);
    for (const clash of clashes(entry, taken))
      refuse(`${shown} and ${JSON.stringify(clash)} are one name on some systems`);
    total += bytes;
    if (total > limits.bytes) refuse(`it unpacks to more than ${limits.bytes} bytes`);
    if (bytes > limits.ratioFromBytes && bytes > packedBytes * limits.ratio)
      refuse(`${shown} would unpack to ${Math.round(bytes / Math.max(1, packedBytes))} times its size`);
    if (method === 0 && bytes !== packedBytes) refuse(`${shown} says two sizes`);
    const header = await readAt(handle, start, headerBytes + nameLength);
    const local = new DataView(header.buffer, header.byteOffset, header.byteLength);
    if (header.byteLength < headerBytes + nameLength || local.getUint32(0, true) !== 0x04034b50)
      refuse(`${shown} has no header of its own`);
    if (local.getUint16(26, true) !== nameLength || !same(header.subarray(headerBytes), raw))
      refuse(`${shown} has another name in its own header`);
    const offset = start + headerBytes + nameLength + local.getUint16(28, true);
    if (offset + packedBytes > end.offset) refuse(`${shown} lies outside the file`);
    spans.push([start, offset + packedBytes]);
    entries.push({ name: entry, method: method === 0 ? 'stored' : 'deflated', crc, packedBytes, bytes, offset });
  }
  spans.sort(([a], [b]) => a - b);
  if (spans.some(([start], i) => i > 0 && start < spans[i - 1][1])) refuse('files in it share their bytes');
  return entries;
}

interface End {
  readonly disk: number;
  readonly countHere: number;
  readonly count: number;
  readonly bytes: number;
  readonly offset: number;
}

/** The last record, whose comment reaches to the end of the file. */
function endOf(tail: Uint8Array): End | null {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let at = tail.byteLength - endBytes; at >= 0; at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + endBytes + view.getUint16(at + 20, true) !== tail.byteLength)
      continue;
    return {
      disk: view.getUint16(at + 4, true),
      countHere: view.getUint16(at + 8, true),
      count: view.getUint16(at + 10, true),
      bytes: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
  }
  return null;
}

/** Remembers a name and the folders that it needs; gives what it would be confused with. */
function clashes(name: string, taken: Map<string, string>): readonly string[] {
  const parts = name.split('/');
  const found: string[] = [];
  for (let i = 1; i <= parts.length; i++) {
    // A file ends in a sign that no folder has, so that a file and a folder of one name are found out too.
    const shown = parts.slice(0, i).join('/') + (i === parts.length ? '' : '/');
    const key = parts.slice(0, i).join('/').normalize('NFC').toLowerCase();
    const other = taken.get(key);
    if (other !== undefined && (other !== shown || i === parts.length)) found.push(other);
    taken.set(key, shown);
  }
  return found;
}

/** Names that Windows keeps for devices, or cuts. */
function oddOnWindows(name: string): boolean {
  return name
    .split('/')
    .some((part) => /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part) || /[. ]$/.test(part) || /[<>:"|?*]/.test(part));
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
