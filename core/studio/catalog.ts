import type { ParamSpec } from '../define/param.ts';
import type { WireType } from '../kinds/type.ts';
import type { Kind } from '../kinds/value.ts';
import type { ProblemData } from '../problems/problem.ts';

/** A port as data: what a screen needs of it. */
export interface PortShape {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly doc: string;
  readonly optional: boolean;
  /** It goes on when the modality is missing. */
  readonly acceptsMissing: boolean;
  /** Demands beyond the kind, as text: `float32 [N, 3, 224, 224]`, `16000 Hz mono`; empty for none. */
  readonly wants: string;
}

/** A node definition as data; user's own nodes look the same. */
export interface NodeSpec {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly details: string;
  readonly keywords: readonly string[];
  readonly family: string;
  /** Ports with default parameters and no files; a node whose ports follow from those says so. */
  readonly inputs: readonly PortShape[];
  readonly outputs: readonly PortShape[];
  readonly dynamicPorts: boolean;
  /** In the order of the definition. */
  readonly params: Readonly<Record<string, ParamSpec>>;
  /** It is a public input of this kind. */
  readonly external: Kind | 'folder' | null;
  /** It is a public output. */
  readonly publishes: boolean;
  /** It comes from a folder of the user's. */
  readonly own: boolean;
}

/** What `check` says of a document, as data. Ends are `node.port`. */
export interface CheckReport {
  readonly types: Readonly<Record<string, WireType>>;
  readonly typeTexts: Readonly<Record<string, string>>;
  readonly problems: readonly ProblemData[];
  /** Ports of every node whose type is known. */
  readonly shapes: Readonly<
    Record<string, { readonly inputs: readonly PortShape[]; readonly outputs: readonly PortShape[] }>
  >;
  /** Image nodes that run as one pass, in order. */
  readonly passes: readonly (readonly string[])[];
  /** Public name to node. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}
