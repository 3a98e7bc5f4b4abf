import type { Measured, NodeProfile, StageProfile } from '../../core/profile/profile.ts';
import type { Stats } from '../../core/profile/stats.ts';

/** A stage, or a node of a fused one, as a row of the table. Milliseconds and bytes of one request. */
export interface StageRow {
  readonly key: string;
  readonly title: string;
  /** What a click selects. */
  readonly node: string;
  readonly nodes: readonly string[];
  /** A node inside a fused pass: its share of the pass. */
  readonly share: boolean;
  readonly worker: string;
  readonly device: string;
  readonly items: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly deviation: number;
  /** Means, so that they add up: mean = queue + copy + gap + run. */
  readonly mean: number;
  readonly queue: number;
  readonly copy: number;
  readonly gap: number;
  readonly run: number;
  readonly bytesOut: number;
  /** Percent of the mean wall time that is this on the critical path; 0 off the path. */
  readonly critical: number;
  readonly slackMs: number;
  /** Rows of the nodes in it, for a fused stage. */
  readonly inside: readonly StageRow[];
}

/** Every number of a row that the table can be sorted by. */
export const sortKeys = [
  'p50',
  'p95',
  'critical',
  'run',
  'copy',
  'queue',
  'gap',
  'mean',
  'p99',
  'deviation',
  'bytesOut',
] as const;
export type SortKey = (typeof sortKeys)[number] | 'title' | 'worker' | 'device';
export interface Sort {
  readonly by: SortKey;
  readonly descending: boolean;
}

export function stageRows(
  { stages, nodes }: Pick<Measured, 'stages' | 'nodes'>,
  titleOf: (node: string) => string,
): readonly StageRow[] {
  const byNode = new Map(nodes.map((node) => [node.node, node]));
  return stages.flatMap((stage) => {
    const inside = stage.nodes.flatMap((id) => byNode.get(id) ?? []);
    return inside.length === 0 ? [] : [stageRow(stage, inside, titleOf)];
  });
}

function stageRow(stage: StageProfile, nodes: readonly NodeProfile[], titleOf: (node: string) => string): StageRow {
  const slowest = nodes.reduce((a, b) => (b.total.mean > a.total.mean ? b : a));
  const fused = nodes.length > 1;
  return {
    ...parts(stage),
    key: `stage ${stage.stage}`,
    title: nodes.map((node) => titleOf(node.node)).join(', '),
    node: slowest.node,
    nodes: stage.nodes,
    share: false,
    worker: slowest.worker,
    device: deviceText(nodes.find((node) => node.device !== null)?.device ?? null),
    items: Math.max(...nodes.map((node) => node.items)),
    bytesOut: stage.bytesOut,
    critical: stage.criticalPercent,
    slackMs: Math.min(...nodes.map((node) => node.slackMs)),
    inside: fused ? nodes.map((node) => nodeRow(node, titleOf)) : [],
  };
}

function nodeRow(node: NodeProfile, titleOf: (node: string) => string): StageRow {
  return {
    ...parts(node),
    key: node.node,
    title: titleOf(node.node),
    node: node.node,
    nodes: [node.node],
    share: node.shared,
    worker: node.worker,
    device: deviceText(node.device),
    items: node.items,
    bytesOut: node.bytesOut,
    critical: node.criticalPercent,
    slackMs: node.slackMs,
    inside: [],
  };
}

type Numbers = 'p50' | 'p90' | 'p95' | 'p99' | 'deviation' | 'mean' | 'queue' | 'copy' | 'gap' | 'run';
function parts(of: {
  readonly total: Stats;
  readonly run: Stats;
  readonly copy: Stats;
  readonly queue: Stats;
  readonly gap: Stats;
}): Pick<StageRow, Numbers> {
  const { p50, p90, p95, p99, deviation, mean } = of.total;
  return {
    p50,
    p90,
    p95,
    p99,
    deviation,
    mean,
    queue: of.queue.mean,
    copy: of.copy.mean,
    gap: of.gap.mean,
    run: of.run.mean,
  };
}

export function sortedRows(rows: readonly StageRow[], { by, descending }: Sort): readonly StageRow[] {
  const sign = descending ? -1 : 1;
  return rows
    .map((row) => (row.inside.length === 0 ? row : { ...row, inside: sortedRows(row.inside, { by, descending }) }))
    .sort((a, b) => {
      const [one, other] = [a[by], b[by]];
      const order =
        typeof one === 'number' && typeof other === 'number' ? one - other : text(one).localeCompare(text(other));
      return order === 0 ? text(a.key).localeCompare(text(b.key)) : sign * order;
    });
}

/** What the rows come to. `critical` and `remainder` together are the wall: that is what adds up, in percent and in time. */
export interface Sums {
  readonly stages: Pick<StageRow, 'mean' | 'queue' | 'copy' | 'gap' | 'run' | 'critical'>;
  /** Wall time that belongs to no node. */
  readonly remainder: { readonly stats: Stats; readonly critical: number };
  readonly wall: Stats;
}

export function sumsOf({ remainder, wall }: Pick<Measured, 'remainder' | 'wall'>, rows: readonly StageRow[]): Sums {
  const sum = (key: 'mean' | 'queue' | 'copy' | 'gap' | 'run' | 'critical'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    stages: {
      mean: sum('mean'),
      queue: sum('queue'),
      copy: sum('copy'),
      gap: sum('gap'),
      run: sum('run'),
      critical: sum('critical'),
    },
    remainder: { stats: remainder, critical: wall.mean === 0 ? 0 : (100 * remainder.mean) / wall.mean },
    wall,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const deviceNames: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  tensorrt: 'TensorRT',
  directml: 'DirectML',
  dml: 'DirectML',
  coreml: 'CoreML',
  webgpu: 'WebGPU',
};
/** Nodes without a model run on the CPU. */
export function deviceText(device: string | null): string {
  return device === null ? 'CPU' : (deviceNames[device.toLowerCase()] ?? device);
}
