import type { Json } from '../kinds/value.ts';

/** The version that this code writes. Older documents are migrated on opening, newer ones open read-only. */
export const schemaVersion = 1;

export interface DocumentNode {
  readonly id: string;
  /** `family.name`; kept as it is when nobody here knows it. */
  readonly type: string;
  readonly version: number;
  /** Only what differs from the defaults need be there. */
  readonly params: Readonly<Record<string, Json>>;
  readonly position: { readonly x: number; readonly y: number };
  readonly label?: string;
  readonly disabled?: boolean;
}

/** Both ends are `node.port`. */
export interface DocumentWire {
  readonly from: string;
  readonly to: string;
}

export interface DocumentGroup {
  readonly id: string;
  readonly title: string;
  readonly nodes: readonly string[];
  readonly collapsed?: boolean;
}

export interface DocumentNote {
  readonly id: string;
  readonly text: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly size?: { readonly width: number; readonly height: number };
}

/** Public name of an input or output: which node it is, and what it means. */
export interface PublicName {
  readonly node: string;
  readonly doc?: string;
}

/** A model, tokenizer or label file that the pipeline stands on. Paths are relative to the document's folder. */
export interface DocumentFile {
  readonly path: string;
  readonly sha256: string;
  readonly licence?: string;
  readonly source?: string;
}

export interface PipelineDocument {
  readonly schemaVersion: number;
  readonly name: string;
  readonly description?: string;
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly DocumentWire[];
  readonly groups: readonly DocumentGroup[];
  readonly notes: readonly DocumentNote[];
  readonly inputs: Readonly<Record<string, PublicName>>;
  readonly outputs: Readonly<Record<string, PublicName>>;
  readonly files: readonly DocumentFile[];
}

/** Splits `node.port`; the node id holds no dot. */
export function endOf(end: string): { readonly node: string; readonly port: string } {
  const dot = end.indexOf('.');
  return { node: end.slice(0, dot), port: end.slice(dot + 1) };
}
