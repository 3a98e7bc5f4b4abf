import path from 'node:path';
import type { Compiled } from '../../core/lower/compile.ts';
import type { WrittenPart } from '../../core/lower/compiledDocument.ts';
import { makeFolder } from '../files/userPath.ts';
import { openWorkspace } from '../files/workspace.ts';
import { saveOnnx } from '../models/onnxFile.ts';

export interface PartOnDisk extends WrittenPart {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
  /** Files of weights beside it, for a part of 2 GiB or more. */
  readonly data: readonly string[];
}

/** What the files are called when `-o` says `stem.onnx`: that, or with several `stem-1.onnx`, `stem-2.onnx` and so on. */
export function partNames(stem: string, parts: number): readonly string[] {
  return parts === 1 ? [`${stem}.onnx`] : Array.from({ length: parts }, (_, at) => `${stem}-${at + 1}.onnx`);
}

/** Writes the parts into a folder, which is made if need be; paths are told from `pipeline`. Throws `output-unwritable`. */
export async function writeParts(
  compiled: Compiled,
  folder: string,
  stem: string,
  pipeline: string,
): Promise<readonly PartOnDisk[]> {
  await makeFolder(folder);
  const workspace = await openWorkspace(folder);
  const written: PartOnDisk[] = [];
  for (const [at, name] of partNames(stem, compiled.parts.length).entries()) {
    const { sha256, bytes, data } = await saveOnnx(workspace, name, {
      model: compiled.parts[at].model,
      files: new Map(),
    });
    const file = path.join(workspace.folder, name);
    const told = path.relative(pipeline, file).split(path.sep).join('/');
    written.push({ path: told, file, sha256, bytes, data: data.map((one) => one.name) });
  }
  return written;
}
