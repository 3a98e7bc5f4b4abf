import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges, type Change, type Edit, invertChanges, takeChanges } from '../../../core/graph/edit.ts';
import { doEdit, type Edited, emptyHistory, redoEdit, undoEdit } from '../../../core/graph/history.ts';
import { followLine, type JournalLine, replayJournal, writeJournalLine } from '../../../core/graph/journal.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import { pipeline } from '../pipelines.ts';

const start: PipelineDocument = {
  ...pipeline({ a: 'fake.source', b: 'fake.add', c: 'fake.sink' }, ['a.x > b.x', 'b.x > c.value']),
  notes: [{ id: 'n1', text: 'grüße', position: { x: 0, y: 0 } }],
  inputs: { number: { node: 'a' } },
  outputs: { sum: { node: 'c', doc: 'all of it' } },
};

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const node = fc.record({
  id: ids,
  type: fc.constantFrom('fake.add', 'fake.sink'),
  version: fc.constant(1),
  params: fc.dictionary(fc.constantFrom('by', 'mode'), fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' }))),
  position: fc.record({ x: fc.integer(), y: fc.integer() }),
});
const wire = fc.record({ from: ids.map((id) => `${id}.x`), to: ids.map((id) => `${id}.x`) });
const note = fc.record({ id: ids, text: fc.string(), position: fc.record({ x: fc.integer(), y: fc.integer() }) });
const place = fc.nat({ max: 6 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
/** Any change at all: most name entries that are not there, or stand elsewhere than they say. */
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ in: fc.constant('nodes' as const), index: place, before: maybe(node), after: maybe(node) }),
  fc.record({ in: fc.constant('wires' as const), index: place, before: maybe(wire), after: maybe(wire) }),
  fc.record({ in: fc.constant('notes' as const), index: place, before: maybe(note), after: maybe(note) }),
  fc.record({
    in: fc.constantFrom('inputs' as const, 'outputs' as const),
    index: place,
    name: fc.constantFrom('number', 'sum', 'other', '__proto__'),
    before: maybe(fc.record({ node: ids })),
    after: maybe(fc.record({ node: ids })),
  }),
  fc.record({
    in: fc.constantFrom('name' as const, 'description' as const),
    before: maybe(fc.string()),
    after: maybe(fc.string()),
  }),
) as fc.Arbitrary<Change>;
const edit: fc.Arbitrary<Edit> = fc.record(
  { label: fc.string(), changes: fc.array(change, { maxLength: 5 }), merge: fc.constantFrom('drag', 'type') },
  { requiredKeys: ['label', 'changes'] },
);
const line: fc.Arbitrary<JournalLine> = fc.oneof(
  { weight: 5, arbitrary: edit.map((e) => ({ line: 'edit' as const, edit: e })) },
  { weight: 2, arbitrary: fc.constant({ line: 'undo' as const }) },
  { weight: 1, arbitrary: fc.constant({ line: 'redo' as const }) },
);

describe('edits', () => {
  it('taking back what was taken gives the document as it was, order included', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const taken = takeChanges(start, changes);
        expect(applyChanges(start, taken.changes)).toEqual(taken.document);
        const back = applyChanges(taken.document, invertChanges(taken.changes));
        expect(writeDocument(back)).toBe(writeDocument(start));
      }),
      { numRuns: 500 },
    );
  });

  it('undoing everything and doing it again leads back both ways, through edits that joined', () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 12 }), (edits) => {
        let state: Edited = { document: start, history: emptyHistory };
        for (const e of edits) state = doEdit(state, e);
        const end = writeDocument(state.document);
        while (state.history.at > 0) state = undoEdit(state);
        expect(writeDocument(state.document)).toBe(writeDocument(start));
        while (state.history.at < state.history.edits.length) state = redoEdit(state);
        expect(writeDocument(state.document)).toBe(end);
      }),
      { numRuns: 300 },
    );
  });

  it('a drag of a hundred steps is one step of undo and one change', () => {
    let state: Edited = { document: start, history: emptyHistory };
    for (let x = 1; x <= 100; x++) {
      const before = state.document.nodes[1];
      const after = { ...before, position: { x, y: 7 } };
      state = doEdit(state, { label: 'move', merge: 'move b', changes: [{ in: 'nodes', index: 1, before, after }] });
    }
    expect(state.history.edits).toHaveLength(1);
    expect(state.history.edits[0].changes).toHaveLength(1);
    expect(undoEdit(state).document).toEqual(start);
  });

  it('a change of an entry that is not there does nothing, and undo of it neither', () => {
    const gone = { ...start.nodes[0], id: 'gone' };
    const state = doEdit(
      { document: start, history: emptyHistory },
      { label: 'remove', changes: [{ in: 'nodes', index: 0, before: gone, after: null }] },
    );
    expect(state.document).toEqual(start);
    expect(undoEdit(state).document).toEqual(start);
  });
});

