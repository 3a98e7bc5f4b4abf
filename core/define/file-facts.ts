import type { Dtype } from '../kinds/dtype.ts';
import type { Dim } from '../kinds/type.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { PartFile } from './partFile.ts';

/** One input or output of an ONNX model, read from the file without opening it in a runtime. */
export interface ModelPort {
  readonly name: string;
  /** `tensor`, or for classic machine learning models `sequence` / `map` (ZipMap), or `optional`. */
  readonly form: 'tensor' | 'sequence' | 'map' | 'optional';
  /** Element type; null for one that the runtime cannot pass (bfloat16, float8). */
  readonly dtype: Dtype | null;
  /** null: rank unknown. Symbols as in the file; null for a dimension without a name. */
  readonly shape: readonly Dim[] | null;
  /** For a ZipMap output: the class labels, in order. */
  readonly labels?: readonly string[];
}

export interface ModelSignature {
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  readonly irVersion: number;
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly operators: Readonly<Record<string, number>>;
  readonly parameterCount: number;
  readonly parameterBytes: number;
  readonly externalData: readonly string[];
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is known of a file that a parameter names, before anything runs. */
export interface FileFacts {
  /** As the parameter says it. */
  readonly path: string;
  readonly bytes: number;
  /** Hex; empty when the file could not be read. */
  readonly sha256: string;
  /** Set when the file is missing, outside the folder or cannot be used for its role. */
  readonly problem?: ProblemData;
  /** role `onnx` */
  readonly model?: ModelSignature;
  /** role `onnx`, for a file that a pipeline was compiled to */
  readonly part?: PartFile;
  /** role `labels`: one per line, empty lines at the end dropped. */
  readonly labels?: readonly string[];
}
