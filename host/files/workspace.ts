import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { MediaSource } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { readFailure } from './readFailure.ts';

/** The folder that a pipeline lives in. What a document names is looked for here and nowhere else. */
export interface Workspace {
  /** Real, absolute path. */
  readonly folder: string;
  /**
   * The real path of a file or folder that a document names. Throws `path-outside` for anything that is not a
   * plain relative path or that a link leads out of the folder, and `file-missing` when nothing is there.
   */
  resolvePath(name: string): Promise<string>;
  /**
   * The same without waiting, for files that are asked for in every run: behind the decoders in the thread pool a look at
   * the disk takes longer than itself. Null where there is no such path inside; `resolvePath` says why.
   */
  resolveAtOnce(name: string): string | null;
  /**
   * The path to open for a media source: absolute ones were named by the user and stand, relative ones come from
   * the document and stay inside. Throws as `resolvePath` does, and `file-missing` for a source that is only bytes.
   */
  resolveSource(source: MediaSource): Promise<string>;
}

/** Opens a folder as a workspace. Throws `file-missing` when it is not there. */
export async function openWorkspace(folder: string): Promise<Workspace> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw readFailure(error, folder, 'the pipeline folder');
  });
  async function resolvePath(name: string): Promise<string> {
    const reason = outsideReason(name);
    if (reason !== null) throw outside(name, reason);
    const joined = path.join(root, name);
    let real: string;
    try {
      real = await realpath(joined);
    } catch (error) {
      // A link in the middle may lead out even when its end is missing: say so rather than "not there".
      if (!(await parentStaysInside(root, joined))) throw outside(name, 'a link on its way leads out of the folder');
      throw readFailure(error, name, 'a file in the pipeline folder', root);
    }
    if (!isInside(root, real)) throw outside(name, 'it is a link that leads out of the folder');
    return real;
  }
  function resolveAtOnce(name: string): string | null {
    if (outsideReason(name) !== null) return null;
    try {
      const real = realpathSync.native(path.join(root, name));
      return isInside(root, real) ? real : null;
    } catch {
      return null;
    }
  }
  return {
    folder: root,
    resolvePath,
    resolveAtOnce,
    resolveSource: async (source) => {
      if (source.path === undefined) {
        throw new Problem('file-missing', {
          message: `"${source.name}" has no file: only its bytes are at hand.`,
          fix: 'Give a file by its path where a file is needed.',
        });
      }
      return path.isAbsolute(source.path) ? source.path : resolvePath(source.path);
    },
  };
}

/** Why a path in a document is refused by its text alone; null when it may be looked up. Rules of every system hold on all. */
export function outsideReason(name: string): string | null {
  if (name === '') return 'it is empty';
  if (name.includes('\0')) return 'it holds a NUL character';
  if (name.startsWith('//') || name.startsWith('\\\\')) return 'it names another machine';
  if (/^[A-Za-z]:/.test(name)) return 'it starts with a drive letter';
  if (name.startsWith('/')) return 'it is absolute';
  if (name.includes('\\')) return 'it holds a backslash; folders are separated by /';
  if (/%(2e|2f|5c|00)/i.test(name)) return 'it hides dots or slashes behind % codes';
  if (name.split('/').includes('..')) return 'it climbs out with ..';
  return null;
}

function outside(name: string, reason: string): Problem {
  return new Problem('path-outside', {
    message: `The path ${JSON.stringify(name.slice(0, 200))} is not allowed: ${reason}.`,
    fix: 'Copy the file into the folder of the pipeline and name it by a relative path, such as "models/net.onnx".',
    where: { file: name.slice(0, 200) },
  });
}

function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

async function parentStaysInside(root: string, joined: string): Promise<boolean> {
  let parent = path.dirname(joined);
  while (isInside(root, parent)) {
    try {
      return isInside(root, await realpath(parent));
    } catch {
      parent = path.dirname(parent);
    }
  }
  return true;
}
