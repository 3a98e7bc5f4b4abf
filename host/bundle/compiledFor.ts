import type { Checked } from '../../core/check/checked.ts';
import type { ExportFile, ExportInput } from '../../core/export/target.ts';
import { compilePipeline } from '../../core/lower/compile.ts';
import type { Assumptions } from '../../core/lower/retype.ts';
import { writeModel } from '../../core/onnx/read.ts';
import { documentHash } from '../../core/profile/documentHash.ts';
import { servedName } from '../../core/serve/servedName.ts';
import { openSources } from '../compile/sources.ts';
import { partNames } from '../compile/writeParts.ts';
import { openWorkspace } from '../files/workspace.ts';
import { sha256Of } from './sizes.ts';

/** The pipeline as ONNX files, with what they are called; null where nothing of it can be compiled. */
export async function compiledFor(
  checked: Checked,
  folder: string,
  assume: Assumptions,
): Promise<ExportInput['compiled']> {
  const bytes = await openSources(await openWorkspace(folder), checked);
  const compiled = compilePipeline(checked, { bytes, sha256: documentHash(checked.document, sha256Of), assume });
  if (compiled.parts.length === 0) return null;
  return { ...compiled, names: partNames(servedName(checked.document.name), compiled.parts.length) };
}

/** Those files themselves. */
export function compiledFiles(compiled: ExportInput['compiled']): readonly ExportFile[] {
  return (compiled?.parts ?? []).map(({ model }, at) => ({
    path: `compiled/${compiled?.names[at]}`,
    content: { bytes: writeModel(model) },
  }));
}
