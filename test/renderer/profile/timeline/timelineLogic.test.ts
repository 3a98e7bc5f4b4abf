import { expect, it } from 'vitest';
import { moreReadable } from '../../../../renderer/profile/timeline/canvasLook.ts';
import { criticalLine } from '../../../../renderer/profile/timeline/criticalLine.ts';
import { laneOrder, lanesHeight, layOutLanes, rowTop } from '../../../../renderer/profile/timeline/laneLayout.ts';
import { busyShares, matchPixels } from '../../../../renderer/profile/timeline/overview.ts';
import {
  boundsOf,
  heldRange,
  parseRuns,
  rangeWords,
  runAt,
  runStartsIn,
  timeOrigin,
} from '../../../../renderer/profile/timeline/runChoice.ts';
import { spanFacts, spanSentence } from '../../../../renderer/profile/timeline/spanFacts.ts';
import { hitSpan, placeOfSpan } from '../../../../renderer/profile/timeline/spanHit.ts';
import { columnsOf, indexSpans } from '../../../../renderer/profile/timeline/spanIndex.ts';
import { matchFrom, nextMatch, searchSpans } from '../../../../renderer/profile/timeline/spanSearch.ts';
import { spansOfNode, summaryOf, visibleCount } from '../../../../renderer/profile/timeline/spanSummary.ts';
import { madeTrace, wholeRange } from './madeSpans.ts';

const trace = madeTrace([
  {
    from: 0,
    to: 10,
    spans: [
      { node: 'picture', worker: 'image', name: 'decode', from: 0.5, to: 3, task: 0 },
      { node: 'model', worker: 'lane 2', kind: 'queue', name: 'lane', from: 3, to: 4, task: 1 },
      { node: 'model', worker: 'lane 2', kind: 'copy', name: 'to lane', from: 4, to: 4.2, task: 1 },
      { node: 'model', worker: 'lane 2', name: 'session.run', from: 4.2, to: 9, task: 1 },
      { node: 'topk', worker: 'main', name: 'run', from: 9.1, to: 9.6, task: 2 },
    ],
  },
  { from: 12, to: 20, spans: [{ node: 'picture', worker: 'image', name: 'decode', from: 12, to: 15, task: 3 }] },
]);
const titleOf = (node: string): string => ({ picture: 'Picture', model: 'Image model', topk: 'Top-k' })[node] ?? node;
const range = wholeRange(trace);
const index = indexSpans(columnsOf(trace, range));
const boxes = layOutLanes(index, trace.names, new Set());
const view = { fromMs: 0, toMs: 10 };
const none = { median: -1, p95: -1, slowest: -1 };
const topOf = (name: string): number => boxes.find((box) => box.name === name)?.top ?? Number.NaN;

it('orders lanes: main, then by name with numbers as numbers, the scheduler last', () => {
  const order = ['scheduler', 'lane 10', 'lane 2', 'video', 'main', 'image'].sort(laneOrder);
  expect(order).toEqual(['main', 'image', 'lane 2', 'lane 10', 'video', 'scheduler']);
  expect(boxes.map((box) => box.name)).toEqual(['main', 'image', 'lane 2']);
  for (let i = 1; i < boxes.length; i++) expect(boxes[i].top).toBe(boxes[i - 1].top + boxes[i - 1].height);
  expect(lanesHeight(boxes)).toBe(boxes[2].top + boxes[2].height);
});

it('shows a few rows of a deep lane until it is opened', () => {
  const deep = madeTrace([{ from: 0, to: 10, spans: Array.from({ length: 7 }, (_, i) => ({ from: i / 10, to: 10 })) }]);
  const one = indexSpans(columnsOf(deep, wholeRange(deep)));
  const [closed] = layOutLanes(one, deep.names, new Set());
  const [opened] = layOutLanes(one, deep.names, new Set(['main']));
  expect([closed.workRows, closed.hidden, closed.canOpen]).toEqual([4, 3, true]);
  expect([opened.workRows, opened.hidden]).toEqual([7, 0]);
  expect(opened.height).toBeGreaterThan(closed.height);
  expect(rowTop(closed, 'work', 6)).toBe(rowTop(closed, 'work', 3));
  const [low] = layOutLanes(one, deep.names, new Set(), closed.height - 1);
  expect([low.workRows, low.hidden]).toEqual([2, 5]);
  expect(low.height).toBeLessThan(closed.height);
});

