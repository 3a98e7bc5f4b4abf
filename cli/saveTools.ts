import type { NodeHost } from '../core/define/host.ts';
import type { NodeDefinition } from '../core/define/node.ts';
import type { Ports } from '../core/define/port.ts';
import type { Kind, Value } from '../core/kinds/value.ts';
import { Problem } from '../core/problems/problem.ts';
import { makeFileHost } from '../host/files/host.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { defaultsOf } from './nodePage.ts';
import { styleOf } from './outputStyle.ts';
import type { DrawBoxes, SaveTools } from './outputs.ts';
import type { Pipeline } from './pipeline.ts';

/** What writing results needs: a picture encoder, loaded when the first picture is written, and the node that draws boxes. */
export function makeSaveTools(pipeline: Pipeline, signal: AbortSignal): SaveTools {
  const image = lazyImageHost(pipeline);
  const node = pipeline.registry.get('result.drawBoxes');
  return {
    image,
    drawBoxes: node === undefined ? null : drawBy(node, pipeline, image),
    styleOf: (output) => styleOf(pipeline, output),
    signal,
  };
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

/** Draws with the node itself, outside any graph, so that what is written here is what the node would show. */
function drawBy(node: NodeDefinition, pipeline: Pipeline, image: NodeHost['image']): DrawBoxes {
  const params = defaultsOf(node);
  const portOf = (ports: Ports, kind: Kind): string =>
    Object.keys(ports).find((name) => ports[name].kinds.includes(kind)) ?? kind;
  return async (picture, boxes, signal) => {
    const inputs = node.inputs(params, {});
    const given: Record<string, Value> = { [portOf(inputs, 'image')]: picture, [portOf(inputs, 'boxes')]: boxes };
    const outputs = await node.run?.({
      inputs: given,
      params,
      files: {},
      host: drawingHost(pipeline, image),
      signal,
      note: () => undefined,
      t: 0,
      durationSeconds: undefined,
      missing: {},
      owned: new Set(),
      external: null,
    });
    const drawn = outputs?.[portOf(node.outputs(params, {}), 'image')];
    if (drawn?.kind !== 'image') throw new TypeError(`${node.type} drew no picture`);
    return drawn;
  };
}

/** Drawing asks for pictures at most; everything else is refused, so that a change there is seen at once. */
function drawingHost(pipeline: Pipeline, image: NodeHost['image']): NodeHost {
  const refuse = (): never => {
    throw new Problem('internal', {
      message: 'Drawing asked the machine for more than pictures.',
      fix: 'Report this.',
    });
  };
  return {
    image,
    audio: { decode: refuse },
    video: { probe: refuse, open: refuse },
    files: { bytes: refuse, text: refuse, list: refuse, sourceBytes: refuse },
    models: { open: refuse },
    limits: pipeline.limits,
    now: () => performance.now(),
    sleep: refuse,
  };
}
