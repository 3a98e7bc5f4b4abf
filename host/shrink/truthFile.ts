import path from 'node:path';
import { parseTruth, type Truth } from '../../core/onnx/shrink/truth.ts';
import { decodeUtf8, readWhole } from '../files/host.ts';

const mostBytes = 64 * 1024 * 1024;

/** What a JSON file says is true of samples, by name. Throws `usage` for one that says no such thing, and as reading does. */
export async function readTruth(file: string): Promise<Truth> {
  const name = path.basename(file);
  return parseTruth(decodeUtf8(await readWhole(path.resolve(file), { name, maxBytes: mostBytes }), name), name);
}
