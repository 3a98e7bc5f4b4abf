import { expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import type { NodeReport } from '../../../core/run/result.ts';
import type { BatchRow, RunSummary } from '../../../core/studio/api.ts';
import type { Preview } from '../../../core/studio/preview.ts';
import { comparedEnds, timeRows } from '../../../renderer/preview/compare/ends.ts';
import { answerNames, batchCsv, changedText, nodesText, sortedRows } from '../../../renderer/preview/runs/runWords.ts';
import { barShare, scoreDeltas } from '../../../renderer/preview/scores.ts';
import { spokenPreview } from '../../../renderer/preview/spoken.ts';

const document: PipelineDocument = {
  schemaVersion: 1,
  name: 'test',
  nodes: [
    { id: 'a', type: 'image.resize', version: 1, params: { width: 10 }, position: { x: 0, y: 0 }, label: 'Resize' },
    { id: 'out', type: 'output.image', version: 1, params: {}, position: { x: 0, y: 0 } },
  ],
  wires: [],
  groups: [],
  notes: [],
  inputs: {},
  outputs: { answer: { node: 'out' } },
  files: [],
};
function report(state: NodeReport['state'], runMs: number): NodeReport {
  return { state, stage: 0, items: 1, runMs, notes: {} };
}
function run(id: string, more: Partial<RunSummary> = {}): RunSummary {
  return {
    run: id,
    session: 's',
    phase: 'done',
    startedAt: 0,
    wallMs: 10,
    nodes: { a: report('ran', 4), out: report('cached', 0) },
    problem: null,
    warnings: [],
    ports: [
      { end: 'a.image', kind: 'image', passed: 1, times: [0], missing: null },
      { end: 'out.value', kind: 'image', passed: 1, times: [0], missing: null },
    ],
    outputs: { answer: { status: 'present', node: 'out' } },
    document,
    inputs: {},
    ...more,
  };
}

it('a run says what changed since the one before', () => {
  const wider = { ...document, nodes: [{ ...document.nodes[0], params: { width: 20 } }, document.nodes[1]] };
  expect(changedText(undefined, run('1'))).toBe('First run that is kept');
  expect(changedText(run('1'), run('2'))).toBe('Nothing changed since the run before');
  expect(changedText(run('1'), run('2', { document: wider }))).toBe('Resize: width 10 → 20');
  const inputs = Object.fromEntries(['x', 'y'].map((name) => [name, { form: 'text' as const, text: name }]));
  expect(changedText(run('1'), run('2', { document: wider, inputs }))).toBe(
    'x: input its sample → x; y: input its sample → y; and 1 more',
  );
  expect(nodesText(run('1'))).toBe('1 ran, 1 from cache');
});

it('outputs are compared before other ports, and times by how far they moved', () => {
  expect(comparedEnds(run('1'), run('2'))).toEqual([
    { end: 'out.value', title: 'answer', published: true },
    { end: 'a.image', title: 'Resize · image', published: false },
  ]);
  const slower = run('2', { nodes: { a: report('ran', 9), out: report('ran', 1) } });
  expect(timeRows(run('1'), slower)).toEqual([
    { node: 'a', title: 'Resize', left: 4, right: 9, cached: null },
    { node: 'out', title: 'out', left: null, right: 1, cached: 'left' },
  ]);
});

const rows: readonly BatchRow[] = [
  { name: 'img10.jpg', run: 'r1', wallMs: 5.123_4, problem: null, answers: { event: 'storm 0.9' } },
  { name: 'img2.jpg', run: null, wallMs: 50, problem: null, answers: { event: 'fire, 0.8', extra: '=1+1' } },
];

it('a batch is sorted as people sort', () => {
  const names = (by: string, down = false) => sortedRows(rows, { by, down }).map((row) => row.name);
  expect(names('name')).toEqual(['img2.jpg', 'img10.jpg']);
  expect(names('ms', true)).toEqual(['img2.jpg', 'img10.jpg']);
  expect(names('event')).toEqual(['img2.jpg', 'img10.jpg']);
  expect(answerNames(rows)).toEqual(['event', 'extra']);
});

it('a batch becomes CSV that no spreadsheet runs', () => {
  expect(batchCsv(rows).split('\r\n')).toEqual([
    'name,event,extra,ms,problem',
    'img10.jpg,storm 0.9,,5.123,',
    `img2.jpg,"fire, 0.8",'=1+1,50,`,
  ]);
});

it('scores of two runs stand side by side, the farthest first', () => {
  const score = (label: string, value: number, index = 0) => ({ label, value, class: index });
  expect(
    scoreDeltas([score('a', 0.9), score('b', 0.1), score('c', 0)], [score('b', 0.6), score('a', 0.4), score('d', 0)]),
  ).toEqual([
    { label: 'a', left: 0.9, right: 0.4 },
    { label: 'b', left: 0.1, right: 0.6 },
    { label: 'c', left: 0, right: null },
    { label: 'd', left: null, right: 0 },
  ]);
  const best = [score('a', 4), score('b', -8)];
  expect([barShare(4, best, 'logits'), barShare(-8, best, 'logits'), barShare(0.4, best, 'probabilities')]).toEqual([
    0.5, 0, 0.4,
  ]);
});

it('a preview has a name that says what it holds', () => {
  const at = { type: '', t: 0, index: 0 };
  const said: readonly Preview[] = [
    {
      kind: 'scores',
      ...at,
      form: 'probabilities',
      total: 2,
      best: [
        { label: 'alarm', value: 0.93, class: 0 },
        { label: 'glass', value: 0.04, class: 1 },
      ],
    },
    { kind: 'boxes', ...at, imageWidth: 9, imageHeight: 9, total: 0, boxes: [] },
    {
      kind: 'tensor',
      ...at,
      dtype: 'float32',
      shape: [1, 3],
      bytes: 12,
      statistics: { min: -1, max: 2, mean: 0, deviation: 1, nan: 1, infinite: 0, zeros: 0 },
      histogram: [],
      values: [],
      slices: 0,
      slice: 0,
    },
    { kind: 'text', ...at, text: '', length: 0 },
  ];
  expect(said.map(spokenPreview)).toEqual([
    'Scores: alarm 0.93, glass 0.04',
    'Boxes: none found',
    'Tensor: float32 [1, 3], from −1 to 2, 1 not finite',
    'Text: empty',
  ]);
});
