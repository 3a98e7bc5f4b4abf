import type { Dtype } from '../kinds/dtype.ts';
import type { WireType } from '../kinds/type.ts';
import type { Json } from '../kinds/value.ts';
import type { Carried } from './carry.ts';

/** Under this key of its metadata a compiled file says what it is, as JSON. */
export const partKey = 'tributary.part';

/** What a compiled file says of itself: enough to run it as one node, and to call it from any other program. */
export interface PartFile {
  readonly version: 1;
  readonly pipeline: { readonly name: string; readonly sha256: string };
  /** From 1 on. */
  readonly part: number;
  readonly parts: number;
  /** Nodes of the pipeline whose work it does, in order, with their parameters. */
  readonly nodes: readonly PartNode[];
  /** Whether several items go through at once, along the first axis of every tensor. */
  readonly batch: boolean;
  /** Why it takes one item at a time; empty where `batch`. */
  readonly oneItemBecause: readonly string[];
  readonly inputs: readonly PartInput[];
  readonly outputs: readonly PartOutput[];
  /** Models that are in it. */
  readonly models: readonly PartModel[];
  /** What the nodes do besides, and it does not. */
  readonly leftOut: readonly string[];
  /** What the nodes' operators may differ from the nodes by, summed over them; levels of pictures as shares of white. */
  readonly tolerance: number;
}

export interface PartNode {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly params: Readonly<Record<string, Json>>;
}

export interface PartTensor {
  readonly name: string;
  readonly dtype: Dtype;
  /** What its numbers are; empty where that is the model's own matter. */
  readonly unit: string;
  /** Symbols for axes of any length. */
  readonly shape: readonly (number | string)[];
}

export interface PartInput {
  /** Port of the node, and name of its first tensor. */
  readonly name: string;
  readonly type: WireType;
  /** A picture of unknown colour is turned into RGB first; alpha is left out. */
  readonly toRgb: boolean;
  /** A step inside weighs pixels by their alpha, which is not there: a partly transparent picture cannot be taken. */
  readonly opaque?: true;
  /** A picture brings along where its pixels lie in the original. */
  readonly geometry: boolean;
  readonly tensors: readonly PartTensor[];
  /** Name of a bool tensor [items] that says whether it is there; null where it must be. */
  readonly present: string | null;
  /** Public name, where it is what the pipeline itself is given. */
  readonly public: string | null;
  readonly doc: string;
  /** Nodes that work on it before, in order. */
  readonly before: readonly { readonly id: string; readonly type: string; readonly title: string }[];
}

export interface PartOutput {
  readonly name: string;
  readonly type: WireType;
  readonly carried: Carried;
  readonly tensors: readonly PartTensor[];
  /** Name of a bool tensor [items], false where there is no answer; null where there always is one. */
  readonly present: string | null;
  /** Inputs without which it has no answer. */
  readonly needs: readonly string[];
  /** Public names that it is the answer of. */
  readonly publics: readonly string[];
  readonly doc: string;
}

export interface PartModel {
  readonly node: string;
  readonly path: string;
  readonly sha256: string;
  readonly licence?: string;
  readonly source?: string;
}
