import type { Kind } from '../kinds/value.ts';

/** Which nodes of a pipeline are in which compiled file, and which stay outside: enough to show it. */
export interface CompiledForm {
  /** In an order in which they can run; none where nothing of the pipeline can be compiled. */
  readonly parts: readonly FormPart[];
  /** In order; outputs of the pipeline are not listed. */
  readonly outside: readonly FormOutside[];
}

export interface FormPart {
  /** The node that stands for it in the compiled pipeline. */
  readonly id: string;
  /** Nodes that are in it, in order. */
  readonly nodes: readonly string[];
  readonly inputs: readonly FormEnd[];
  readonly outputs: readonly FormEnd[];
  /** Of its file, weights and all. */
  readonly bytes: number;
  /** Whether several items go through at once. */
  readonly batch: boolean;
  /** Why not; empty where `batch`. */
  readonly oneItemBecause: readonly string[];
  /** What its nodes do besides, and it does not. */
  readonly leftOut: readonly string[];
  /** What it may differ from its nodes by, summed over them; levels of pictures as shares of white. */
  readonly tolerance: number;
}

/** Where a part takes or gives a value. */
export interface FormEnd {
  readonly name: string;
  /** The pipeline's own `node.port` whose value it is. */
  readonly end: string;
  readonly kind: Kind;
  /** Of an input: whether it may be missing. Of an output: whether there may be none. */
  readonly maybe: boolean;
}

export interface FormOutside {
  readonly node: string;
  readonly title: string;
  readonly why: string;
  /** Output ports for which it runs outside although it is in a part too; empty when it is in none. */
  readonly besides: readonly string[];
}