it('hits the span under a point, thin ones within two pixels, the longest of a crowd', () => {
  const y = topOf('lane 2') + 8;
  expect(hitSpan(boxes, view, 1000, 700, y)).toEqual({ span: 3, together: 1 });
  expect(hitSpan(boxes, view, 1000, 410, y)?.span).toBe(2);
  expect(hitSpan(boxes, view, 1000, 398.5, y)?.span).toBe(2);
  expect(hitSpan(boxes, view, 1000, 380, y)).toBeNull();
  expect(hitSpan(boxes, view, 1, 0.41, y)).toEqual({ span: 3, together: 2 });
  const lane = boxes[2];
  expect(hitSpan(boxes, view, 1000, 350, rowTop(lane, 'waits', 0) + 2)?.span).toBe(1);
  expect(hitSpan(boxes, view, 1000, 700, lanesHeight(boxes) + 5)).toBeNull();
  for (const span of [0, 1, 2, 3, 4, 5])
    expect(placeOfSpan(boxes, trace, span)?.box.lane.worker).toBe(trace.spans.worker[span]);
});

it('searches by title, id and name of the span, and steps round', () => {
  const found = searchSpans(trace, range, index, 'image mod', titleOf);
  expect([...(found?.spans ?? [])]).toEqual([1, 2, 3]);
  expect([...(searchSpans(trace, range, index, 'DECODE', titleOf)?.spans ?? [])]).toEqual([0, 5]);
  expect([...(searchSpans(trace, range, index, 'topk', titleOf)?.spans ?? [])]).toEqual([4]);
  expect(searchSpans(trace, range, index, 'no such', titleOf)?.spans).toHaveLength(0);
  expect(searchSpans(trace, range, index, '  ', titleOf)).toBeNull();
  if (found === null) throw new Error('it found nothing');
  expect(nextMatch(found, null, 1)).toBe(0);
  expect(nextMatch(found, 2, 1)).toBe(0);
  expect(nextMatch(found, 0, -1)).toBe(2);
  expect(matchFrom(found, 3.5)).toBe(1);
  expect(matchFrom(found, 100)).toBe(0);
  for (const [row, before] of found.before) {
    const count = [...row.spans].filter((span) => [1, 2, 3].includes(span)).length;
    expect(before[before.length - 1]).toBe(count);
  }
  expect([...matchPixels(found, { fromMs: 0, toMs: 20 }, 20)].flatMap((on, x) => (on ? [x] : []))).toEqual([3, 4]);
});

it('leads the critical path under the bars of its spans', () => {
  const step = (
    node: string,
    kind: 'run' | 'queue' | 'copy' | 'gap',
    worker: string,
    startMs: number,
    endMs: number,
    task: number,
  ) => ({
    node,
    kind,
    worker,
    startMs,
    endMs,
    task,
  });
  const line = criticalLine(
    [
      step('', 'gap', '', 0, 0.5, -1),
      step('picture', 'run', 'image', 0.5, 3, 0),
      step('model', 'queue', 'lane 2', 3, 4, 1),
      step('model', 'copy', 'lane 2', 4, 4.2, 1),
      step('model', 'run', 'lane 2', 4.2, 9, 1),
    ],
    trace,
    boxes,
  );
  const lane = boxes[2];
  expect(line).toEqual([
    { fromMs: 0, toMs: 0.5, y: null },
    { fromMs: 0.5, toMs: 3, y: rowTop(boxes[1], 'work', 0) + 16 },
    { fromMs: 3, toMs: 4, y: rowTop(lane, 'waits', 0) + 6 },
    { fromMs: 4, toMs: 9, y: rowTop(lane, 'work', 0) + 16 },
  ]);
});

