import { describe, expect, it } from 'vitest';
import {
  added,
  connected,
  disconnected,
  freeId,
  groupChanged,
  grouped,
  inserted,
  moved,
  noteChanged,
  paramSet,
  publicNamed,
  removed,
  ungrouped,
} from '../../../core/graph/changes.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges, type Change } from '../../../core/graph/edit.ts';
import { doEdit, emptyHistory, undoEdit } from '../../../core/graph/history.ts';
import { pipeline } from '../pipelines.ts';

const start: PipelineDocument = {
  ...pipeline({ a: 'fake.source', b: 'fake.add', c: 'fake.sink', d: 'fake.add' }, [
    'a.x > b.x',
    'b.x > c.value',
    'a.x > d.x',
  ]),
  groups: [
    { id: 'g', title: 'One', nodes: ['a', 'b'] },
    { id: 'h', title: 'Two', nodes: ['d'] },
  ],
  notes: [{ id: 'n', text: 'words', position: { x: 0, y: 0 } }],
  inputs: { number: { node: 'a', doc: 'of things' } },
  outputs: { sum: { node: 'c' }, other: { node: 'd' } },
};

/** Does the changes, and holds each of them to be undone exactly. */
function done(changes: readonly Change[], document = start): PipelineDocument {
  const edited = doEdit({ document, history: emptyHistory }, { label: 'x', changes });
  expect(undoEdit(edited).document).toEqual(document);
  expect(edited.document).toEqual(applyChanges(document, changes));
  return edited.document;
}

describe('freeId', () => {
  it('is the second part of the type, counted where it is taken by a node, note or group', () => {
    expect(freeId(start, 'image.resize')).toBe('resize');
    expect(freeId(start, 'x.a')).toBe('a2');
    expect(freeId(start, 'x.n')).toBe('n2');
    expect(freeId(start, 'x.g', new Set(['g2']))).toBe('g3');
  });

  it('is an id whatever the type looks like', () => {
    for (const type of ['', '...', 'a.ü<b>', `x.${'y'.repeat(200)}`])
      expect(freeId(start, type)).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });
});

describe('wires', () => {
  it('an input takes one wire: the one that was there goes', () => {
    expect(done(connected(start, 'd.x', 'c.value')).wires).toEqual([
      { from: 'a.x', to: 'b.x' },
      { from: 'd.x', to: 'c.value' },
      { from: 'a.x', to: 'd.x' },
    ]);
    expect(connected(start, 'a.x', 'b.x')).toEqual([]);
  });

  it('are taken out by where they end', () => {
    expect(done(disconnected(start, ['b.x', 'd.x', 'not.there'])).wires).toEqual([{ from: 'b.x', to: 'c.value' }]);
  });

  it('a node goes into a wire that is there, and into one that is only meant', () => {
    const node = { id: 'e', type: 'fake.add', version: 1, params: {}, position: { x: 1, y: 1 } };
    const there = done(inserted(start, { from: 'a.x', to: 'b.x' }, node, 'x', 'x'));
    expect(there.wires).toContainEqual({ from: 'a.x', to: 'e.x' });
    expect(there.wires).toContainEqual({ from: 'e.x', to: 'b.x' });
    expect(there.wires).toHaveLength(4);
    const meant = done(inserted(start, { from: 'b.x', to: 'd.y' }, node, 'x', 'x'));
    expect(meant.wires).toHaveLength(5);
    expect(meant.nodes.at(-1)).toEqual(node);
  });
});

describe('removed', () => {
  it('takes wires, public names and places in groups along, and groups that would be empty', () => {
    const next = done(removed(start, ['a', 'd', 'n']));
    expect(next.nodes.map((node) => node.id)).toEqual(['b', 'c']);
    expect(next.wires).toEqual([{ from: 'b.x', to: 'c.value' }]);
    expect(next.groups).toEqual([{ id: 'g', title: 'One', nodes: ['b'] }]);
    expect(next.notes).toEqual([]);
    expect(next.inputs).toEqual({});
    expect(next.outputs).toEqual({ sum: { node: 'c' } });
  });

  it('of a group alone leaves its nodes', () => {
    const next = done(removed(start, ['g']));
    expect(next.nodes).toEqual(start.nodes);
    expect(next.groups.map((group) => group.id)).toEqual(['h']);
  });
});

describe('places and parameters', () => {
  it('what stays where it is gives no change', () => {
    const { x, y } = start.nodes[0].position;
    expect(moved(start, new Map([['a', { x, y }]]))).toEqual([]);
    const next = done(
      moved(
        start,
        new Map([
          ['b', { x: 5, y: 6 }],
          ['n', { x: 7, y: 8 }],
        ]),
      ),
    );
    expect(next.nodes[1].position).toEqual({ x: 5, y: 6 });
    expect(next.notes[0].position).toEqual({ x: 7, y: 8 });
  });

  it('a parameter is set, and taken out again', () => {
    const set = done(paramSet(start, 'b', 'by', 3));
    expect(set.nodes[1].params).toEqual({ by: 3 });
    expect(done(paramSet(set, 'b', 'by', undefined), set).nodes[1].params).toEqual({});
  });

  it('entries are added behind those that are there', () => {
    const note = { id: 'm', text: '', position: { x: 0, y: 0 } };
    expect(done(added(start, 'notes', note)).notes.at(-1)).toEqual(note);
  });
});

describe('groups and notes', () => {
  it('a node is in one group at a time', () => {
    const next = done(grouped(start, ['b', 'c', 'nobody'], 'New'));
    expect(next.groups).toEqual([
      { id: 'g', title: 'One', nodes: ['a'] },
      { id: 'h', title: 'Two', nodes: ['d'] },
      { id: 'group', title: 'New', nodes: ['b', 'c'] },
    ]);
    expect(done(grouped(start, ['d'], 'New')).groups.map((group) => group.id)).toEqual(['g', 'group']);
    expect(grouped(start, ['nobody'], 'New')).toEqual([]);
  });

  it('ungroups, folds and renames', () => {
    expect(done(ungrouped(start, ['g'])).groups.map((group) => group.id)).toEqual(['h']);
    expect(done(groupChanged(start, 'g', { collapsed: true })).groups[0].collapsed).toBe(true);
    expect(done(noteChanged(start, 'n', { text: 'others' })).notes[0].text).toBe('others');
  });
});

describe('publicNamed', () => {
  it('renames in its place with its doc, names what had none, and takes a name off', () => {
    expect(done(publicNamed(start, 'inputs', 'a', 'count')).inputs).toEqual({
      count: { node: 'a', doc: 'of things' },
    });
    const names = Object.keys(done(publicNamed(start, 'outputs', 'c', 'total')).outputs);
    expect(names).toEqual(['total', 'other']);
    expect(done(publicNamed(start, 'inputs', 'b', 'more')).inputs['more']).toEqual({ node: 'b' });
    expect(done(publicNamed(start, 'outputs', 'c', '')).outputs).toEqual({ other: { node: 'd' } });
    expect(publicNamed(start, 'inputs', 'a', 'number')).toEqual([]);
  });
});
