import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import { type Clipping, clip, paste, readClipping } from '../../../core/graph/clipboard.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { journalLineSchema } from '../../../core/graph/journal.ts';
import { parseDocument } from '../../../core/graph/parse.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import { pipeline } from '../pipelines.ts';

const start: PipelineDocument = {
  ...pipeline({ a: 'fake.source', b: 'fake.add', c: 'fake.sink' }, ['a.x > b.x', 'b.x > c.value']),
  groups: [{ id: 'g', title: 'Both', nodes: ['a', 'b'] }],
  notes: [{ id: 'n', text: 'words', position: { x: 40, y: 8 } }],
};

function pasted(document: PipelineDocument, clipping: Clipping, at = { x: 100, y: 50 }): PipelineDocument {
  return applyChanges(document, paste(document, clipping, at).changes);
}

describe('clip', () => {
  it('takes the wires between what is taken, and groups that lie wholly inside', () => {
    const clipping = clip(start, ['a', 'b', 'n']);
    expect(clipping.nodes.map((node) => node.id)).toEqual(['a', 'b']);
    expect(clipping.wires).toEqual([{ from: 'a.x', to: 'b.x' }]);
    expect(clipping.groups.map((group) => group.id)).toEqual(['g']);
    expect(clipping.notes).toHaveLength(1);
    expect(clip(start, ['b', 'c']).groups).toEqual([]);
  });

  it('takes the nodes of a group that is named', () => {
    expect(clip(start, ['g']).nodes.map((node) => node.id)).toEqual(['a', 'b']);
  });
});

describe('paste', () => {
  it('gives new ids, wires the copies with one another, and puts the corner where it is asked to be', () => {
    const next = pasted(start, clip(start, ['a', 'b', 'n']));
    expect(next.nodes.map((node) => node.id)).toEqual(['a', 'b', 'c', 'a2', 'b2']);
    expect(next.wires.at(-1)).toEqual({ from: 'a2.x', to: 'b2.x' });
    expect(next.groups.at(-1)).toEqual({ id: 'g2', title: 'Both', nodes: ['a2', 'b2'] });
    const copies = [...next.nodes.slice(3), next.notes[1]].map((entry) => entry.position);
    expect(Math.min(...copies.map((p) => p.x))).toBe(100);
    expect(Math.min(...copies.map((p) => p.y))).toBe(50);
  });

  it('pastes again and again without two of one id, and what comes of it can be saved and read', () => {
    let document = start;
    const clipping = clip(start, ['a', 'b', 'c', 'g', 'n']);
    for (let i = 0; i < 5; i++) document = pasted(document, clipping);
    const ids = [...document.nodes, ...document.notes, ...document.groups].map((entry) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(parseDocument(writeDocument(document), makeLimits()).document).toEqual(document);
  });

  it('feeds copies from where the originals are fed, when that is asked for', () => {
    const keep = [{ from: 'a.x', to: 'b.x' }];
    const { changes } = paste(start, clip(start, ['b']), { x: 0, y: 0 }, keep);
    expect(applyChanges(start, changes).wires.at(-1)).toEqual({ from: 'a.x', to: 'b2.x' });
  });

  it('leaves out wires that lead elsewhere: they would hang on nodes of this pipeline by accident', () => {
    const clipping = { ...clip(start, ['b']), wires: [{ from: 'a.x', to: 'b.x' }] };
    expect(pasted(start, clipping).wires).toEqual(start.wires);
  });

  it('does nothing with nothing', () => {
    expect(paste(start, clip(start, []), { x: 0, y: 0 })).toEqual({ changes: [], ids: [] });
  });
});

describe('readClipping', () => {
  const text = (part: object): string => JSON.stringify({ ...clip(start, ['a', 'b', 'n']), ...part });

  it('reads what clip wrote', () => {
    expect(readClipping(text({}))).toEqual(clip(start, ['a', 'b', 'n']));
  });

  it.each([
    ['other words', 'hello'],
    ['other JSON', '{"a":"clipping"}'],
    ['half of it', text({}).slice(0, -4)],
    ['a pipeline file', writeDocument(start)],
    ['two nodes of one id', text({ nodes: [start.nodes[0], start.nodes[0]] })],
    ['an id that is none', text({ nodes: [{ ...start.nodes[0], id: '../x' }] })],
    ['a wire without ports', text({ wires: [{ from: 'a', to: 'b' }] })],
    ['fields that nobody knows', text({ nodes: [{ ...start.nodes[0], onclick: 'x' }] })],
  ])('takes %s for something else', (_, given) => {
    expect(readClipping(given)).toBeNull();
  });

  it('lets nothing through that the journal would refuse', () => {
    const odd = readClipping(
      text({ nodes: [{ ...start.nodes[0], label: '\u202e<img>', params: { ['__proto__x']: [1, null, 'a'] } }] }),
    );
    if (odd === null) throw new Error('not read');
    const edit = { label: 'paste', changes: paste(start, odd, { x: 0.5, y: -3 }).changes };
    expect(journalLineSchema.safeParse({ line: 'edit', edit }).success).toBe(true);
  });
});
