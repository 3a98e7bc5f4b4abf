import type { Device } from '../define/host.ts';
import type { PipelineDocument } from '../graph/document.ts';
import type { SpanKind } from '../run/tracer.ts';
import type { Advice } from './advice.ts';
import type { Environment } from './environment.ts';
import type { LoadResult } from './load.ts';
import type { SearchResult } from './search.ts';
import type { Stats } from './stats.ts';

export const profileVersion = 1;

export interface ProfileSettings {
  /** Runs go on until the 95 % confidence interval of the median is within this of it on either side, in percent. */
  readonly intervalPercent: number;
  /** Or until this is spent, cold start not counted. */
  readonly budgetMs: number;
  readonly minRuns: number;
  readonly maxRuns: number;
  /** Look inside the models with the runtime's own profiler, afterwards. */
  readonly operators: boolean;
  /** Spans kept in the trace at most. */
  readonly traceSpans: number;
}
export const defaultSettings: ProfileSettings = {
  intervalPercent: 2,
  budgetMs: 20_000,
  minRuns: 30,
  maxRuns: 5000,
  operators: true,
  traceSpans: 2_000_000,
};

/** A profile as it is kept beside the pipeline: what was run, on what, and everything that was measured. */
export interface Profile {
  readonly profileVersion: number;
  readonly id: string;
  /** Given by a person; empty until then. */
  readonly label: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly durationMs: number;
  readonly document: PipelineDocument;
  /** Of what the document runs: places and labels of nodes, groups and notes do not count. */
  readonly documentHash: string;
  readonly device: Device;
  readonly samples: readonly { readonly name: string }[];
  readonly settings: ProfileSettings;
  readonly environment: Environment;
  readonly measured: Measured;
  readonly load: readonly LoadResult[];
  readonly advice: readonly Advice[];
  readonly search: readonly SearchResult[];
}

/** What the engine measured of a document in one go. */
export interface Measured {
  readonly cold: Cold;
  readonly warmUp: WarmUp;
  readonly runs: number;
  readonly stoppedBy: 'interval' | 'budget' | 'count' | 'cancelled';
  /** Half the width of the 95 % confidence interval of the median, in percent of it. */
  readonly intervalPercent: number;
  /** End to end. */
  readonly wall: Stats;
  /** Requests a second, one after the other. */
  readonly throughput: number;
  readonly nodes: readonly NodeProfile[];
  readonly stages: readonly StageProfile[];
  /** Wall time that belongs to no node. */
  readonly remainder: Stats;
  /** Sum over the critical path that is attributed to nodes, in percent of the wall time (mean over runs). */
  readonly attributedPercent: number;
  readonly wires: readonly WireProfile[];
  readonly workers: readonly { readonly worker: string; readonly busyPercent: number }[];
  readonly models: readonly ModelProfile[];
  readonly memory: MemoryProfile;
  readonly overhead: Overhead;
  /** One row per sample, slowest first. */
  readonly samples: readonly SampleProfile[];
  readonly series: Series;
  /** Runs to look at in the trace: index into the trace's runs; -1 when the trace does not hold it. */
  readonly shown: { readonly median: number; readonly p95: number; readonly slowest: number };
  readonly warnings: readonly string[];
}

/** The first run after everything was closed: models opened, caches of the system as they were. */
export interface Cold {
  readonly wallMs: number;
  /** Of it, opening models. */
  readonly loadMs: number;
  /** Node → milliseconds of its first run, loading included. */
  readonly nodes: Readonly<Record<string, number>>;
}

export interface WarmUp {
  readonly runs: number;
  readonly ms: number;
  /** `stable`: the test passed; `budget`: it never did, and figures may drift. */
  readonly endedBy: 'stable' | 'budget';
}

export interface Parts {
  readonly total: Stats;
  readonly run: Stats;
  readonly copy: Stats;
  readonly queue: Stats;
  readonly gap: Stats;
}

