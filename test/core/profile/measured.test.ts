import { describe, expect, it } from 'vitest';
import { planRun } from '../../../core/plan/plan.ts';
import type { NodeParts, RunParts } from '../../../core/profile/attribution.ts';
import type { Environment } from '../../../core/profile/environment.ts';
import { Gathered } from '../../../core/profile/measured.ts';
import { defaultSettings, type Measured } from '../../../core/profile/profile.ts';
import { noStats, statsOf } from '../../../core/profile/stats.ts';
import { driftOf, warningsOf } from '../../../core/profile/warnings.ts';
import type { WorkerTimes } from '../../../core/profile/workers.ts';
import { check, pipeline } from '../pipelines.ts';

const plan = planRun(
  check(pipeline({ a: 'fake.source', b: 'fake.add', out: 'fake.out' }, ['a.x > b.x', 'b.x > out.value'])),
);

function node(id: string, stage: number, run: number, rest: Partial<NodeParts> = {}): NodeParts {
  return {
    node: id,
    stage,
    items: 1,
    ms: { run, copy: 0.5, queue: 0.25, gap: 0.25, load: 0 },
    bytesIn: 4,
    bytesOut: 8,
    criticalMs: run + 1,
    slackMs: 0,
    ...rest,
  };
}

/** a run of `a` and `b`, 1 ms of which is nobody's. */
function runOf(a: number, b: number): RunParts {
  const nodes = [node('a', 0, a), node('b', 1, b, { items: 3, criticalMs: 0, slackMs: 2 })];
  return { wallMs: a + 2, nodes, path: [], remainderMs: 1 };
}

const busy: WorkerTimes = {
  busyMs: new Map([
    ['main', 1],
    ['lane 0', 2],
  ]),
  ofNodes: new Map([
    [
      'b',
      new Map([
        ['main', 0.5],
        ['lane 0', 2],
      ]),
    ],
  ]),
};

function gathered(): Gathered {
  const all = new Gathered(plan, new Map([[0, [1]]]));
  all.add(0, 0, 10, runOf(8, 1), busy);
  all.add(1, -1, 20, runOf(18, 1), busy);
  all.add(0, 1, 30, runOf(10, 30), busy);
  return all;
}

describe('what was measured, summed up', () => {
  it('gives each node statistics of its parts, which add up to its total', () => {
    const [a, b, out] = gathered().nodes(new Map([['b', 'cuda']]));
    expect(a.total).toEqual(statsOf([9, 19, 11]));
    for (const part of [a, b])
      expect(part.run.mean + part.copy.mean + part.queue.mean + part.gap.mean).toBe(part.total.mean);
    expect(a).toMatchObject({
      node: 'a',
      stage: 0,
      items: 1,
      device: null,
      bytesIn: 4,
      bytesOut: 8,
      shared: true,
      slackMs: 0,
    });
    expect(a.criticalPercent).toBeCloseTo((100 * (9 + 19 + 11)) / (10 + 20 + 12), 9);
    expect(a.onPathPercent).toBe(100);
    expect(b).toMatchObject({
      items: 3,
      worker: 'lane 0',
      device: 'cuda',
      criticalPercent: 0,
      onPathPercent: 0,
      slackMs: 2,
      shared: false,
    });
    // It did nothing in any run, so it may take as long as the run.
    expect(out.total).toEqual(statsOf([0, 0, 0]));
    expect(out.slackMs).toBe(12);
  });

  it('sums stages over their nodes, run by run', () => {
    const stages = gathered().stages();
    expect(stages.map(({ nodes }) => nodes)).toEqual([['a'], ['b'], ['out']]);
    expect(stages[0].total).toEqual(statsOf([9, 19, 11]));
    expect(stages[1].run).toEqual(statsOf([1, 1, 30]));
    expect(stages[1].bytesOut).toBe(8);
  });

  it('tells of runs, workers, and which to look at: the slowest was not kept', () => {
    const all = gathered().ofRuns();
    expect(all.wall).toEqual(statsOf([10, 20, 12]));
    expect(all.throughput).toBeCloseTo(1000 / 14, 9);
    expect(all.remainder.p50).toBe(1);
    expect(all.attributedPercent).toBeCloseTo((100 * (0.9 + 0.95 + 11 / 12)) / 3, 9);
    expect(all.workers).toEqual([
      { worker: 'lane 0', busyPercent: (100 * 6) / 42 },
      { worker: 'main', busyPercent: (100 * 3) / 42 },
    ]);
    expect(all.shown).toEqual({ median: 1, p95: 1, slowest: -1 });
  });

  it('puts the slowest sample first, with the node that costs most there; one without a run last', () => {
    const rows = gathered().samples(['small', 'large', 'broken'], new Map([[2, 'it is broken']]));
    expect(rows.map(({ name, index, runs, slowestNode }) => [name, index, runs, slowestNode])).toEqual([
      ['large', 1, 1, 'a'],
      ['small', 0, 2, 'a'],
      ['broken', 2, 0, ''],
    ]);
    expect(rows[2]).toMatchObject({ problem: 'it is broken', wall: noStats });
  });

  it('keeps every run, short enough to be stored', () => {
    const all = new Gathered(plan, new Map());
    all.add(3, 0, 1.23456789, { ...runOf(1 / 3, 1), wallMs: 2 / 3 }, busy);
    expect(all.series()).toEqual({
      wallMs: [0.6667],
      atMs: [1.2346],
      sample: [3],
      nodes: { a: [1.3333], b: [2], out: [0] },
    });
  });
});

