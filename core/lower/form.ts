import { z } from 'zod';
import type { CompiledForm, FormEnd } from '../define/compiledForm.ts';
import type { PipelineDocument } from '../graph/document.ts';
import { kinds } from '../kinds/value.ts';
import { modelPieces, piecesLength } from '../onnx/pieces.ts';
import type { Compiled, CompiledPart } from './compile.ts';
import { partIds } from './compiledDocument.ts';

/** What was compiled, without the files: to be shown, and to tell whose work the nodes of the compiled pipeline do. */
export function formOf(compiled: Compiled, document: PipelineDocument): CompiledForm {
  const ids = partIds(compiled, document);
  return {
    parts: compiled.parts.map((part, at) => ({
      id: ids[at],
      nodes: part.file.nodes.map(({ id }) => id),
      inputs: part.file.inputs.map((input) => ({
        ...endOf(part, input),
        maybe: input.present !== null || part.file.outputs.some(({ needs }) => !needs.includes(input.name)),
      })),
      outputs: part.file.outputs.map((output) => ({ ...endOf(part, output), maybe: output.present !== null })),
      bytes: piecesLength(modelPieces(part.model)),
      batch: part.file.batch,
      oneItemBecause: part.file.oneItemBecause,
      leftOut: part.file.leftOut,
      tolerance: part.file.tolerance,
    })),
    outside: compiled.outside.map(({ node, title, why, besides }) => ({ node, title, why, besides })),
  };
}

const ends = z.array(z.object({ name: z.string(), end: z.string(), kind: z.enum(kinds), maybe: z.boolean() }));

/** For a form that was kept in a file. */
export const compiledFormSchema = z.object({
  parts: z.array(
    z.object({
      id: z.string(),
      nodes: z.array(z.string()),
      inputs: ends,
      outputs: ends,
      bytes: z.number(),
      batch: z.boolean(),
      oneItemBecause: z.array(z.string()),
      leftOut: z.array(z.string()),
      tolerance: z.number(),
    }),
  ),
  outside: z.array(z.object({ node: z.string(), title: z.string(), why: z.string(), besides: z.array(z.string()) })),
}) satisfies z.ZodType<CompiledForm>;

function endOf(
  { ends }: CompiledPart,
  { name, type }: { readonly name: string; readonly type: { readonly kind: FormEnd['kind'] } },
): Pick<FormEnd, 'name' | 'end' | 'kind'> {
  return { name, end: ends.get(name) ?? name, kind: type.kind };
}
