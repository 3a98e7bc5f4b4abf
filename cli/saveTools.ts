import type { NodeHost } from '../core/define/host.ts';
import { makeFileHost } from '../host/files/host.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { styleOf } from './outputStyle.ts';
import type { SaveTools } from './outputs.ts';
import type { Pipeline } from './pipeline.ts';

/** What writing results needs: a picture decoder and encoder, loaded when the first picture is read or written. */
export function makeSaveTools(pipeline: Pipeline, signal: AbortSignal): SaveTools {
  let loaded: Promise<NodeHost['image']> | null = null;
  const load = (): Promise<NodeHost['image']> => {
    loaded ??= loadImageHost(pipeline);
    return loaded;
  };
  return {
    image: {
      decode: async (source, stop) => (await load()).decode(source, stop),
      encode: async (image, format, stop) => (await load()).encode(image, format, stop),
    },
    styleOf: (output) => styleOf(pipeline, output),
    signal,
  };
}

async function loadImageHost(pipeline: Pipeline): Promise<NodeHost['image']> {
  const { makeImageHost } = await import('../host/image/host.ts');
  const { limits } = pipeline;
  const workspace = await openWorkspace(pipeline.opened.folder);
  const { sourceBytes } = makeFileHost({ workspace, limits });
  return makeImageHost({ limits, sourceBytes, resolveSource: workspace.resolveSource });
}
