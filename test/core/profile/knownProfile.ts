import type { PipelineDocument } from '../../../core/graph/document.ts';
import { makeProfile } from '../../../core/profile/makeProfile.ts';
import { defaultSettings, type Measured, type NodeProfile, type Profile } from '../../../core/profile/profile.ts';
import { Recorder } from '../../../core/profile/recorder.ts';
import { statsOf } from '../../../core/profile/stats.ts';
import type { Trace } from '../../../core/profile/trace.ts';
import { pipeline } from '../pipelines.ts';

/** Three nodes in a row, the middle one on a lane. */
export const knownDocument: PipelineDocument = {
  ...pipeline({ photo: 'input.image', shrink: ['image.resize', { width: 32 }], out: 'output.image' }, [
    'photo.image > shrink.image',
    'shrink.image > out.value',
  ]),
  name: 'Known "times", all of them',
};

const at = [
  { wall: 10, photo: 3, shrink: 6 },
  { wall: 12, photo: 3, shrink: 8 },
  { wall: 11, photo: 4, shrink: 6 },
];

/** Figures that can be told by heart, so that what is made of them can be checked. */
export function knownProfile(change: Partial<Profile> = {}, measured: Partial<Measured> = {}): Profile {
  const made = {
    id: '20260721-142233-123-00000001',
    label: '',
    createdAt: '2026-07-21T14:22:33.123Z',
    durationMs: 4321,
    document: knownDocument,
    device: 'auto',
    samples: [{ name: 'storm.jpg' }, { name: 'parade, 2.jpg' }],
    settings: defaultSettings,
  } as const;
  const environment = {
    os: 'Linux 6.1',
    cpu: 'A processor, 2 GHz',
    cores: 2,
    memoryBytes: 8e9,
    gpus: [],
    node: '24.1.0',
    runtime: 'ONNX Runtime 1.23.0',
    tributary: '1.2.3',
    nodeVersions: { 'input.image': 1, 'image.resize': 2, 'output.image': 1 },
    power: { source: 'mains' },
    loadBefore: null,
    container: false,
  };
  const answer = { measured: { ...knownMeasured(), ...measured }, environment, trace: new Uint8Array() };
  return { ...makeProfile(made, answer, (text) => `hash of ${text.length} characters`), ...change };
}

function knownMeasured(): Measured {
  const walls = at.map(({ wall }) => wall);
  return {
    cold: { wallMs: 100, loadMs: 70, nodes: { photo: 10, shrink: 80, out: 0 } },
    warmUp: { runs: 5, ms: 60, endedBy: 'stable' },
    runs: 3,
    stoppedBy: 'interval',
    intervalPercent: 1.5,
    wall: statsOf(walls),
    throughput: 91,
    nodes: [
      knownNode(
        'photo',
        0,
        at.map(({ photo }) => photo),
      ),
      knownNode(
        'shrink',
        1,
        at.map(({ shrink }) => shrink),
      ),
      knownNode('out', 2, [0, 0, 0]),
    ],
    stages: [
      { stage: 0, nodes: ['photo'], mode: 'item', ...knownParts([3, 3, 4]), criticalPercent: 30, bytesOut: 300 },
      { stage: 1, nodes: ['shrink'], mode: 'item', ...knownParts([6, 8, 6]), criticalPercent: 60, bytesOut: 30 },
      { stage: 2, nodes: ['out'], mode: 'item', ...knownParts([0, 0, 0]), criticalPercent: 0, bytesOut: 0 },
    ],
    remainder: statsOf([1, 1, 1]),
    attributedPercent: 91,
    wires: [{ from: 'photo.image', to: 'shrink.image', bytes: 300, items: 1 }],
    workers: [{ worker: 'main', busyPercent: 30 }],
    models: [],
    memory: {
      beforeBytes: 1e8,
      peakBytes: 2e8,
      steadyBytes: 1.5e8,
      liveBytes: 330,
      gpu: null,
      samples: [
        { atMs: 0, bytes: 1e8 },
        { atMs: 10, bytes: 2e8 },
      ],
    },
    overhead: { msPerRun: 0.01, percent: 0.1, lowPercent: -0.2, highPercent: 0.4, pairs: 20 },
    samples: [{ name: 'storm.jpg', index: 0, runs: 3, wall: statsOf(walls), slowestNode: 'shrink' }],
    series: {
      wallMs: walls,
      atMs: [0, 20, 40],
      sample: [0, 0, 1],
      nodes: { photo: [3, 3, 4], shrink: [6, 8, 6], out: [0, 0, 0] },
    },
    shown: { median: 2, p95: 1, slowest: 1 },
    warnings: [],
  };
}

function knownParts(values: readonly number[]) {
  const [total, none] = [statsOf(values), statsOf(values.map(() => 0))];
  return { total, run: total, copy: none, queue: none, gap: none };
}

function knownNode(node: string, stage: number, values: readonly number[]): NodeProfile {
  return {
    node,
    stage,
    items: 1,
    worker: node === 'shrink' ? 'lane 0' : 'main',
    device: null,
    bytesIn: 300,
    bytesOut: 30,
    criticalPercent: 50,
    onPathPercent: 100,
    slackMs: 0,
    shared: false,
    ...knownParts(values),
  };
}

/**
 * Three runs as they would be recorded. `shrink` waits 0.5 ms, then runs on a lane with a copy inside; in the second run
 * two of its spans overlap, as they do when a worker has two things in hand.
 */
export function knownTrace(): Trace {
  const recorder = new Recorder({ originMs: 1000, maxSpans: 1000 });
  at.forEach(({ wall, photo, shrink }, i) => {
    const start = 1000 + i * 20;
    const run = recorder.run(i === 2 ? 1 : 0);
    run.runBegins(start);
    const first = run.begin(0, 0, start, start + 0.25, []);
    run.span(first, 'photo', 'run', 'main', 'decode', start + 0.25, start + photo, 0);
    run.end(first, start + photo, 0, 300);
    const second = run.begin(1, 0, start + photo, start + photo + 0.5, [first]);
    run.span(second, 'shrink', 'queue', 'lane 0', 'slot', start + photo, start + photo + 0.5, 0);
    run.span(second, 'shrink', 'run', 'lane 0', 'pass', start + photo + 0.5, start + photo + shrink, 0);
    run.span(second, 'shrink', 'copy', 'lane 0', 'pixels', start + photo + 1, start + photo + 2, 300);
    if (i === 1)
      run.span(second, 'shrink', 'run', 'lane 0', 'next', start + photo + 3, start + photo + shrink + 0.5, 0);
    run.end(second, start + photo + shrink + (i === 1 ? 0.5 : 0), 300, 30);
    run.runEnds(start + wall);
  });
  return recorder.trace();
}

export function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}
