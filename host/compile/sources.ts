import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import type { WeightsPlace } from '../../core/define/lower.ts';
import type { CompileOptions } from '../../core/lower/compile.ts';
import { Problem } from '../../core/problems/problem.ts';
import { fileBeside } from '../files/modelHeaders.ts';
import type { Workspace } from '../files/workspace.ts';

/**
 * The bytes of the files that nodes put into graphs: models, arrays, indices. Each is read once; weights that lie beside a
 * model are read when they are asked for. Throws as `resolvePath` does.
 */
export async function openSources(workspace: Workspace, checked: Checked): Promise<CompileOptions['bytes']> {
  const files = new Map<string, { readonly real: string; readonly bytes: Uint8Array }>();
  for (const { definition, params } of checked.nodes.values()) {
    if (definition.lower === null) continue;
    for (const [param, spec] of Object.entries(definition.params)) {
      const name = params[param];
      if (spec.form !== 'file' || spec.role === 'labels' || typeof name !== 'string' || name === '') continue;
      if (files.has(name)) continue;
      const real = await workspace.resolvePath(name);
      files.set(name, { real, bytes: await readFile(real) });
    }
  }
  return (name, place) => {
    const file = files.get(name);
    if (file === undefined) throw absent(name);
    return place === undefined ? file.bytes : readPlace(file.real, name, place);
  };
}

function readPlace(model: string, name: string, { location, offset, length }: WeightsPlace): Uint8Array {
  const found = fileBeside(model, location);
  if (found === null || offset + length > found.size) throw absent(path.posix.join(path.posix.dirname(name), location));
  const bytes = new Uint8Array(length);
  const handle = openSync(found.file, 'r');
  try {
    for (let at = 0; at < length; ) {
      const read = readSync(handle, bytes, at, length - at, offset + at);
      if (read === 0) throw absent(location);
      at += read;
    }
  } finally {
    closeSync(handle);
  }
  return bytes;
}

function absent(name: string): Problem {
  return new Problem('file-missing', {
    message: `"${name}" is not there, or is shorter than what is to be read of it.`,
    fix: 'Put the file back, or export the model again.',
    where: { file: name },
  });
}
