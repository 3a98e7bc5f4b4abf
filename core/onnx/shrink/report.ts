import type { OutputError } from './error.ts';
import type { ShrinkMethod } from './options.ts';
import type { LayerLeft } from './staticPlan.ts';

/** One layer alone shrunk, all others as they were. */
export interface LayerSensitivity {
  readonly layer: string;
  readonly operator: string;
  /** Of the model's outputs, see `OutputError`. */
  readonly relative: number;
  readonly cosine: number;
  /** What the layer takes as it is, and what shrinking it alone would save, by the runtime's profiler; null when not measured. */
  readonly ms: number | null;
  readonly savedMs: number | null;
  /** Of its weights. */
  readonly savedBytes: number;
}

/** How the mix of layers was found. */
export interface MixSearch {
  readonly maxDrop: number;
  /** Mixes that were run on the calibration data. */
  readonly tried: number;
  /** What the mix loses on the calibration data, and all layers would. */
  readonly drop: number;
  readonly dropOfAll: number;
}

/** What one method did to one model, and what that does to its answers on the tensors that reached it. */
export interface ModelShrink {
  readonly to: ShrinkMethod;
  /** One line: `static int8: 13 layers, weights of 7 bits, ...`. */
  readonly how: string;
  readonly done: readonly string[];
  readonly left: readonly LayerLeft[];
  /** Of the whole files. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Of both when packed by DEFLATE, for methods that only show then; else null. */
  readonly zippedBefore: number | null;
  readonly zippedAfter: number | null;
  /** Null when nothing was run. */
  readonly error: OutputError | null;
  /** What the worst feeds came from. */
  readonly worstSample: string | null;
  readonly calibratedOn: number;
  readonly sensitivity: readonly LayerSensitivity[];
  readonly search: MixSearch | null;
  /** What to know before using it. */
  readonly warnings: readonly string[];
}

/** A quantity before and after, measured in turns; the same fields as a profile's `Difference`. */
export interface ShrinkLatency {
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: 'faster' | 'slower' | 'same' | 'unsure';
}

/** What the pipeline as a whole answers with the shrunk models, held against what it answered before. */
export interface ShrinkAnswers {
  readonly samples: number;
  readonly identical: boolean;
  readonly maxDifference: number | null;
  readonly bestSame: { readonly same: number; readonly of: number } | null;
  readonly words: string;
  /** The sample whose answers changed most; null when none changed. */
  readonly worst: ShrinkWorst | null;
  /** How right answers are, from 0 to 1, where it was told what is true; else null. */
  readonly quality: {
    readonly what: 'mAP@0.5' | 'accuracy';
    readonly samples: number;
    readonly before: number;
    readonly after: number;
  } | null;
}

export interface ShrinkWorst {
  readonly sample: string;
  readonly words: string;
  /** Public outputs whose answers differ, in a few words each. */
  readonly answers: readonly { readonly output: string; readonly before: string; readonly after: string }[];
}

export interface ShrunkModel {
  /** Nodes of the pipeline that use the model. */
  readonly nodes: readonly string[];
  readonly from: string;
  readonly path: string;
  readonly sha256: string;
  readonly shrink: ModelShrink;
}

/** What shrinking the models of a pipeline came to. */
export interface ShrinkReport {
  readonly to: ShrinkMethod;
  readonly models: readonly ShrunkModel[];
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly answers: ShrinkAnswers;
  /** End to end; null when it was not measured. */
  readonly latency: ShrinkLatency | null;
  readonly warnings: readonly string[];
}