it('knows which runs are shown, and says so', () => {
  expect(boundsOf(trace, { first: 1, last: 1 })).toEqual({ fromMs: 12, toMs: 20 });
  expect(boundsOf(trace, range)).toEqual({ fromMs: 0, toMs: 20 });
  expect(heldRange(trace, { first: -3, last: 99 })).toEqual({ first: 0, last: 1 });
  expect(heldRange(trace, { first: 1, last: 0 })).toEqual({ first: 1, last: 1 });
  expect([-1, 0, 11, 12, 50].map((ms) => runAt(trace, range, ms))).toEqual([0, 0, 0, 1, 1]);
  expect(parseRuns('271', 500)).toEqual({ first: 270, last: 270 });
  expect(parseRuns(' 200 – 260 ', 500)).toEqual({ first: 199, last: 259 });
  expect(['0', '501', '9-3', 'x', '', '3-'].map((text) => parseRuns(text, 500))).toEqual(Array(6).fill(null));
  expect(rangeWords({ first: 270, last: 270 }, 500, { ...none, median: 270 })).toBe('run 271 of 500, the median');
  expect(rangeWords({ first: 0, last: 499 }, 500, none)).toBe('all 500 runs');
  expect(rangeWords({ first: 1, last: 3 }, 500, none)).toBe('runs 2 to 4 of 500');
  expect(runStartsIn(trace, range, { fromMs: 0, toMs: 20 }, 10)).toEqual([
    { run: 0, ms: 0 },
    { run: 1, ms: 12 },
  ]);
  expect(runStartsIn(trace, range, { fromMs: 0, toMs: 20 }, 0)).toEqual([]);
  expect(timeOrigin(trace, range, { fromMs: 13, toMs: 14 }, { fromMs: 0, toMs: 20 })).toEqual({
    ms: 12,
    words: 'run 2',
  });
  expect(timeOrigin(trace, range, { fromMs: 5, toMs: 14 }, { fromMs: 0, toMs: 20 }).ms).toBe(0);
});

it('says a span and the whole picture in words', () => {
  const facts = spanFacts(trace, 3, titleOf, [{ name: 'cat.jpg' }]);
  expect(facts).toMatchObject({
    title: 'Image model',
    kind: 'run',
    run: 0,
    item: 1,
    start: '4.2 ms',
    sample: 'cat.jpg',
  });
  expect(spanSentence(facts)).toBe('Image model, session.run: running 4.8 ms on lane 2, from 4.2 ms');
  expect(spanFacts(trace, 5, titleOf, [])).toMatchObject({ run: 1, start: '0 ms', duration: '3 ms' });
  expect(visibleCount(boxes, view)).toBe(5);
  expect(summaryOf(trace, boxes, view, titleOf)).toBe(
    '10 ms in sight, 5 spans. main 5 % busy, image 25 % busy, lane 2 50 % busy. The longest span is Image model, 4.8 ms.',
  );
  expect([...spansOfNode(trace, 'model', range)]).toEqual([1, 2, 3]);
  expect([...spansOfNode(trace, 'nobody', range)]).toEqual([]);
});

it('shows how busy all was as a share of the most', () => {
  const shares = busyShares(index, { fromMs: 0, toMs: 20 }, 20);
  expect(shares[1]).toBeCloseTo(1);
  expect(shares[9]).toBeCloseTo(0.5);
  expect(shares[11]).toBe(0);
});

it('writes on a colour in the ink that is read better', () => {
  expect(moreReadable('#e3b063', ['#17181a', '#fff'])).toBe('#17181a');
  expect(moreReadable('#b8321f', ['#17181a', '#ffffff'])).toBe('#ffffff');
});
