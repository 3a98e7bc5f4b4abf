import type { NodeHost } from '../../../core/define/host.ts';
import { type LimitName, makeLimits } from '../../../core/define/limits.ts';
import type { NodeDefinition } from '../../../core/define/node.ts';
import type { Json, MediaSource, Value } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { pureHost } from '../../pure-host.ts';
import { defaultParams } from '../../test-node.ts';

export type Files = Readonly<Record<string, Uint8Array | string>>;

export function bytesOf(file: Uint8Array | string): Uint8Array {
  return typeof file === 'string' ? new TextEncoder().encode(file) : file;
}

/** A host whose files lie in memory; a folder is every file whose path begins with its own. */
export function fileHost(
  files: Files,
  limits: Partial<Record<LimitName, number>> = {},
  more: Partial<NodeHost> = {},
): NodeHost {
  const base = pureHost({ limits: makeLimits(limits), ...more });
  const read = (path: string, maxBytes: number) => {
    const file = files[path];
    if (file === undefined)
      throw new Problem('file-missing', { message: `"${path}" is not there.`, fix: 'Check the path.' });
    const bytes = bytesOf(file);
    if (bytes.length <= maxBytes) return bytes;
    throw new Problem('media-too-large', { message: `"${path}" is too large.`, fix: 'Use a smaller file.' });
  };
  return {
    ...base,
    files: {
      ...base.files,
      bytes: async (path) => read(path, Infinity),
      sourceBytes: async (source, maxBytes) => source.bytes ?? read(source.path ?? '', maxBytes),
      list: async (source) =>
        Object.keys(files)
          .filter((path) => path.startsWith(`${source.path}/`))
          .map((path) => ({ kind: 'media', path, name: path.slice(path.lastIndexOf('/') + 1) })),
    },
  };
}

export function media(name: string, file?: Uint8Array | string): MediaSource {
  return file === undefined ? { kind: 'media', path: name, name } : { kind: 'media', bytes: bytesOf(file), name };
}

/** Runs an input node as the engine does, with what the user gave. */
export async function runInput(
  node: NodeDefinition,
  external: MediaSource | Value | null,
  params: Readonly<Record<string, Json>> = {},
  host: NodeHost = fileHost({}),
): Promise<Readonly<Record<string, Value>>> {
  if (node.run === null) throw new Error(`${node.type} is a stream`);
  return node.run({
    inputs: {},
    params: defaultParams(node, params),
    files: {},
    host,
    signal: new AbortController().signal,
    note: () => undefined,
    t: 0,
    durationSeconds: undefined,
    missing: {},
    miss: () => undefined,
    owned: new Set(),
    external,
  });
}
