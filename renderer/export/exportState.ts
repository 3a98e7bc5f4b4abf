import { create } from 'zustand';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { Exported, ExportPlanView, ExportTargetView } from '../../core/studio/exportingCalls.ts';

export type OptionValue = string | number | boolean | readonly string[];

/** Whether a target can be made, and what stands in the way or should be known. */
export interface Standing {
  readonly how: 'ok' | 'warning' | 'error';
  readonly words: string | null;
}

/** What the Export screen knows. */
export interface ExportState {
  /** The session that all below belongs to. */
  readonly session: string | null;
  /** null until asked for. */
  readonly targets: readonly ExportTargetView[] | null;
  readonly target: string;
  /** By target; only what differs from the defaults. */
  readonly options: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
  readonly release: string;
  /** The job that prepared, and the document that it prepared of. */
  readonly prepared: { readonly job: string; readonly document: unknown } | null;
  /** The document of the preparation that is under way. */
  readonly preparing: unknown;
  /** Of `planOf` with its options; the one before stays in sight until the next is there. */
  readonly plan: ExportPlanView | null;
  readonly planOf: string;
  readonly planning: boolean;
  readonly planProblem: ProblemData | null;
  /** By target: whether it can be made, for the list. */
  readonly standing: Readonly<Record<string, Standing>>;
  readonly file: string | null;
  readonly shown: { readonly path: string; readonly text: string | null; readonly bytes: number } | null;
  readonly closed: ReadonlySet<string>;
  /** Absolute; empty until it is proposed. */
  readonly output: string;
  /** What a person wrote goes before what is proposed. */
  readonly chosen: boolean;
  readonly exported: (Exported & { readonly target: string; readonly at: number }) | null;
}

const nothing: ExportState = {
  session: null,
  targets: null,
  target: 'container',
  options: {},
  release: '',
  prepared: null,
  preparing: null,
  plan: null,
  planOf: '',
  planning: false,
  planProblem: null,
  standing: {},
  file: null,
  shown: null,
  closed: new Set(['LICENSES', 'golden']),
  output: '',
  chosen: false,
  exported: null,
};

export const useExport = create<ExportState>()(() => nothing);

export function toExport(): ExportState {
  return useExport.getState();
}
export function setExport(part: Partial<ExportState>): void {
  useExport.setState(part);
}
export function resetExport(session: string): void {
  useExport.setState({ ...nothing, session, targets: toExport().targets });
}
