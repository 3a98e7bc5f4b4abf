import type { PathStep } from '../../../core/profile/attribution.ts';
import type { Trace } from '../../../core/profile/trace.ts';

/** Runs of a trace, both ends shown, counted from 0. */
export interface RunRange {
  readonly first: number;
  readonly last: number;
}

export interface TimelineProps {
  readonly trace: Trace;
  /** What is shown: one run (`first === last`), some, or all of them. */
  readonly runs: RunRange;
  readonly onRuns: (runs: RunRange) => void;
  /** `Measured.shown`: runs to choose by name; -1 when the trace does not hold it. */
  readonly shown: { readonly median: number; readonly p95: number; readonly slowest: number };
  /** By their index, as the trace names them. */
  readonly samples: readonly { readonly name: string }[];
  /** What a person calls the node. */
  readonly titleOf: (node: string) => string;
  /** Heat of the node's p50, 0 to 5: the step of `--heat-0` ... `--heat-5`. */
  readonly heatOf: (node: string) => number;
  /** `RunParts.path` of a run; empty when it is not known. Asked for runs in sight only, and kept. */
  readonly pathOf: (run: number) => readonly PathStep[];
  readonly selected: string | null;
  /** A click on a span, or Tab to it. */
  readonly onSelect: (node: string | null) => void;
}
