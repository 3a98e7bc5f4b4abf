import type { NodeDefinition, NodeFiles } from '../define/node.ts';
import type { Ports } from '../define/port.ts';
import type { DocumentNode, PipelineDocument } from '../graph/document.ts';
import type { WireType } from '../kinds/type.ts';
import type { ProblemData } from '../problems/problem.ts';

/** A node whose definition is known, with everything that follows from its parameters and files. */
export interface CheckedNode {
  readonly id: string;
  readonly node: DocumentNode;
  readonly definition: NodeDefinition;
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: NodeFiles;
  readonly inputs: Ports;
  readonly outputs: Ports;
  /** Where each wired input gets its items: `node.port`, bypassed nodes already stepped over. */
  readonly sources: Readonly<Record<string, string>>;
}

/** A document held against a registry and the facts of its files. */
export interface Checked {
  readonly document: PipelineDocument;
  /** Every problem, errors and warnings, each with its place. */
  readonly problems: readonly ProblemData[];
  /** The inferred type on every port that could be inferred, by `node.port`; inputs and outputs both. */
  readonly types: ReadonlyMap<string, WireType>;
  /** Ports of every node whose type is known, bypassed ones too. */
  readonly shapes: ReadonlyMap<string, { readonly inputs: Ports; readonly outputs: Ports }>;
  readonly nodes: ReadonlyMap<string, CheckedNode>;
  /** Node ids so that each comes after those it needs; nodes in a loop are left out. */
  readonly order: readonly string[];
  /** Public name → node id. Input and output nodes without a public name go by their id. */
  readonly publicInputs: ReadonlyMap<string, string>;
  readonly publicOutputs: ReadonlyMap<string, string>;
}

export function hasErrors(checked: Checked): boolean {
  return checked.problems.some((problem) => problem.severity === 'error');
}
