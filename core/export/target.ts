import type { z } from 'zod';
import type { Checked } from '../check/checked.ts';
import type { Json } from '../kinds/value.ts';
import type { Compiled } from '../lower/compile.ts';
import type { Assumptions } from '../lower/retype.ts';
import type { ProblemData } from '../problems/problem.ts';
import type { BundledProfile, GoldenTerms, Manifest, ServingProposal } from '../serve/manifest.ts';
import type { PipelineSignature } from '../serve/signature.ts';
import { type CommonOptions, commonOptions } from './options.ts';

/** What a file holds: text, bytes, what the document names by a path, or what lies in a file of this machine: both are copied. */
export type FileContent =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly named: string }
  | { readonly copy: { readonly from: string; readonly bytes: number; readonly sha256: string } };

/** A file to be written. */
export interface ExportFile {
  /** From the folder that is exported to, with `/`. */
  readonly path: string;
  readonly content: FileContent;
  /** Permissions; 0o644 unless given. */
  readonly mode?: number;
  /** False for what only deploys the bundle, so that the image does without it. True unless given. */
  readonly served?: boolean;
}

/** A package that is inside the bundle, or installed beside it. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as the package says. */
  readonly licence: string;
  /** Inside the one server file, or installed from the lockfile. */
  readonly how: 'inlined' | 'installed';
  /** As lockfiles write it: `sha512-…`; empty where none is known. */
  readonly integrity: string;
  readonly resolved: string;
  /** Where it is installed, e.g. `node_modules/sharp`; empty for one inlined. */
  readonly path: string;
  /** Only on some platforms. */
  readonly optional: boolean;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
  /** Names of what it depends on, of those here. */
  readonly dependencies: readonly string[];
  /** Texts of its licence files. */
  readonly licenceTexts: readonly string[];
}

/** A model, label or other file that the pipeline stands on. */
export interface PipelineFile {
  /** As the document says it, from the document's folder. */
  readonly path: string;
  /** Where it lies in the bundle. */
  readonly bundled: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string | null;
  readonly source: string | null;
  readonly role: 'model' | 'asset' | 'media';
}

/** Everything that a target may be made of: plain data, no clock, no machine. */
export interface ExportInput {
  readonly checked: Checked;
  readonly signature: PipelineSignature;
  /** Made of the pipeline's name: letters, digits and dashes, at most 40. Safe anywhere. */
  readonly name: string;
  /** As its author wrote it: anything at all, to be written by a serialiser only. */
  readonly title: string;
  readonly version: string;
  readonly options: CommonOptions;
  /** `options.image`, or what it is by default. */
  readonly image: string;
  readonly document: { readonly path: string; readonly hash: string };
  readonly made: Manifest['made'];
  readonly needs: Manifest['needs'];
  readonly profile: BundledProfile | null;
  readonly serving: ServingProposal;
  readonly golden: GoldenTerms;
  /** What the document names. */
  readonly files: readonly PipelineFile[];
  readonly packages: readonly BundledPackage[];
  /** package.json and package-lock.json of the server, cut from Tributary's own. */
  readonly install: { readonly packageJson: string; readonly packageLock: string };
  /** The server's API, as OpenAPI. */
  readonly openapi: Json;
  /** The pipeline as ONNX files, for targets that ask for it by `compiled`; null where nothing of it can be compiled. */
  readonly compiled: (Compiled & { readonly names: readonly string[] }) | null;
  /**
   * How large what passed a port was when the first golden sample ran, by `node.port`: of a picture [height, width, channels],
   * of sound [channels, samples], else the shape of a tensor.
   */
  readonly seen?: ReadonlyMap<string, readonly number[]>;
}

/** One way to bring a pipeline to where it runs: data in, files out. */
export interface ExportTarget {
  /** What `--target` says, e.g. `kubernetes`. */
  readonly id: string;
  readonly title: string;
  /** So short that a narrow card holds it: 40 letters. */
  readonly summary: string;
  /** Its own options, each with a default and a description. */
  readonly options: z.ZodObject;
  /** Those of `commonOptions` that change something in it: a form shows no others. */
  readonly common: readonly (keyof CommonOptions)[];
  /** What goes along with its own files: the bundle (server, pipeline, golden record), the pipeline without the server, or nothing. */
  readonly bundle: 'server' | 'pipeline' | 'none';
  /** Packed into one file rather than written as a folder. */
  readonly archive: boolean;
  /** Ids of other targets whose files go along, made with their default options. */
  readonly includes: readonly string[];
  /** `input.compiled` is wanted. */
  readonly compiled: boolean;
  /** The files of `input.compiled` go along as `compiled/<name>`. */
  readonly compiledFiles: boolean;
  /** What `input.compiled` takes for granted of what comes from outside. */
  assume(checked: Checked, options: unknown): Assumptions;
  /** What stands in the way, and warnings. */
  problems(input: ExportInput, options: unknown): readonly ProblemData[];
  files(input: ExportInput, options: unknown): readonly ExportFile[];
  /** What a person types next, in the folder. */
  next(input: ExportInput, options: unknown): readonly string[];
}

/** A target as its author writes it; `options` are what the schema gives. */
export interface TargetInit<S extends z.ZodObject> {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly options: S;
  /** Of a server all, else none, unless given. */
  readonly common?: readonly (keyof CommonOptions)[];
  /** `server` unless given. */
  readonly bundle?: 'server' | 'pipeline' | 'none';
  readonly archive?: boolean;
  readonly includes?: readonly string[];
  readonly compiled?: boolean;
  /** As `compiled` unless given. */
  readonly compiledFiles?: boolean;
  /** Nothing unless given. */
  assume?(checked: Checked, options: z.infer<S>): Assumptions;
  problems?(input: ExportInput, options: z.infer<S>): readonly ProblemData[];
  files(input: ExportInput, options: z.infer<S>): readonly ExportFile[];
  next?(input: ExportInput, options: z.infer<S>): readonly string[];
}

export function defineTarget<S extends z.ZodObject>(init: TargetInit<S>): ExportTarget {
  const { id, title, summary, options } = init;
  return {
    id,
    title,
    summary,
    options,
    common: init.common ?? ((init.bundle ?? 'server') === 'server' ? commonOptions.keyof().options : []),
    bundle: init.bundle ?? 'server',
    archive: init.archive ?? false,
    includes: init.includes ?? [],
    compiled: init.compiled ?? false,
    compiledFiles: init.compiledFiles ?? init.compiled ?? false,
    assume: (checked, given) => init.assume?.(checked, options.parse(given)) ?? {},
    problems: (input, given) => init.problems?.(input, options.parse(given)) ?? [],
    files: (input, given) => init.files(input, options.parse(given)),
    next: (input, given) => init.next?.(input, options.parse(given)) ?? [],
  };
}
