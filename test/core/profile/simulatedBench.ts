import { checkDocument } from '../../../core/check/check.ts';
import { devices } from '../../../core/define/host.ts';
import { defineNode } from '../../../core/define/node.ts';
import { p } from '../../../core/define/param.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry } from '../../../core/define/registry.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { Bench, TrialOutcome } from '../../../core/profile/bench.ts';
import type { LoadPoint } from '../../../core/profile/load.ts';
import type { Measured, NodeProfile } from '../../../core/profile/profile.ts';
import { seededRandom } from '../../../core/profile/random.ts';
import { noStats, type Stats, statsOf } from '../../../core/profile/stats.ts';
import { fakeRegistry } from '../fake-nodes.ts';
import { pipeline } from '../pipelines.ts';
import { normal } from './machineNoise.ts';

/** A node with every knob; what it does is nothing, for it is only reckoned with. */
export const tuned = defineNode({
  type: 'fake.tuned',
  version: 1,
  title: 'Tuned',
  summary: 'A model that is reckoned with.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {
    device: p.choice(devices, { default: 'auto', doc: 'device', tune: 'device' }),
    threads: p.int({ default: 0, min: 0, max: 64, doc: 'threads', tune: 'threads' }),
    copies: p.int({ default: 0, min: 0, max: 64, doc: 'copies', tune: 'copies' }),
    batch: p.int({ default: 1, min: 1, max: 64, doc: 'batch', tune: 'batch' }),
    precision: p.choice(['full', 'reduced'], { default: 'full', doc: 'precision', tune: 'precision' }),
    lane: p.int({ default: -1, min: -1, max: 63, doc: 'lane', tune: 'lane' }),
  },
  infer: ({ inputs }) => ({ x: { ...anyType.tensor, dtype: inputs.x.dtype, shape: inputs.x.shape } }),
  run: ({ inputs }) => ({ x: inputs.x }),
  examples: [],
});
export const tunedRegistry = makeRegistry([...fakeRegistry.all(), tuned]);

/** Models one after the other. */
export function chainOf(models: number): PipelineDocument {
  const names = Array.from({ length: models }, (_, i) => `m${i}`);
  const wires = [
    ...names.map((name, i) => `${i === 0 ? 'in' : names[i - 1]}.x > ${name}.x`),
    `${names[models - 1]}.x > out.value`,
  ];
  return pipeline(
    { in: 'fake.source', ...Object.fromEntries(names.map((name) => [name, 'fake.tuned'])), out: 'fake.out' },
    wires,
  );
}

export function checkTuned(document: PipelineDocument) {
  return checkDocument(document, tunedRegistry, () => undefined);
}

/** How a model behaves: the part of its work that threads share, and how much faster the device is. */
export interface ModelCost {
  readonly ms: number;
  readonly parallel: number;
  readonly deviceSpeed: number;
}
export interface CostModel {
  readonly cores: number;
  readonly costs: Readonly<Record<string, ModelCost>>;
}

interface NodeLoad {
  /** Of a batch of so many. */
  readonly batchMs: (items: number) => number;
  readonly batch: number;
  readonly copies: number;
  readonly threads: number;
  readonly onCpu: boolean;
}

function loadOf(node: PipelineDocument['nodes'][number], { ms, parallel, deviceSpeed }: ModelCost): NodeLoad {
  const { device = 'auto', threads = 0, copies = 0, batch = 1, precision = 'full' } = node.params;
  const onCpu = device !== 'cuda';
  const used = onCpu ? Math.max(1, Number(threads)) : 1;
  const alone = onCpu ? ms * (1 - parallel + parallel / used) : ms / deviceSpeed + 0.3;
  const short = precision === 'reduced' && !onCpu ? 0.8 : 1;
  // What a run costs whatever goes through, as a part of one of a single item.
  const fixed = onCpu ? 0.1 : 0.6;
  return {
    batchMs: (items) => alone * short * (fixed + (1 - fixed) * items),
    batch: Number(batch),
    copies: Math.max(1, Number(copies)),
    threads: used,
    onCpu,
  };
}

/** Latency and throughput of so many clients without noise: asymptotic bounds (Denning and Buzen 1978), the corner rounded. */
export function reckon(document: PipelineDocument, model: CostModel, clients: number) {
  const loads = document.nodes.flatMap((node) => (model.costs[node.id] ? [loadOf(node, model.costs[node.id])] : []));
  let [latency, cpu, device, slowest] = [0.2, 0, 0, 0];
  for (const { batchMs, batch, copies, threads, onCpu } of loads) {
    const items = Math.min(batch, Math.max(1, Math.floor(clients / loads.length)));
    const each = batchMs(items) / items;
    latency += batchMs(items);
    slowest = Math.max(slowest, each / copies);
    if (onCpu) cpu += each * threads;
    else device += each;
  }
  const perRequest = Math.max(slowest, cpu / model.cores, device);
  const power = 4;
  const time = ((latency / clients) ** power + perRequest ** power) ** (1 / power);
  return { throughput: 1000 / time, latencyMs: clients * time };
}

