import { describe, expect, it } from 'vitest';
import { applyChanges } from '../../../core/graph/edit.ts';
import { doEdit, emptyHistory, undoEdit } from '../../../core/graph/history.ts';
import { emptyDocument } from '../../../renderer/state/state.ts';
import { splitRecent } from '../../../renderer/welcome/recent.ts';
import { spansOf } from '../../../renderer/welcome/spans.ts';
import { contentsOf } from '../../../renderer/welcome/takeDropped.ts';
import { wavePath } from '../../../renderer/welcome/wavePath.ts';

describe('pictures of samples', () => {
  it('makes one span of the same answer', () => {
    const moments = [
      { t: 0.25, label: 'storm', value: 1 },
      { t: 0.75, label: 'storm', value: 1 },
      { t: 1.25, label: 'fire', value: 1 },
      { t: 1.75, label: 'storm', value: 1 },
    ];
    expect(spansOf(moments)).toEqual([
      { from: 0.25, to: 1.25, label: 'storm' },
      { from: 1.25, to: 1.75, label: 'fire' },
      { from: 1.75, to: 2.25, label: 'storm' },
    ]);
    expect(spansOf([])).toEqual([]);
    expect(spansOf([{ t: 3, label: 'a', value: 1 }])).toEqual([{ from: 3, to: 4, label: 'a' }]);
  });

  it('draws a wave that fills its box, one line per pair and no more than asked', () => {
    const path = wavePath([-0.1, 0.1, -0.2, 0.2], 100, 40);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toContain('M75.0 0.0V40.0');
    expect(
      wavePath(
        Array.from({ length: 2000 }, (_, i) => (i % 2 ? 0.5 : -0.5)),
        100,
        40,
        50,
      ).match(/M/g),
    ).toHaveLength(50);
    expect(wavePath([], 100, 40)).toBe('M0 20H100');
    // Silence is drawn as a line, not as noise.
    expect(wavePath([0, 0, 0, 0], 100, 40)).toContain('19.6V20.4');
  });
});

describe('recent files', () => {
  it('tells work without a file from files', () => {
    const at = { openedAt: 0, present: true, name: 'x', folder: '/f' };
    const { untitled, files } = splitRecent([
      { ...at, path: '/s/journals/untitled-a1.jsonl' },
      { ...at, path: '/p/a.tributary.json' },
    ]);
    expect(untitled.map((file) => file.path)).toEqual(['/s/journals/untitled-a1.jsonl']);
    expect(files.map((file) => file.path)).toEqual(['/p/a.tributary.json']);
  });
});

describe('a pipeline that was dropped', () => {
  const from = {
    ...emptyDocument,
    name: 'Harbour',
    description: 'Boats.',
    nodes: ['a', 'b', 'c'].map((id) => ({ id, type: 'x.y', version: 1, params: {}, position: { x: 0, y: 0 } })),
    wires: [
      { from: 'a.o', to: 'b.i' },
      { from: 'b.o', to: 'c.i' },
    ],
    notes: [{ id: 'n', text: 'hello', position: { x: 0, y: 0 } }],
    inputs: { first: { node: 'a' }, second: { node: 'b' } },
    outputs: { out: { node: 'c' } },
    files: [{ path: 'models/a.onnx', sha256: 'f'.repeat(64) }],
  };

  it('becomes the same document, in the same order, as one step that can be undone', () => {
    const changes = contentsOf(emptyDocument, from);
    expect(applyChanges(emptyDocument, changes)).toEqual(from);
    const edited = doEdit({ document: emptyDocument, history: emptyHistory }, { label: 'open', changes });
    const { description, ...undone } = undoEdit(edited).document;
    expect(undone).toEqual(emptyDocument);
    expect(description).toBeUndefined();
  });
});
