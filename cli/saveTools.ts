import type { NodeHost } from '../core/define/host.ts';
import { makeFileHost } from '../host/files/host.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import type { DrawBoxes, SaveTools } from './outputs.ts';
import type { Pipeline } from './pipeline.ts';

/** What writing results needs: a picture encoder, loaded when the first picture is written, and the node that draws boxes. */
export async function makeSaveTools(pipeline: Pipeline, signal: AbortSignal): Promise<SaveTools> {
  const image = lazyImageHost(pipeline);
  return { image, drawBoxes: drawBoxesBy(pipeline, image), signal };
}

function lazyImageHost(pipeline: Pipeline): NodeHost['image'] {
  let loaded: Promise<NodeHost['image']> | null = null;
  const load = (): Promise<NodeHost['image']> => {
    loaded ??= loadImageHost(pipeline);
    return loaded;
  };
  return {
    decode: async (source, signal) => (await load()).decode(source, signal),
    decodeFrames: async function* (source, signal) {
      yield* (await load()).decodeFrames(source, signal);
    },
    pass: async (source, steps, signal) => (await load()).pass(source, steps, signal),
    encode: async (image, format, signal) => (await load()).encode(image, format, signal),
  };
}

async function loadImageHost(pipeline: Pipeline): Promise<NodeHost['image']> {
  const { makeImageHost } = await import('../host/image/host.ts');
  const { limits } = pipeline;
  const workspace = await openWorkspace(pipeline.opened.folder);
  const { sourceBytes } = makeFileHost({ workspace, limits });
  return makeImageHost({ limits, sourceBytes, resolveSource: workspace.resolveSource });
}
