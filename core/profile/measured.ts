import type { Plan } from '../plan/plan.ts';
import type { NodeParts, RunParts } from './attribution.ts';
import type { FusedShares } from './pieces.ts';
import type { Measured, NodeProfile, PartName, Parts, SampleProfile, Series, StageProfile } from './profile.ts';
import { noStats, type Stats, statsOf } from './stats.ts';
import type { WorkerTimes } from './workers.ts';

const parts = ['run', 'copy', 'queue', 'gap'] as const satisfies readonly PartName[];

/** One node in one run, as numbers that can be kept by the thousand. */
interface NodeRow {
  readonly total: number[];
  readonly part: Readonly<Record<PartName, number[]>>;
  readonly items: number[];
  readonly bytesIn: number[];
  readonly bytesOut: number[];
  readonly critical: number[];
  readonly slack: number[];
  readonly workers: Map<string, number>;
}

interface RunRow {
  readonly sample: number;
  readonly atMs: number;
  readonly wallMs: number;
  readonly remainderMs: number;
  /** Index in the trace; -1 when it had no room. */
  readonly index: number;
  readonly slowest: string;
}

/** Gathers what measured runs were made of, run by run, and sums it up in the end. */
export class Gathered {
  readonly #plan: Plan;
  readonly #shares: FusedShares;
  readonly #runs: RunRow[] = [];
  readonly #rows = new Map<string, NodeRow>();
  readonly #busy = new Map<string, number>();

  /** `shares`: those that attribution was given. */
  constructor(plan: Plan, shares: FusedShares) {
    this.#plan = plan;
    this.#shares = shares;
    for (const stage of plan.stages) for (const node of stage.nodes) this.#rows.set(node.id, emptyRow());
  }

  add(sample: number, index: number, atMs: number, run: RunParts, { busyMs, ofNodes }: WorkerTimes): void {
    const known = new Map(run.nodes.map((node) => [node.node, node]));
    let slowest = '';
    let most = -1;
    for (const [id, row] of this.#rows) {
      const node = known.get(id);
      const total = note(row, node, run.wallMs);
      if (total > most) {
        most = total;
        slowest = id;
      }
      for (const [worker, ms] of ofNodes.get(id) ?? []) row.workers.set(worker, (row.workers.get(worker) ?? 0) + ms);
    }
    for (const [worker, ms] of busyMs) this.#busy.set(worker, (this.#busy.get(worker) ?? 0) + ms);
    this.#runs.push({ sample, atMs, wallMs: run.wallMs, remainderMs: run.remainderMs, index, slowest });
  }

  count(): number {
    return this.#runs.length;
  }

