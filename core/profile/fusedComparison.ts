import type { CompiledForm } from '../define/compiledForm.ts';
import type { AnswersEffect } from './advice.ts';
import type { Comparison, Difference } from './comparison.ts';

/** A pipeline node by node against its compiled form, both run in turns. */
export interface FusedComparison {
  readonly form: CompiledForm;
  /** `before` is node by node, `after` compiled. Among `nodes`: those outside any part are in both, the others in one. */
  readonly comparison: Comparison;
  readonly answers: AnswersEffect;
  /** One for each part, in order, and one for what stays outside, last. */
  readonly groups: readonly FusedGroup[];
  /** What there is to say, in plain sentences: how much faster, and where it is not, why not. */
  readonly words: readonly string[];
}

export interface FusedGroup {
  /** The part's place in `form.parts`; null: what stays outside. */
  readonly part: number | null;
  /** Nodes of the pipeline whose work it is. */
  readonly nodes: readonly string[];
  /** Milliseconds of work in a run, summed over nodes: node by node, and compiled. */
  readonly work: Difference;
  /** Milliseconds of it on the critical path, medians: what the run would be shorter by without it. */
  readonly pathMs: { readonly plain: number; readonly fused: number };
  /** Percent of the wall time that it is on the critical path, node by node. */
  readonly pathPercent: number;
  /** The same of each of its nodes. Those of one pass over a picture are told apart by equal parts. */
  readonly nodePercent: Readonly<Record<string, number>>;
}