function journalOf(lines: readonly JournalLine[]): string {
  return [{ line: 'base', document: start, sha256: 'f0' } as const, ...lines].map(writeJournalLine).join('');
}

describe('the journal', () => {
  it('replays to the document and history that wrote it', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        let state: Edited = { document: start, history: emptyHistory };
        for (const l of lines) state = followLine(state, l);
        const replayed = replayJournal(journalOf(lines));
        expect(replayed?.lines).toBe(lines.length + 1);
        expect(replayed?.document).toEqual(JSON.parse(JSON.stringify(state.document)));
        expect(replayed?.history).toEqual(JSON.parse(JSON.stringify(state.history)));
      }),
      { numRuns: 200 },
    );
  });

  it('torn at every byte, it replays the whole lines before the tear (fault 19)', () => {
    const written: readonly JournalLine[] = [
      { line: 'edit', edit: { label: 'name it', changes: [{ in: 'name', before: 'test', after: 'grüße 漢字 🎈' }] } },
      {
        line: 'edit',
        edit: { label: 'cut', changes: [{ in: 'wires', index: 0, before: start.wires[0], after: null }] },
      },
      { line: 'undo' },
      { line: 'saved', sha256: 'f1' },
      { line: 'redo' },
    ];
    const bytes = new TextEncoder().encode(journalOf(written));
    const states = written.map((_, n) => replayJournal(journalOf(written.slice(0, n))));
    const whole = replayJournal(journalOf(written));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const part = bytes.subarray(0, cut);
      const replayed = replayJournal(new TextDecoder().decode(part));
      const breaks = part.reduce((n, byte) => n + (byte === 10 ? 1 : 0), 0);
      if (breaks === 0) expect(replayed).toBeNull();
      else {
        expect(replayed?.lines).toBe(breaks);
        expect(replayed).toEqual(breaks > written.length ? whole : states[breaks - 1]);
      }
    }
    expect(whole).toMatchObject({ savedSha256: 'f1', unsaved: true, lines: 6 });
    expect(states[3]).toMatchObject({ savedSha256: 'f0', unsaved: true });
  });

  it('stops at a line that is garbage, JSON or not, and never throws', () => {
    const good = journalOf([{ line: 'undo' }]);
    for (const bad of [
      'garbage\n',
      '{}\n',
      'null\n',
      '{"line":"base","document":{},"sha256":null}\n',
      '{"line":"edit","edit":{"label":"x","changes":[{"in":"nodes","index":0,"before":5,"after":null}]}}\n',
      '{"line":"edit","edit":{"label":"x","changes":[{"in":"nodes","index":-1,"before":null,"after":null}]}}\n',
      '{"line":"edit","edit":{"label":"x","changes":[{"in":"inputs","index":0,"name":"","before":null,"after":null}]}}\n',
    ]) {
      expect(replayJournal(`${good}${bad}{"line":"redo"}\n`)).toEqual(replayJournal(good));
      expect(replayJournal(bad)).toBeNull();
    }
  });

  it('replays long journals in time that grows with their length, not with its square', () => {
    const replayMs = (count: number): number => {
      const lines = Array.from({ length: count }, (_, x): JournalLine => {
        const before = x === 0 ? start.nodes[0] : { ...start.nodes[0], position: { x: x - 1, y: 0 } };
        const after = { ...start.nodes[0], position: { x, y: 0 } };
        return { line: 'edit', edit: { label: 'move', changes: [{ in: 'nodes', index: 0, before, after }] } };
      });
      const text = journalOf(lines);
      const startedAt = performance.now();
      expect(replayJournal(text)?.history.at).toBe(count);
      return performance.now() - startedAt;
    };
    replayMs(2000);
    const [short, long] = [replayMs(2000), replayMs(16_000)];
    // Eight times as long: eight times the time, or 64 times where each edit copies those before it.
    expect(long / short).toBeLessThan(32);
  });
});
