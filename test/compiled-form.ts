import { cpSync } from 'node:fs';
import path from 'node:path';
import { openPipeline, type Pipeline } from '../cli/pipeline.ts';
import type { PipelineDocument } from '../core/graph/document.ts';
import { type Compiled, type CompileOptions, compilePipeline } from '../core/lower/compile.ts';
import { compiledDocument } from '../core/lower/compiledDocument.ts';
import { openSources } from '../host/compile/sources.ts';
import { type PartOnDisk, writeParts } from '../host/compile/writeParts.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { part } from '../nodes/model/part.ts';
import { root } from './rules/sources.ts';

export interface CompiledForm {
  readonly pipeline: Pipeline;
  readonly compiled: Compiled;
  readonly written: readonly PartOnDisk[];
  /** That runs the files, in the pipeline's folder. */
  readonly document: PipelineDocument;
}

/** A pipeline compiled into files beside it, under `name`. */
export async function compiledForm(
  target: string,
  name: string,
  options: Omit<CompileOptions, 'bytes' | 'sha256'> = {},
): Promise<CompiledForm> {
  const pipeline = await openPipeline(target, {});
  const { folder } = pipeline.opened;
  const bytes = await openSources(await openWorkspace(folder), pipeline.checked);
  const compiled = compilePipeline(pipeline.checked, { ...options, bytes, sha256: '0'.repeat(64) });
  const written = await writeParts(compiled, folder, name, folder);
  const document = compiledDocument(pipeline.checked, compiled, written, { type: part.type, version: part.version });
  return { pipeline, compiled, written, document };
}

/** As the engine runs pipelines compiled. */
export const fusedOptions = { keepDecodePass: true, apart: true } as const;

/** A sample in a folder of its own, which may be written to. */
export function copyOfSample(sample: string, into: string): string {
  const folder = path.join(into, sample);
  // Without what was measured or compiled of it here before.
  const filter = (file: string): boolean => path.basename(file) !== '.tributary';
  cpSync(path.join(root, 'samples', sample), folder, { recursive: true, filter });
  return folder;
}
