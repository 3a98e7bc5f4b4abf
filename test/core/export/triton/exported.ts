import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ExportFile, ExportInput } from '../../../../core/export/target.ts';
import { type TritonOptions, tritonOptions } from '../../../../core/export/triton/options.ts';
import { type Repository, repositoryOf } from '../../../../core/export/triton/repository.ts';
import { triton } from '../../../../core/export/triton/target.ts';
import { compilePipeline } from '../../../../core/lower/compile.ts';
import type { Assumptions } from '../../../../core/lower/retype.ts';
import { openSources } from '../../../../host/compile/sources.ts';
import { openWorkspace } from '../../../../host/files/workspace.ts';
import { root } from '../../../rules/sources.ts';
import { inputOf, type SampleName } from '../exportInput.ts';

export function sampleFolder(sample: SampleName): string {
  return path.join(root, 'samples', sample);
}

/** What the target is given for a sample, compiled; `assume` else as the target does. */
export async function compiledInput(
  sample: SampleName,
  assume?: Assumptions,
  change: Partial<ExportInput> = {},
): Promise<ExportInput> {
  const input = await inputOf(sample, change);
  const bytes = await openSources(await openWorkspace(sampleFolder(sample)), input.checked);
  const options = { bytes, sha256: 'b'.repeat(64), assume: assume ?? triton.assume(input.checked, {}) };
  const compiled = compilePipeline(input.checked, options);
  return { ...input, compiled: { ...compiled, names: compiled.parts.map((_, at) => `part-${at + 1}.onnx`) } };
}

export function repositoryFor(input: ExportInput, options: Partial<TritonOptions> = {}): Repository {
  if (input.compiled === null) throw new Error('Nothing was compiled.');
  return repositoryOf(input.compiled, input, { ...tritonOptions.parse({}), ...options });
}

/** Writes a target's files below a folder; what the document names is copied from the sample. */
export function writeExport(folder: string, files: readonly ExportFile[], sample: SampleName): void {
  for (const { path: name, content, mode } of files) {
    const to = path.join(folder, name);
    mkdirSync(path.dirname(to), { recursive: true });
    writeFileSync(to, dataOf(content, sample), { mode });
  }
}

function dataOf(content: ExportFile['content'], sample: SampleName): string | Uint8Array {
  if ('text' in content) return content.text;
  if ('bytes' in content) return content.bytes;
  return readFileSync('named' in content ? path.join(sampleFolder(sample), content.named) : content.copy.from);
}
