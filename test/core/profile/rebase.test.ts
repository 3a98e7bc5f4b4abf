import { describe, expect, it } from 'vitest';
import { connected, inserted, moved, paramSet, publicNamed, removed } from '../../../core/graph/changes.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges, type Change } from '../../../core/graph/edit.ts';
import { isInEffect, rebaseChanges } from '../../../core/profile/rebase.ts';
import { rejects } from '../../rejects.ts';
import { pipeline } from '../pipelines.ts';

const document = pipeline(
  {
    photo: 'input.image',
    cut: ['image.crop', { width: 100 }],
    shrink: ['image.resize', { width: 32, filter: 'cubic' }],
    out: 'output.image',
  },
  ['photo.image > cut.image', 'cut.image > shrink.image', 'shrink.image > out.value'],
);

/** The resize goes before the crop. */
function reordered(from: PipelineDocument): readonly Change[] {
  const changes: Change[] = [];
  let now = from;
  for (const [a, b] of [
    ['photo.image', 'shrink.image'],
    ['shrink.image', 'cut.image'],
    ['cut.image', 'out.value'],
  ]) {
    const step = connected(now, a, b);
    changes.push(...step);
    now = applyChanges(now, step);
  }
  return changes;
}

const wires = (of: PipelineDocument) => of.wires.map(({ from, to }) => `${from} > ${to}`).sort();

describe('changes of a document that has gone on', () => {
  it('leave places, labels and other parameters as they are now', () => {
    const moving = applyChanges(document, moved(document, new Map([['shrink', { x: 900, y: 9 }]])));
    const now = applyChanges(moving, paramSet(moving, 'shrink', 'filter', 'linear'));
    const labelled = {
      ...now,
      nodes: [...now.nodes.map((n) => (n.id === 'shrink' ? { ...n, label: 'Smaller' } : n))].reverse(),
    };
    const changes = rebaseChanges(labelled, paramSet(document, 'shrink', 'width', 64));
    const shrink = applyChanges(labelled, changes).nodes.find((n) => n.id === 'shrink');
    expect(shrink).toEqual({
      id: 'shrink',
      type: 'image.resize',
      version: 1,
      params: { width: 64, filter: 'linear' },
      position: { x: 900, y: 9 },
      label: 'Smaller',
    });
    // What comes out can be undone: its `before` is what really was there.
    expect(changes[0]).toMatchObject({ before: { label: 'Smaller', params: { width: 32, filter: 'linear' } } });
  });

  it('are known when they have been made already, and then give nothing', () => {
    const done = applyChanges(document, reordered(document));
    expect(isInEffect(document, reordered(document))).toBe(false);
    expect(isInEffect(done, reordered(document))).toBe(true);
    expect(rebaseChanges(done, reordered(document))).toEqual([]);
    expect(isInEffect(document, [])).toBe(false);
  });

  it('of wires hold in a list that has another order', () => {
    const now = { ...document, wires: [...document.wires].reverse() };
    expect(wires(applyChanges(now, rebaseChanges(now, reordered(document))))).toEqual(
      wires(applyChanges(document, reordered(document))),
    );
  });

  it('say what is different where it matters', async () => {
    const told = async (now: PipelineDocument, changes: readonly Change[]) =>
      (await rejects(() => rebaseChanges(now, changes), 'advice-stale')).message;
    const widen = paramSet(document, 'shrink', 'width', 64);
    expect(await told(applyChanges(document, removed(document, ['shrink'])), widen)).toContain('"shrink" is not there');
    const other = applyChanges(document, paramSet(document, 'shrink', 'width', 48));
    expect(await told(other, widen)).toContain('"width" of "shrink" is 48 now, it was 32');
    const typed = {
      ...document,
      nodes: document.nodes.map((n) => (n.id === 'shrink' ? { ...n, type: 'image.pad' } : n)),
    };
    expect(await told(typed, widen)).toContain('image.pad');
    const rewired = applyChanges(document, connected(document, 'photo.image', 'shrink.image'));
    expect(await told(rewired, removed(document, ['cut']))).toContain('photo.image');
    const cutChanged = applyChanges(document, paramSet(document, 'cut', 'width', 7));
    expect(await told(cutChanged, removed(document, ['cut']))).toContain('would be removed');
    const named = applyChanges(document, publicNamed(document, 'inputs', 'cut', 'picture'));
    expect(await told(named, publicNamed(document, 'inputs', 'photo', 'picture'))).toContain('picture');
  });

  it('give a new node another id where its own is taken, in its wires too', () => {
    const node = { id: 'pad', type: 'image.pad', version: 1, params: {}, position: { x: 0, y: 0 } };
    const changes = inserted(document, { from: 'cut.image', to: 'shrink.image' }, node, 'image', 'image');
    const now = applyChanges(document, [
      { in: 'nodes', index: 4, before: null, after: { ...node, type: 'image.flip' } },
    ]);
    const after = applyChanges(now, rebaseChanges(now, changes));
    expect(after.nodes.map(({ id, type }) => `${id} ${type}`)).toContain('pad2 image.pad');
    expect(wires(after)).toContain('cut.image > pad2.image');
    expect(wires(after)).toContain('pad2.image > shrink.image');
    // The same node there already is the one that is meant.
    const done = applyChanges(document, changes);
    expect(rebaseChanges(done, changes)).toEqual([]);
  });

  it('turn a node off, and record a file that was made', () => {
    const index = document.nodes.findIndex((n) => n.id === 'cut');
    const before = document.nodes[index];
    const changes: Change[] = [
      { in: 'nodes', index, before, after: { ...before, disabled: true } },
      { in: 'files', index: 0, before: null, after: { path: 'models/a.int8.onnx', sha256: 'a'.repeat(64) } },
    ];
    const after = applyChanges(document, rebaseChanges(document, changes));
    expect(after.nodes[index].disabled).toBe(true);
    expect(after.files).toHaveLength(1);
    expect(isInEffect(after, changes)).toBe(true);
  });
});
