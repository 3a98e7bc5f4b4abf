import { describe, expect, it } from 'vitest';
import { attributeRun } from '../../../core/profile/attribute.ts';
import type { RunParts } from '../../../core/profile/attribution.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { Recorder, type RunRecorder } from '../../../core/profile/recorder.ts';
import { type SpanKind, spanKinds } from '../../../core/run/tracer.ts';
import { expectWhole, partsOf } from './tracedRun.ts';

type Span = readonly [kind: SpanKind, worker: string, startMs: number, endMs: number, node?: string, name?: string];

/** One task of the node `a`, ready at 0, between two times, in a run of 100 ms. */
function oneTask(
  startMs: number,
  endMs: number,
  spans: readonly Span[],
  others: (tracer: RunRecorder) => void = () => undefined,
) {
  const tracer = new Recorder({ originMs: 0, maxSpans: 1000 }).run(0);
  tracer.runBegins(0);
  const task = tracer.begin(0, 0, 0, startMs, []);
  for (const [kind, worker, from, to, node = 'a', name = kind] of spans)
    tracer.span(task, node, kind, worker, name, from, to, 0);
  tracer.end(task, endMs, 0, 0);
  others(tracer);
  tracer.runEnds(100);
  return attributeRun(tracer.alone(), 0, {
    stages: [
      { mode: 'item', nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] },
      { mode: 'item', nodes: [{ id: 'other' }] },
    ],
  });
}
const msOf = (parts: RunParts, node: string) => partsOf(parts, node).ms;

describe('the parts of a task', () => {
  it('go to the innermost span', () => {
    const parts = oneTask(10, 60, [
      ['run', 'main', 10, 50, 'a', 'call'],
      ['copy', 'main', 12, 14],
      ['run', 'lane 0', 20, 40],
      ['load', 'lane 0', 25, 30],
    ]);
    expect(msOf(parts, 'a')).toEqual({ run: 50 - 2 - 5, copy: 2, queue: 0, gap: 10, load: 5 });
    expectWhole(parts);
  });
  it('count once where spans overlap: the one that began last has it', () => {
    const parts = oneTask(0, 50, [
      ['run', 'image', 0, 30],
      ['copy', 'image', 10, 20],
      ['load', 'files', 15, 40],
      ['run', 'image', 0, 30],
    ]);
    expect(msOf(parts, 'a')).toEqual({ run: 10 + 10, copy: 5, queue: 0, gap: 0, load: 25 });
  });
  it('end with the task, whatever spans say', () => {
    const parts = oneTask(0, 20, [
      ['copy', 'lane 0', -5, 5],
      ['load', 'lane 0', 15, 35],
    ]);
    expect(msOf(parts, 'a')).toEqual({ run: 10, copy: 5, queue: 0, gap: 0, load: 5 });
  });
  it('are what is known of a wait, and a gap where nothing is', () => {
    const parts = oneTask(10, 20, [['queue', 'main', 0, 6, 'a', 'slot']]);
    expect(msOf(parts, 'a')).toEqual({ run: 10, copy: 0, queue: 6, gap: 4, load: 0 });
  });
  it('are a queue where a hop between threads met a main thread that was held', () => {
    const spans: readonly Span[] = [
      ['run', 'lane 0', 0, 10],
      ['gap', 'main', 10, 16],
    ];
    const held = oneTask(0, 16, spans, (tracer) => {
      const other = tracer.begin(1, 0, 0, 8, []);
      tracer.span(other, 'other', 'run', 'main', 'call', 8, 14, 0);
      tracer.end(other, 14, 0, 0);
    });
    expect(msOf(held, 'a')).toEqual({ run: 10, copy: 0, queue: 4, gap: 2, load: 0 });
    expect(msOf(oneTask(0, 16, spans), 'a')).toEqual({ run: 10, copy: 0, queue: 0, gap: 6, load: 0 });
  });
  it('of a chain go to each node by its spans, and what follows a span to the node of it', () => {
    const parts = oneTask(0, 30, [
      ['run', 'main', 0, 5, 'a', 'call'],
      ['run', 'main', 5, 8, 'b', 'call'],
      ['run', 'lane 0', 10, 20, 'b'],
      ['run', 'main', 25, 28, 'c', 'call'],
    ]);
    expect(['a', 'b', 'c'].map((node) => msOf(parts, node).run)).toEqual([5, 20, 5]);
    expectWhole(parts);
  });

  it('add up to its time from ready to end, for any spans', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = seededRandom(seed);
      const startMs = random() * 30;
      const endMs = startMs + random() * 60;
      const spans = Array.from({ length: Math.floor(random() * 25) }, (): Span => {
        const from = random() * 100 - 5;
        const kind = spanKinds[Math.floor(random() * spanKinds.length)];
        const worker = ['main', 'image', 'lane 0'][Math.floor(random() * 3)];
        return [kind, worker, from, from + random() * 40, ['a', 'b', 'c'][Math.floor(random() * 3)]];
      });
      const parts = oneTask(startMs, endMs, spans);
      const sum = parts.nodes.flatMap((node) => Object.values(node.ms)).reduce((total, ms) => total + ms, 0);
      expect(sum).toBeCloseTo(endMs, 9);
      expectWhole(parts);
    }
  });
});

describe('a run of any shape', () => {
  it('has a path without a hole, which with the remainder is all of it', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = seededRandom(seed);
      const stages = 1 + Math.floor(random() * 5);
      const tracer = new Recorder({ originMs: 3, maxSpans: 10_000 }).run(0);
      tracer.runBegins(3);
      let last = 3;
      const ends: number[] = [];
      for (let task = 0; task < Math.floor(random() * 40); task++) {
        const after = ends.flatMap((_, other) => (random() < 2 / (task + 1) ? [other] : []));
        const ready = Math.max(3 + random() * 5, ...after.map((other) => ends[other]));
        last = Math.max(last, ready) + random();
        const end = last + random() * 10;
        const stage = Math.floor(random() * stages);
        expect(tracer.begin(stage, task, ready, last, after)).toBe(task);
        if (random() < 0.3) tracer.span(task, `n${stage}`, 'queue', 'main', 'slot', ready, last, 0);
        if (random() < 0.7) tracer.span(task, `n${stage}`, 'run', 'main', 'call', last, (last + end) / 2, 0);
        if (random() < 0.9) tracer.end(task, end, 1, 1);
        ends.push(end);
      }
      tracer.runEnds(Math.max(last, ...ends) + 1);
      const parts = attributeRun(tracer.alone(), 0, {
        stages: Array.from({ length: stages }, (_, i) => ({
          mode: random() < 0.5 ? ('item' as const) : ('stream' as const),
          nodes: [{ id: `n${i}` }],
        })),
      });
      expectWhole(parts);
      for (const node of parts.nodes) expect(node.slackMs).toBeGreaterThanOrEqual(0);
    }
  });
});
