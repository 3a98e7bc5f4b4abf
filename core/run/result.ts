import type { Item, Json, Kind, MediaSource, Value } from '../kinds/value.ts';
import type { ProblemData } from '../problems/problem.ts';

/** What came out at one public output. */
export type PublishedOutput =
  | {
      readonly status: 'present';
      readonly kind: Kind;
      readonly sequence: 'one' | 'many';
      readonly items: readonly Item[];
    }
  /** The modality that this output needs was missing or corrupt. */
  | { readonly status: 'missing'; readonly problem: ProblemData };

export type NodeState = 'ran' | 'cached' | 'missing' | 'skipped';

/** How one node fared, over all its items. */
export interface NodeReport {
  readonly state: NodeState;
  /** Stage that it ran in; nodes fused into one pass have one stage. */
  readonly stage: number;
  readonly items: number;
  /** Sum over items of the time in the node's own code. For a fused pass, the pass's time stands at its first node. */
  readonly runMs: number;
  /** When it first worked, since the run's start; of one that did. */
  readonly fromMs?: number;
  /** What the node noted: device, lane, ... */
  readonly notes: Readonly<Record<string, Json>>;
}

/** What is kept of one output port after a run. */
export interface PortItems {
  /** `node.port` */
  readonly end: string;
  readonly kind: Kind | null;
  /** Items that passed; of a long sequence only some are kept, evenly. */
  readonly passed: number;
  /** Times in seconds of the items that are kept. */
  readonly times: readonly number[];
  readonly missing: string | null;
}

export interface RunResult {
  readonly outputs: Readonly<Record<string, PublishedOutput>>;
  readonly nodes: Readonly<Record<string, NodeReport>>;
  /** Problems that did not stop the run: a missing modality that fusion absorbed, items that found no partner. */
  readonly warnings: readonly ProblemData[];
  readonly wallMs: number;
  /** With `keep`: what is kept of every output port that ran. */
  readonly ports?: readonly PortItems[];
  /** With `brief`: each public output in a few words; `items` are then left out. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** How far a run had come that did not come to its end. A node that had not ended stands as `skipped`, with the items it did. */
export interface RunSoFar {
  readonly nodes: Readonly<Record<string, NodeReport>>;
  readonly warnings: readonly ProblemData[];
  readonly wallMs: number;
  readonly ports?: readonly PortItems[];
}

/** Happens while a run goes on. Times are milliseconds since the run started. */
export type RunEvent =
  | { readonly event: 'start'; readonly stages: number; readonly nodes: readonly string[] }
  | {
      readonly event: 'node';
      readonly node: string;
      readonly state: 'running' | NodeState;
      readonly atMs: number;
      readonly items: number;
    }
  | { readonly event: 'note'; readonly node: string; readonly name: string; readonly value: Json };

/** Whoever wants to see a run while it goes on. */
export interface Following {
  readonly onEvent: (event: RunEvent) => void;
  /** Each item of a public output as it comes; it stands in the result, too. */
  readonly onItem: (output: string, item: Item) => void;
}

/** What the user gave for the public inputs, by name. Inputs left out use the sample media that the document names. */
export type RunInputs = Readonly<Record<string, MediaSource | Value>>;
