import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../core/check/check.ts';
import { filesOf } from '../../core/check/files.ts';
import { makeLimits } from '../../core/define/limits.ts';
import { makeRegistry } from '../../core/define/registry.ts';
import { added, connected } from '../../core/graph/changes.ts';
import { applyChanges } from '../../core/graph/edit.ts';
import { openDocument } from '../../host/files/documentFile.ts';
import { readFacts } from '../../host/files/facts.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import { builtinNodes } from '../../nodes/registry.ts';
import { adviceOn, type NodeTold, told } from '../core/profile/adviceFixture.ts';

const samples = fileURLToPath(new URL('../../samples/', import.meta.url));
const registry = makeRegistry(builtinNodes);

async function opened(sample: string) {
  const folder = path.join(samples, sample);
  const { document } = await openDocument(folder, makeLimits());
  const facts = await readFacts(await openWorkspace(folder), filesOf(document, registry));
  return { document, facts: (file: string) => facts.get(file) };
}

const machine = { cores: 2, devices: ['cpu'] } as const;
const model = (ms: number, lane = 0, items = 1): NodeTold => ({ ms, items, model: { lane } });

/** As they were measured on two cores; nodes left out take next to nothing. */
const measured: Readonly<Record<string, Readonly<Record<string, NodeTold>>>> = {
  'picture-classifier': {
    photo: { ms: 4.1 },
    cut: { ms: 0.12 },
    normalise: { ms: 0.22 },
    model: model(0.7),
  },
  detector: {
    photo: { ms: 8 },
    fit: { ms: 3, bytesIn: 1.4e6, bytesOut: 76_800 },
    tensor: { ms: 0.5 },
    model: model(1.9),
    draw: { ms: 4 },
  },
  'sound-classifier': { clip: { ms: 0.3 }, logMel: { ms: 1.4 }, model: model(0.8) },
  'text-classifier': { tokens: { ms: 0.1 }, model: model(0.4) },
  'event-detector': {
    photo: { ms: 4 },
    logMel: { ms: 1.4 },
    imageModel: model(0.9, 0),
    soundModel: { ...model(0.8, 1), queueMs: 0.02 },
    textModel: { ...model(0.4, 0), queueMs: 0.6 },
  },
  'video-events': {
    tracks: { ms: 180 },
    logMel: { ms: 30, items: 23 },
    imageModel: model(16, 0, 26),
    soundModel: model(14, 1, 23),
  },
};

describe('advice on the samples', () => {
  it.each(Object.keys(measured))(
    '%s: nothing to mend in its order, only what the machine may do otherwise',
    async (sample) => {
      const { document, facts } = await opened(sample);
      const found = adviceOn(told(document, measured[sample]), registry, machine, facts);
      const kinds = new Set(found.map(({ kind }) => kind));
      for (const kind of kinds) expect(['threads', 'lanes', 'copies', 'batch']).toContain(kind);
      for (const { changes, why } of found) {
        expect(why).toMatch(/\d/);
        const checked = checkDocument(applyChanges(document, changes), registry, facts);
        expect(checked.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      }
    },
  );

  it('the fused detector of events: two models that need nothing of each other leave their common lane', async () => {
    const { document, facts } = await opened('event-detector');
    const [lanes] = adviceOn(told(document, measured['event-detector']), registry, machine, facts).filter(
      ({ kind }) => kind === 'lanes',
    );
    expect(lanes.nodes).toEqual(['textModel', 'imageModel']);
    expect(lanes.why).toMatch(/“.*” waits 0\.6 ms/);
  });

  it('frames of a video go through their model in batches, for the latency of the one request', async () => {
    const { document, facts } = await opened('video-events');
    const batches = adviceOn(told(document, measured['video-events']), registry, machine, facts).filter(
      ({ kind }) => kind === 'batch',
    );
    expect(batches.map(({ nodes }) => nodes[0])).toContain('imageModel');
    expect(batches.every(({ aims }) => aims === 'latency')).toBe(true);
  });

  it('a classifier that someone converted to grey and back at full size: the shrink goes into the decode', async () => {
    const { document, facts } = await opened('picture-classifier');
    const colour = (id: string, to: string) =>
      ({ id, type: 'image.colour', version: 1, params: { to }, position: { x: 0, y: 0 } }) as const;
    const changes = [
      ...added(document, 'nodes', colour('bgr', 'bgr'), colour('rgb', 'rgb')),
      ...added(document, 'wires', { from: 'photo.image', to: 'bgr.image' }, { from: 'bgr.image', to: 'rgb.image' }),
      ...connected(document, 'rgb.image', 'shrink.image'),
    ];
    const spoiled = applyChanges(document, changes);
    const pixels = { bytesIn: 2.4e6, bytesOut: 2.4e6 };
    const nodes = {
      ...measured['picture-classifier'],
      bgr: { ms: 2, ...pixels },
      rgb: { ms: 2, ...pixels },
      shrink: { ms: 3, bytesIn: 2.4e6, bytesOut: 5e4 },
    };
    const [first] = adviceOn(told(spoiled, nodes), registry, machine, facts);
    expect(first.kind).toBe('fuse');
    expect(first.nodes).toEqual(['shrink', 'cut', 'bgr', 'rgb']);
    const mended = checkDocument(applyChanges(spoiled, first.changes), registry, facts);
    expect(mended.order.filter((id) => first.nodes.includes(id))).toEqual(['shrink', 'cut', 'bgr', 'rgb']);
  });
});