/** Logarithmic spread of single runs: p95 is then 1.3 times the mean. */
const spread = 0.171;
export const tail = { p50: 0.985, p90: 1.227, p95: 1.305, p99: 1.466 };

function statsAround(mean: number, count: number, noise: () => number): Stats {
  const at = (factor: number): number => mean * factor * Math.exp(noise() / Math.sqrt(count));
  const [p50, p90, p95, p99] = [at(tail.p50), at(tail.p90), at(tail.p95), at(tail.p99)];
  return { count, mean, deviation: spread * mean, min: 0.8 * mean, p50, p90, p95, p99, max: 2 * mean };
}

export interface Simulated {
  readonly bench: Bench;
  readonly now: () => number;
  /** Settings measured so far, and trials. */
  readonly counts: { variants: number; trials: number };
}

/** A bench that reckons; time passes as it would, and every figure wavers. */
export function simulatedBench(model: CostModel, noise: number, seed: number): Simulated {
  const random = seededRandom(seed);
  const counts = { variants: 0, trials: 0 };
  let time = 0;
  const waver = (): number => noise * normal(random);
  const bench: Bench = {
    profile: () => Promise.reject(new Problem('internal', { message: 'not here', fix: 'none' })),
    load: () => Promise.reject(new Problem('internal', { message: 'not here', fix: 'none' })),
    trial: async (_, variants, settings, listeners) => {
      listeners?.signal?.throwIfAborted();
      counts.trials++;
      counts.variants += variants.length;
      const levels = settings.concurrency.length;
      // As the bench of the engine shares it out: a part for load, and a level lasts for a while at the least.
      const each = (0.6 * settings.budgetMs) / variants.length;
      const levelMs = Math.max(300, (0.4 * settings.budgetMs) / variants.length / Math.max(1, levels));
      // The machine of this trial, alike for all in it.
      const mood = Math.exp(0.015 * normal(random));
      const outcomes = variants.map(({ name, document }): TrialOutcome => {
        const alone = reckon(document, model, 1);
        const runs = Math.max(settings.minRuns, Math.min(settings.maxRuns, Math.floor(each / alone.latencyMs)));
        time += runs * alone.latencyMs;
        const wallMs = Array.from(
          { length: runs },
          () => alone.latencyMs * mood * Math.exp(spread * normal(random) - spread ** 2 / 2),
        );
        const loads = settings.concurrency.map((clients): LoadPoint => {
          time += levelMs;
          const { throughput, latencyMs } = reckon(document, model, clients);
          const count = Math.max(10, Math.floor((levelMs * throughput) / 1000));
          const wavered = (throughput / mood) * Math.exp((spread * waver()) / Math.sqrt(count));
          return {
            level: clients,
            offered: wavered,
            throughput: wavered,
            latency: statsAround((latencyMs * mood * throughput) / (wavered * mood), count, () => 0.36 * waver()),
            wait: noStats,
            failed: 0,
            saturated: false,
          };
        });
        const reduced = document.nodes.some(({ params }) => params.precision === 'reduced' && params.device === 'cuda');
        const answers = {
          identical: !reduced,
          maxDifference: reduced ? 1e-3 : 0,
          bestSame: { same: 1, of: 1 },
          words: reduced ? 'differs' : 'identical',
        };
        return { name, problem: null, wallMs, loads, answers, memoryBytes: 0 };
      });
      return outcomes;
    },
  };
  return { bench, now: () => time, counts };
}

/** What a profile of the document as it stands would say of it. */
export function reckonedProfile(document: PipelineDocument, model: CostModel): Pick<Measured, 'nodes' | 'wall'> {
  const wall = statsOf([reckon(document, model, 1).latencyMs]);
  const nodes = document.nodes.map((node): NodeProfile => {
    const run = statsOf([model.costs[node.id] ? loadOf(node, model.costs[node.id]).batchMs(1) : 0.01]);
    return {
      node: node.id,
      stage: 0,
      items: 1,
      worker: model.costs[node.id] ? 'lane 0' : 'main',
      device: model.costs[node.id] ? 'cpu' : null,
      bytesIn: 0,
      bytesOut: 0,
      criticalPercent: (100 * run.mean) / wall.mean,
      onPathPercent: 100,
      slackMs: 0,
      shared: false,
      total: run,
      run,
      copy: noStats,
      queue: noStats,
      gap: noStats,
    };
  });
  return { nodes, wall };
}
