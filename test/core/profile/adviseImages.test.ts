import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../../core/check/check.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import type { ImageValue, TensorValue } from '../../../core/kinds/value.ts';
import { planRun } from '../../../core/plan/plan.ts';
import { runPlan } from '../../../core/run/run.ts';
import { examplePicture } from '../../../nodes/kernels/examplePicture.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { pureHost } from '../../pure-host.ts';
import { pipeline, runHost } from '../pipelines.ts';
import { adviceOn, type NodeTold, told } from './adviceFixture.ts';

const registry = makeRegistry(builtinNodes);

/** A row of image nodes between an input and an output. */
function chain(nodes: Parameters<typeof pipeline>[0]): PipelineDocument {
  const ids = ['photo', ...Object.keys(nodes)];
  const wires = ids.slice(1).map((id, i) => `${ids[i]}.image > ${id}.image`);
  return pipeline({ photo: 'input.image', ...nodes, out: 'output.image' }, [
    ...wires,
    `${ids[ids.length - 1]}.image > out.value`,
  ]);
}

/** Colours that run smoothly, as photographs do. */
function photo(width: number, height: number): ImageValue {
  const levels = Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return Math.round(127 + 100 * Math.sin(x / 9 + (i % 3)) * Math.cos(y / 7));
  });
  return examplePicture(width, height, 'rgb', levels);
}

