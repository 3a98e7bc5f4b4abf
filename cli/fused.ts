import { checkDocument } from '../core/check/check.ts';
import { filesOf } from '../core/check/files.ts';
import type { CompiledForm } from '../core/define/compiledForm.ts';
import type { Registry } from '../core/define/registry.ts';
import type { PartNodeType } from '../core/lower/compiledDocument.ts';
import { fusedDocument } from '../host/compile/fused.ts';
import { readFacts } from '../host/files/facts.ts';
import { openWorkspace } from '../host/files/workspace.ts';
import { part } from '../nodes/model/part.ts';
import type { Pipeline } from './pipeline.ts';

/** The node that runs a compiled file. */
export const partNode: PartNodeType = { type: part.type, version: part.version };

/** A pipeline in its compiled form. */
export interface FusedPipeline extends Pipeline {
  readonly form: CompiledForm;
}

/**
 * The pipeline with its nodes compiled to files of ONNX, which are kept beside it. Throws `not-lowerable` when nothing of
 * it can be compiled.
 */
export async function fusedPipeline(pipeline: Pipeline): Promise<FusedPipeline> {
  const { opened, registry } = pipeline;
  const { document, form } = await fusedDocument(pipeline.checked, opened.folder, partNode);
  return {
    ...pipeline,
    form,
    opened: { ...opened, document },
    checked: await checkedAgain(document, opened.folder, registry),
  };
}

async function checkedAgain(document: Pipeline['opened']['document'], folder: string, registry: Registry) {
  const facts = await readFacts(await openWorkspace(folder), filesOf(document, registry));
  return checkDocument(document, registry, (path) => facts.get(path));
}