const environment: Environment = {
  os: 'Linux',
  cpu: 'a processor',
  cores: 4,
  memoryBytes: 8e9,
  gpus: [],
  node: '20',
  runtime: 'ONNX Runtime',
  tributary: '0',
  nodeVersions: {},
  power: {},
  loadBefore: 0.05,
  container: false,
};

function measured(change: Partial<Measured> = {}): Measured {
  const all = gathered();
  return {
    cold: { wallMs: 50, loadMs: 40, nodes: {} },
    warmUp: { runs: 20, ms: 200, endedBy: 'stable' },
    ...all.ofRuns(),
    runs: 300,
    stoppedBy: 'interval',
    intervalPercent: 1.5,
    nodes: [],
    stages: [],
    wires: [],
    models: [],
    memory: { beforeBytes: 1, peakBytes: 2, steadyBytes: 2, liveBytes: 1, gpu: null, samples: [] },
    overhead: { msPerRun: 0.01, percent: 0.1, lowPercent: -0.2, highPercent: 0.4, pairs: 40 },
    samples: all.samples(['small', 'large'], new Map()),
    series: all.series(),
    warnings: [],
    ...change,
  };
}
const around = { environment, settings: defaultSettings, powerAfter: {}, otherRuns: 0, dropped: 0, problems: [] };

describe('warnings', () => {
  it('are none when all is well', () => {
    expect(warningsOf(measured(), around)).toEqual([]);
  });

  it('say what makes figures doubtful', () => {
    const broken = gathered().samples(['small', 'large'], new Map([[1, 'it cannot be read']]));
    const found = warningsOf(
      measured({
        runs: 300,
        stoppedBy: 'budget',
        intervalPercent: 4.26,
        warmUp: { runs: 500, ms: 9000, endedBy: 'budget' },
        overhead: { msPerRun: 1, percent: 7.5, lowPercent: 5, highPercent: 9, pairs: 40 },
        samples: broken,
        models: [
          {
            node: 'net',
            file: 'net.onnx',
            asked: 'cuda',
            device: 'cuda',
            lane: 0,
            threads: 1,
            profiledRunMs: 8,
            runMs: 7,
            kernelMs: 2,
            kernels: [],
            layers: [],
            fellBack: [],
          },
        ],
      }),
      {
        ...around,
        environment: {
          ...environment,
          loadBefore: 0.8,
          power: { source: 'battery 40 %', governor: 'powersave', throttled: '3 times since start' },
        },
        powerAfter: { throttled: '10 times since start', speedLimit: '70 %' },
        otherRuns: 2,
        dropped: 12,
        problems: ['"other" could not be looked into: no'],
      },
    );
    const words = [
      '"large" of 2 samples could not be run: it cannot be read',
      '± 4.3 % only, not to the 2 % asked for: the budget was spent',
      'not settled after 500 runs of warm-up',
      'a load of 0.8 for each core',
      '2 runs of other pipelines',
      'runs on battery 40 %',
      'governor is "powersave"',
      'slowed down by heat 7 times',
      'at 70 % of its speed',
      'Measuring takes 7.5 % of each run',
      '"net" account for 2 of 8 ms: on cuda',
      '12 more are in the figures only',
      '"other" could not be looked into: no',
    ];
    expect(found).toHaveLength(words.length);
    for (const [place, part] of words.entries()) expect(found[place]).toContain(part);
  });

  it('say when there are few runs, rather than how wide the interval is', () => {
    const found = warningsOf(measured({ runs: 1, stoppedBy: 'budget', intervalPercent: 100 }), around);
    expect(found).toEqual(['Only 1 run fitted into the budget: percentiles say little.']);
  });

  it('tell drift from samples that take turns', () => {
    const runs = Array.from({ length: 300 }, (_, run) => run);
    const sample = runs.map((run) => run % 2);
    const even = runs.map((run) => (run % 2 === 0 ? 10 : 50));
    expect(driftOf(even, sample)).toBe(0);
    const slower = even.map((ms, run) => ms * (1 + run / 1500));
    expect(driftOf(slower, sample)).toBeGreaterThan(0.1);
    expect(driftOf(slower.slice(0, 20), sample)).toBe(0);
    const series = { wallMs: slower, atMs: runs, sample, nodes: {} };
    expect(warningsOf(measured({ series }), around)[0]).toMatch(/^Runs became 1\d % slower/);
  });
});