/** Per request, over all items of it. */
export interface NodeProfile extends Parts {
  readonly node: string;
  readonly stage: number;
  /** Items per request, mean. */
  readonly items: number;
  /** Where most of its time was spent. */
  readonly worker: string;
  /** The device that really ran its model; null for nodes without one. */
  readonly device: string | null;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Percent of the mean wall time that is this node on the critical path. */
  readonly criticalPercent: number;
  /** Percent of runs in which it is on the critical path. */
  readonly onPathPercent: number;
  /** Median over runs. */
  readonly slackMs: number;
  /** For a node inside a fused pass: its share of the pass was found by running the pass up to it and no further. */
  readonly shared: boolean;
}

export interface StageProfile extends Parts {
  readonly stage: number;
  readonly nodes: readonly string[];
  /** Whether it works item by item or pulls for itself, as the plan had it. */
  readonly mode: 'item' | 'stream';
  readonly criticalPercent: number;
  /** Bytes of tensors, pictures and sound that it gives per request. */
  readonly bytesOut: number;
}

export interface WireProfile {
  /** Both `node.port`. */
  readonly from: string;
  readonly to: string;
  /** Per request, mean. */
  readonly bytes: number;
  readonly items: number;
}

export interface ModelProfile {
  readonly node: string;
  readonly file: string;
  readonly asked: Device;
  readonly device: string;
  readonly lane: number;
  readonly threads: number;
  /** One run with the runtime's profiler, and the same without it: what looking costs. */
  readonly profiledRunMs: number;
  readonly runMs: number;
  /** Sum of the operators' kernels. */
  readonly kernelMs: number;
  /** Every operator type, costliest first. */
  readonly kernels: readonly {
    readonly op: string;
    readonly provider: string;
    readonly count: number;
    readonly ms: number;
  }[];
  /** Single operators of the graph as the runtime ran it, costliest first. */
  readonly layers: readonly LayerTime[];
  /** Those that ran on the CPU although a device was asked for, by name, and what moving their tensors cost. */
  readonly fellBack: readonly {
    readonly layer: string;
    readonly op: string;
    readonly ms: number;
    readonly copyMs: number;
  }[];
}
export interface LayerTime {
  readonly name: string;
  readonly op: string;
  readonly provider: string;
  readonly ms: number;
  readonly inputs: string;
  readonly outputs: string;
  readonly bytesOut: number;
}

export interface MemoryProfile {
  /** Resident bytes of the engine process. */
  readonly beforeBytes: number;
  readonly peakBytes: number;
  /** Median of the second half of the measured runs. */
  readonly steadyBytes: number;
  /** Bytes of values alive at once inside a run, at the most (from the trace). */
  readonly liveBytes: number;
  /** Null where no tool tells. */
  readonly gpu: {
    readonly tool: string;
    readonly peakBytes: number;
    readonly steadyBytes: number;
    readonly utilisationPercent: number;
    readonly temperatureC: number | null;
  } | null;
  /** Evenly thinned to a few hundred points. */
  readonly samples: readonly { readonly atMs: number; readonly bytes: number; readonly gpuBytes?: number }[];
}

/** What measuring costs, found by runs with and without it in turn. */
export interface Overhead {
  readonly msPerRun: number;
  readonly percent: number;
  /** 95 % interval of the percentage. */
  readonly lowPercent: number;
  readonly highPercent: number;
  readonly pairs: number;
}

export interface SampleProfile {
  readonly name: string;
  readonly index: number;
  readonly runs: number;
  readonly wall: Stats;
  /** The node that costs most on this sample. */
  readonly slowestNode: string;
  /** Set when it could not be run; the others were. */
  readonly problem?: string;
}

/** Every measured run, so that profiles can be compared by more than two numbers. */
export interface Series {
  readonly wallMs: readonly number[];
  /** When it began, since the profile began. */
  readonly atMs: readonly number[];
  readonly sample: readonly number[];
  /** Node → milliseconds of `run`, `copy`, `queue` and `gap` together. */
  readonly nodes: Readonly<Record<string, readonly number[]>>;
}

export interface ProfileSummary {
  readonly id: string;
  readonly label: string;
  readonly createdAt: string;
  readonly documentHash: string;
  readonly device: Device;
  readonly runs: number;
  readonly p50: number;
  readonly p95: number;
  readonly cpu: string;
  readonly bytes: number;
}

/** A part of the wall time, for tables that must add up. */
export type PartName = Exclude<SpanKind, 'load'>;
