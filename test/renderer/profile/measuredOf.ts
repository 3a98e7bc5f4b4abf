import type { Measured, NodeProfile, Profile, StageProfile } from '../../../core/profile/profile.ts';
import { defaultSettings } from '../../../core/profile/profile.ts';
import { noStats, type Stats, statsOf } from '../../../core/profile/stats.ts';
import { emptyDocument } from '../../../renderer/state/state.ts';

/** Profiles as small as a test needs them. */

export function always(ms: number): Stats {
  return statsOf([ms, ms, ms]);
}

/** A node whose time is `run`, and what else is said of it. */
export function nodeOf(node: string, run: number, part: Partial<NodeProfile> = {}): NodeProfile {
  const queue = part.queue ?? noStats;
  const copy = part.copy ?? noStats;
  const gap = part.gap ?? noStats;
  return {
    node,
    stage: 0,
    items: 1,
    worker: 'main',
    device: null,
    bytesIn: 0,
    bytesOut: 0,
    criticalPercent: 0,
    onPathPercent: 0,
    slackMs: 0,
    shared: false,
    total: always(run + queue.mean + copy.mean + gap.mean),
    run: always(run),
    queue,
    copy,
    gap,
    ...part,
  };
}

export function stageOf(stage: number, nodes: readonly NodeProfile[]): StageProfile {
  const sum = (pick: (node: NodeProfile) => Stats): Stats =>
    always(nodes.reduce((total, node) => total + pick(node).mean, 0));
  return {
    stage,
    mode: 'item',
    nodes: nodes.map((node) => node.node),
    total: sum((node) => node.total),
    run: sum((node) => node.run),
    copy: sum((node) => node.copy),
    queue: sum((node) => node.queue),
    gap: sum((node) => node.gap),
    criticalPercent: nodes.reduce((total, node) => total + node.criticalPercent, 0),
    bytesOut: nodes[nodes.length - 1].bytesOut,
  };
}

/** One stage for all nodes of one `stage` number. */
export function measuredOf(nodes: readonly NodeProfile[], part: Partial<Measured> = {}): Measured {
  const numbers = [...new Set(nodes.map((node) => node.stage))];
  return {
    cold: { wallMs: 0, loadMs: 0, nodes: {} },
    warmUp: { runs: 10, ms: 100, endedBy: 'stable' },
    runs: 100,
    stoppedBy: 'interval',
    intervalPercent: 1.5,
    wall: always(10),
    throughput: 100,
    nodes,
    stages: numbers.map((stage) =>
      stageOf(
        stage,
        nodes.filter((node) => node.stage === stage),
      ),
    ),
    remainder: always(0.2),
    attributedPercent: 98,
    wires: [],
    workers: [],
    models: [],
    memory: { beforeBytes: 0, peakBytes: 0, steadyBytes: 0, liveBytes: 0, gpu: null, samples: [] },
    overhead: { msPerRun: 0, percent: 0, lowPercent: 0, highPercent: 0, pairs: 0 },
    samples: [],
    series: { wallMs: [], atMs: [], sample: [], nodes: {} },
    shown: { median: 0, p95: 0, slowest: 0 },
    warnings: [],
    ...part,
  };
}

export function profileOf(measured: Measured, part: Partial<Profile> = {}): Profile {
  return {
    profileVersion: 1,
    id: 'p',
    label: '',
    createdAt: '2026-11-21T10:00:00.000Z',
    durationMs: 1000,
    document: emptyDocument,
    documentHash: '',
    device: 'auto',
    samples: [],
    settings: defaultSettings,
    environment: {
      os: 'Linux',
      cpu: 'Intel(R) Xeon(R) CPU @ 2.20GHz',
      cores: 4,
      memoryBytes: 8e9,
      gpus: [],
      node: '20',
      runtime: '1.30',
      tributary: '0.1.0',
      nodeVersions: {},
      power: {},
      loadBefore: 0.1,
      container: false,
    },
    measured,
    load: [],
    advice: [],
    search: [],
    ...part,
  };
}