async function outputOf(document: PipelineDocument, given: ImageValue): Promise<ImageValue | TensorValue> {
  const checked = checkDocument(document, registry, () => undefined);
  expect(checked.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const node = pureHost({
    image: { ...pureHost().image, pass: async (value) => ({ value: value as ImageValue, taken: 0 }) },
  });
  const result = await runPlan(planRun(checked), runHost({ node }), {
    inputs: { photo: given },
    signal: new AbortController().signal,
  });
  const [out] = Object.values(result.outputs);
  if (out.status === 'missing') throw new Error(out.problem.message);
  return out.items[0].value as ImageValue | TensorValue;
}

function farthest(a: ImageValue | TensorValue, b: ImageValue | TensorValue): number {
  expect(b.data.length).toBe(a.data.length);
  let most = 0;
  for (let i = 0; i < a.data.length; i++) most = Math.max(most, Math.abs(Number(a.data[i]) - Number(b.data[i])));
  return most;
}

/** Without the outermost pixels. */
function inside(value: ImageValue | TensorValue): ImageValue {
  if (value.kind !== 'image') throw new Error('no picture');
  const { width, height, data } = value;
  const kept = [...data].filter((_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return x > 0 && y > 0 && x < width - 1 && y < height - 1;
  });
  return { ...value, data: Uint8Array.from(kept) };
}

function orderOf(document: PipelineDocument): string {
  return checkDocument(document, registry, () => undefined).order.join(' ');
}

const slow: NodeTold = { ms: 5, bytesIn: 12e6, bytesOut: 12e6 };
const shrinking: NodeTold = { ms: 4, bytesIn: 12e6, bytesOut: 3e4 };

describe('advice on the order of image nodes', () => {
  it('a resize behind a colour space goes before it, with what may follow it, and becomes part of the decode', async () => {
    const document = chain({
      grey: ['image.colour', { to: 'grey' }],
      shrink: ['image.resizeShorter', { size: 20 }],
      cut: ['image.centreCrop', { width: 16, height: 16 }],
    });
    const [first] = adviceOn(
      told(document, {
        photo: { ms: 9 },
        grey: slow,
        shrink: shrinking,
        cut: { ms: 0.1, bytesIn: 3e4, bytesOut: 2e4 },
      }),
      registry,
    );
    expect(first).toMatchObject({ kind: 'fuse', nodes: ['shrink', 'cut', 'grey'], aims: 'latency' });
    expect(first.title).toBe('“Resize shorter side” and “Centre crop” before “Colour space”');
    expect(first.why).toMatch(
      /“Colour space” takes 5\.0 ms of 18\.1 ms on 11\.4 MiB of pixels, of which 0\.2 % are kept/,
    );
    expect(first.why).toMatch(/part of the decode/);
    const after = applyChanges(document, first.changes);
    expect(orderOf(after)).toBe('photo shrink cut grey out');
    const picture = photo(64, 48);
    expect(farthest(await outputOf(document, picture), await outputOf(after, picture))).toBeLessThanOrEqual(2);
    // On the canvas the nodes still read from left to right.
    const x = new Map(after.nodes.map((node) => [node.id, node.position.x]));
    const places = ['photo', 'shrink', 'cut', 'grey', 'out'].map((id) => x.get(id) ?? 0);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
  });

  it('a cut goes before a colour space, bit by bit the same', async () => {
    const document = chain({
      hsv: ['image.colour', { to: 'hsv' }],
      cut: ['image.crop', { left: 5, top: 3, width: 10, height: 9 }],
    });
    const [first] = adviceOn(told(document, { hsv: slow, cut: { ms: 0.2, bytesIn: 12e6, bytesOut: 300 } }), registry);
    expect(first.nodes).toEqual(['cut', 'hsv']);
    const picture = photo(64, 48);
    const after = applyChanges(document, first.changes);
    expect(orderOf(after)).toBe('photo cut hsv out');
    expect(farthest(await outputOf(document, picture), await outputOf(after, picture))).toBe(0);
  });

  it('a resize passes a mirror, a rectangle that lies elsewhere in it does not', async () => {
    const mirrored = chain({ flip: 'image.flip', small: ['image.resize', { width: 16, height: 12 }] });
    const [first] = adviceOn(told(mirrored, { flip: slow, small: shrinking }), registry);
    const picture = photo(64, 48);
    const after = applyChanges(mirrored, first.changes);
    expect(orderOf(after)).toBe('photo small flip out');
    expect(farthest(await outputOf(mirrored, picture), await outputOf(after, picture))).toBeLessThanOrEqual(1);
    const cut = chain({ flip: 'image.flip', cut: ['image.crop', { left: 5, top: 0, width: 10, height: 10 }] });
    expect(adviceOn(told(cut, { flip: slow, cut: shrinking }), registry)).toEqual([]);
  });

  it.each([
    ['what keeps its pixels', { grey: slow, small: { ms: 4, bytesIn: 12e6, bytesOut: 13e6 } }],
    ['what costs nothing', { photo: { ms: 90 }, grey: { ms: 0.1 }, small: { ms: 0.2, bytesIn: 12e6, bytesOut: 3e4 } }],
  ])('leaves alone %s', (_, nodes) => {
    const document = chain({
      lead: ['image.pad', { left: 2 }],
      grey: ['image.colour', { to: 'grey' }],
      small: ['image.resize', { width: 16, height: 12 }],
    });
    expect(adviceOn(told(document, nodes as Record<string, NodeTold>), registry)).toEqual([]);
  });

  it('leaves alone what must not change places: a border, a turn, a letterbox', () => {
    for (const type of ['image.pad', 'image.rotate', 'image.letterbox']) {
      const document = chain({ other: type, small: ['image.resize', { width: 16, height: 12 }] });
      expect(adviceOn(told(document, { other: slow, small: shrinking }), registry)).toEqual([]);
    }
  });

  it('gives the branch of the small picture a colour space of its own where others read the large one', async () => {
    const document = pipeline(
      {
        photo: 'input.image',
        grey: ['image.colour', { to: 'grey' }],
        small: ['image.resize', { width: 16, height: 12 }],
        out: 'output.image',
        large: 'output.image',
      },
      ['photo.image > grey.image', 'grey.image > small.image', 'small.image > out.value', 'grey.image > large.value'],
    );
    const [first] = adviceOn(told(document, { grey: slow, small: shrinking }), registry);
    expect(first.kind).toBe('reorder');
    const after = applyChanges(document, first.changes);
    expect(after.nodes).toHaveLength(6);
    expect(after.wires.find(({ to }) => to === 'large.value')?.from).toBe('grey.image');
    expect(after.wires.find(({ to }) => to === 'small.image')?.from).toBe('photo.image');
    const picture = photo(64, 48);
    expect(farthest(await outputOf(document, picture), await outputOf(after, picture))).toBeLessThanOrEqual(2);
  });

  it('drops a resize whose result is only resized again, to less', () => {
    const document = chain({
      first: ['image.resize', { width: 600, height: 600 }],
      second: ['image.resize', { width: 224, height: 224 }],
    });
    const found = adviceOn(told(document, { first: { ms: 6 }, second: { ms: 1 } }), registry);
    expect(found.map(({ id }) => id)).toEqual(['remove:first']);
    const after = applyChanges(document, found[0].changes);
    expect(orderOf(after)).toBe('photo second out');
    const enlarged = chain({
      first: ['image.resize', { width: 100, height: 100 }],
      second: ['image.resize', { width: 224, height: 224 }],
    });
    expect(adviceOn(told(enlarged, { first: { ms: 6 }, second: { ms: 1 } }), registry)).toEqual([]);
    // The shorter side of a picture that was stretched is another's.
    const stretched = chain({
      first: ['image.resize', { width: 600, height: 300 }],
      second: ['image.resizeShorter', { size: 224 }],
    });
    expect(adviceOn(told(stretched, { first: { ms: 6 }, second: { ms: 1 } }), registry)).toEqual([]);
  });

  it('cuts before a resize where the size is known and the edges fall on whole pixels', async () => {
    const sized = (cut: Record<string, number>) =>
      chain({
        fit: ['image.letterbox', { width: 64, height: 64 }],
        small: ['image.resize', { width: 32, height: 32 }],
        cut: ['image.crop', cut],
      });
    const nodes = { fit: { ms: 1 }, small: { ms: 4 }, cut: { ms: 0.1 } };
    const document = sized({ left: 8, top: 4, width: 16, height: 16 });
    const [first] = adviceOn(told(document, nodes), registry);
    expect(first).toMatchObject({ kind: 'reorder', nodes: ['cut', 'small'] });
    expect(first.why).toMatch(/64x64 px, of which “Crop” keeps 25 %/);
    const after = applyChanges(document, first.changes);
    expect(orderOf(after)).toBe('photo fit cut small out');
    expect(after.nodes.find(({ id }) => id === 'cut')?.params).toEqual({ left: 16, top: 8, width: 32, height: 32 });
    expect(after.nodes.find(({ id }) => id === 'small')?.params).toEqual({ width: 16, height: 16 });
    const picture = photo(64, 48);
    const [was, is] = [await outputOf(document, picture), await outputOf(after, picture)];
    // Inside it is the same picture; at the edge the resize no longer sees what lies beyond the cut.
    expect(farthest(inside(was), inside(is))).toBe(0);
    expect(farthest(was, is)).toBeGreaterThan(0);
    const odd = chain({
      fit: ['image.letterbox', { width: 64, height: 64 }],
      small: ['image.resize', { width: 48, height: 48 }],
      cut: ['image.crop', { left: 1, top: 1, width: 17, height: 17 }],
    });
    expect(adviceOn(told(odd, nodes), registry)).toEqual([]);
  });

  it('lets a resize without antialiasing become part of the decode by turning it on', () => {
    const document = chain({ small: ['image.resize', { width: 64, height: 64, antialias: false }] });
    const [first] = adviceOn(told(document, { photo: { ms: 9 }, small: { ms: 1 } }), registry);
    expect(first).toMatchObject({ id: 'fuse:antialias:small', kind: 'fuse' });
    expect(applyChanges(document, first.changes).nodes[1].params).toEqual({ width: 64, height: 64, antialias: true });
    const nearest = chain({ small: ['image.resize', { width: 64, height: 64, antialias: false, filter: 'nearest' }] });
    expect(adviceOn(told(nearest, { photo: { ms: 9 }, small: { ms: 1 } }), registry)).toEqual([]);
  });

  it('takes the smaller of two resizes from the larger, so that the decode has one reader', () => {
    const branch = (id: string, size: number) =>
      ({ [id]: ['image.resizeShorter', { size }], [`${id}Out`]: 'output.image' }) as const;
    const document = pipeline({ photo: 'input.image', ...branch('a', 224), ...branch('b', 320) }, [
      'photo.image > a.image',
      'photo.image > b.image',
      'a.image > aOut.value',
      'b.image > bOut.value',
    ]);
    const [first] = adviceOn(told(document, { photo: { ms: 9 }, a: { ms: 3 }, b: { ms: 3 } }), registry);
    expect(first.id).toBe('fuse:largest:b');
    expect(applyChanges(document, first.changes).wires.find(({ to }) => to === 'a.image')?.from).toBe('b.image');
  });

  it('does once what two branches do alike, as far as they do', () => {
    const branch = (id: string) =>
      ({
        [`${id}Shrink`]: ['image.resizeShorter', { size: 224 }],
        [`${id}Tensor`]: 'image.normalise',
        [`${id}Out`]: 'output.tensor',
      }) as const;
    const wires = (id: string) => [
      `photo.image > ${id}Shrink.image`,
      `${id}Shrink.image > ${id}Tensor.image`,
      `${id}Tensor.tensor > ${id}Out.value`,
    ];
    const document = pipeline({ photo: 'input.image', ...branch('a'), ...branch('b') }, [...wires('a'), ...wires('b')]);
    const profile = told(document, { aShrink: { ms: 3 }, bShrink: { ms: 3 }, aTensor: { ms: 1 }, bTensor: { ms: 1 } });
    const shared = adviceOn(profile, registry).find(({ id }) => id.startsWith('fuse:shared'));
    expect(shared?.nodes).toEqual(['aShrink', 'aTensor', 'bShrink', 'bTensor']);
    expect(shared?.why).toMatch(/do the same to the same input again, for 4\.0 ms a request/);
    const after = applyChanges(document, shared?.changes ?? []);
    expect(after.nodes.map(({ id }) => id)).toEqual(['photo', 'aShrink', 'aTensor', 'aOut', 'bOut']);
    expect(after.wires.find(({ to }) => to === 'bOut.value')?.from).toBe('aTensor.tensor');
  });

  it('drops a node that changes nothing, and no other', () => {
    const document = chain({
      grey: ['image.colour', { to: 'grey' }],
      again: ['image.colour', { to: 'grey' }],
      fit: ['image.letterbox', { width: 64, height: 64 }],
      same: ['image.resize', { width: 64, height: 64 }],
      flip: 'image.flip',
    });
    const nodes = { grey: { ms: 1 }, again: { ms: 1 }, fit: { ms: 1 }, same: { ms: 1 }, flip: { ms: 1 } };
    const found = adviceOn(told(document, nodes), registry).filter(({ kind }) => kind === 'remove');
    expect(found.map(({ id }) => id).sort()).toEqual(['remove:again', 'remove:same']);
    for (const { changes } of found) expect(applyChanges(document, changes).nodes).toHaveLength(6);
    // A transposed square has the same type and is another matrix; a cast to what it is already, is not.
    const square = pipeline(
      {
        x: ['tensor.constant', { shape: [2, 2], values: [1, 2, 3, 4] }],
        turned: 'tensor.transpose',
        cast: ['tensor.cast', { dtype: 'float32' }],
        out: 'output.tensor',
      },
      ['x.tensor > turned.tensor', 'turned.tensor > cast.tensor', 'cast.tensor > out.value'],
    );
    const idle = adviceOn(told(square, { turned: { ms: 1 }, cast: { ms: 1 } }), registry);
    expect(idle.map(({ id }) => id)).toEqual(['remove:cast']);
  });
});