  /** `devices`: node → the device that really ran its model. */
  nodes(devices: ReadonlyMap<string, string>): readonly NodeProfile[] {
    const wall = sum(this.#runs.map((run) => run.wallMs));
    return this.#plan.stages.flatMap((stage) => {
      const inPass = this.#shares.get(stage.index)?.length ?? 0;
      return stage.nodes.map(({ id }, place): NodeProfile => {
        const row = this.#rows.get(id) ?? emptyRow();
        return {
          node: id,
          stage: stage.index,
          ...partsOf(row),
          items: mean(row.items),
          worker: busiest(row.workers),
          device: devices.get(id) ?? null,
          bytesIn: mean(row.bytesIn),
          bytesOut: mean(row.bytesOut),
          criticalPercent: wall > 0 ? (100 * sum(row.critical)) / wall : 0,
          onPathPercent: mean(row.critical.map((ms) => (ms > 0 ? 100 : 0))),
          slackMs: statsOf(row.slack).p50,
          shared: place < inPass,
        };
      });
    });
  }

  stages(): readonly StageProfile[] {
    const wall = sum(this.#runs.map((run) => run.wallMs));
    return this.#plan.stages.map((stage) => {
      const rows = stage.nodes.flatMap(({ id }) => this.#rows.get(id) ?? []);
      return {
        stage: stage.index,
        nodes: stage.nodes.map(({ id }) => id),
        mode: stage.mode,
        ...partsOf(added(rows)),
        criticalPercent: wall > 0 ? (100 * sum(rows.flatMap((row) => row.critical))) / wall : 0,
        bytesOut: mean(rows.at(-1)?.bytesOut ?? []),
      };
    });
  }

  /** Where the runs stand in the trace, in their order; those that it had no room for are left out. */
  inTrace(): readonly number[] {
    return this.#runs.flatMap(({ index }) => (index < 0 ? [] : [index]));
  }

  ofRuns(): Pick<Measured, 'runs' | 'wall' | 'throughput' | 'remainder' | 'attributedPercent' | 'workers' | 'shown'> {
    const walls = this.#runs.map((run) => run.wallMs);
    const wall = statsOf(walls);
    const attributed = this.#runs.map(({ wallMs, remainderMs }) => (wallMs > 0 ? 1 - remainderMs / wallMs : 1));
    const whole = sum(walls);
    return {
      runs: this.#runs.length,
      wall,
      throughput: wall.mean > 0 ? 1000 / wall.mean : 0,
      remainder: statsOf(this.#runs.map((run) => run.remainderMs)),
      attributedPercent: 100 * mean(attributed),
      workers: [...this.#busy]
        .map(([worker, ms]) => ({ worker, busyPercent: whole > 0 ? Math.min(100, (100 * ms) / whole) : 0 }))
        .sort((a, b) => b.busyPercent - a.busyPercent),
      shown: { median: this.#nearest(wall.p50), p95: this.#nearest(wall.p95), slowest: this.#slowest(wall.max) },
    };
  }

  /** Slowest first; those that could not be run last. */
  samples(names: readonly string[], problems: ReadonlyMap<number, string>): readonly SampleProfile[] {
    const rows = names.map((name, index): SampleProfile => {
      const own = this.#runs.filter((run) => run.sample === index);
      const problem = problems.get(index);
      return {
        name,
        index,
        runs: own.length,
        wall: own.length === 0 ? noStats : statsOf(own.map((run) => run.wallMs)),
        slowestNode: mostFrequent(own.map((run) => run.slowest)),
        ...(problem === undefined ? {} : { problem }),
      };
    });
    return rows.sort((a, b) => b.wall.p50 - a.wall.p50);
  }

  series(): Series {
    return {
      wallMs: this.#runs.map((run) => short(run.wallMs)),
      atMs: this.#runs.map((run) => short(run.atMs)),
      sample: this.#runs.map((run) => run.sample),
      nodes: Object.fromEntries([...this.#rows].map(([id, row]) => [id, row.total.map(short)])),
    };
  }

  /** Of the runs that the trace holds, the one whose time is nearest. */
  #nearest(ms: number): number {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const { index, wallMs } of this.#runs) {
      if (index < 0 || Math.abs(wallMs - ms) >= least) continue;
      least = Math.abs(wallMs - ms);
      best = index;
    }
    return best;
  }

  #slowest(ms: number): number {
    return this.#runs.find((run) => run.wallMs === ms)?.index ?? -1;
  }
}

function emptyRow(): NodeRow {
  return {
    total: [],
    part: { run: [], copy: [], queue: [], gap: [] },
    items: [],
    bytesIn: [],
    bytesOut: [],
    critical: [],
    slack: [],
    workers: new Map(),
  };
}

/** Adds a run to a node's row; a node that did not run in it took no time, and could have taken all. Returns its time. */
function note(row: NodeRow, node: NodeParts | undefined, wallMs: number): number {
  let total = 0;
  for (const part of parts) {
    const ms = node?.ms[part] ?? 0;
    row.part[part].push(ms);
    total += ms;
  }
  row.total.push(total);
  row.items.push(node?.items ?? 0);
  row.bytesIn.push(node?.bytesIn ?? 0);
  row.bytesOut.push(node?.bytesOut ?? 0);
  row.critical.push(node?.criticalMs ?? 0);
  row.slack.push(node?.slackMs ?? wallMs);
  return total;
}

function partsOf(row: Pick<NodeRow, 'total' | 'part'>): Parts {
  const of = (part: PartName): Stats => statsOf(row.part[part]);
  return { total: statsOf(row.total), run: of('run'), copy: of('copy'), queue: of('queue'), gap: of('gap') };
}

function added(rows: readonly NodeRow[]): Pick<NodeRow, 'total' | 'part'> {
  const total = (pick: (row: NodeRow) => readonly number[]): number[] =>
    (rows[0] === undefined ? [] : pick(rows[0])).map((_, run) => sum(rows.map((row) => pick(row)[run])));
  return {
    total: total((row) => row.total),
    part: {
      run: total((row) => row.part.run),
      copy: total((row) => row.part.copy),
      queue: total((row) => row.part.queue),
      gap: total((row) => row.part.gap),
    },
  };
}

function busiest(workers: ReadonlyMap<string, number>): string {
  const [first] = [...workers].sort(([, a], [, b]) => b - a);
  return first?.[0] ?? 'main';
}

function mostFrequent(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return busiest(counts.size === 0 ? new Map([['', 1]]) : counts);
}

/** To a tenth of a microsecond, which is more than a clock tells: a stored profile is a third as long for it. */
function short(ms: number): number {
  return Math.round(ms * 1e4) / 1e4;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
