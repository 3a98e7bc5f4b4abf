import path from 'node:path';
import type { z } from 'zod';
import { partKey } from '../../../core/define/partFile.ts';
import { requireDocument } from '../../../core/graph/entries.ts';
import { formOf } from '../../../core/lower/form.ts';
import { parseAssumptions } from '../../../core/lower/parseAssumptions.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { studioSchemas } from '../../../core/studio/api.ts';
import type { CompiledReport } from '../../../core/studio/compilingCalls.ts';
import { type CompiledFiles, compileFiles } from '../../../host/compile/compileFiles.ts';
import { type CompileTarget, compileTarget } from '../../../host/compile/target.ts';
import { readModelHeaders } from '../../../host/files/modelHeaders.ts';
import { kindOfPath } from '../../../host/files/userPath.ts';
import type { BackEnd } from '../backEnd.ts';
import { ownFolderOf } from '../carrying.ts';
import { readSamples } from '../profiling/samples.ts';
import { withHashes } from '../saving.ts';
import type { Session } from '../sessions.ts';
import { partNode } from './partNode.ts';
import { withoutErrors } from './withoutErrors.ts';

type CompileArgs = z.output<typeof studioSchemas.startCompile>;

/** Writes a document as files of ONNX, held against its nodes first. */
export function startCompile(back: BackEnd, session: Session, args: CompileArgs): string {
  const given = requireDocument(args.document);
  if (!path.isAbsolute(args.path) || (args.pipeline !== undefined && !path.isAbsolute(args.pipeline)))
    throw new Problem('usage', { message: 'A path is not absolute.', fix: 'Choose where the files go.' });
  return back.jobs.start(session, 'compile', async (tools) => {
    tools.onProgress({ done: 0, words: 'compiling' });
    // What is tried out lies beside the pipeline, whose folder must not be a sample's.
    const folder = await ownFolderOf(back, session);
    const document = await withHashes(back, folder, given);
    const checked = await withoutErrors(back, session, document);
    const to = compileTarget({
      output: path.resolve(args.path),
      document: args.pipeline === undefined ? null : path.resolve(args.pipeline),
      file: session.path,
      folder,
    });
    if (args.replace !== true) await refuseOthers(to);
    const samples = args.verify ? await readSamples(back, session, document, args.samples) : [];
    const made = await compileFiles({
      checked,
      folder,
      to,
      node: partNode(back.registry),
      assume: parseAssumptions(args.assume ?? [], checked),
      keepDecodePass: args.keepDecodePass ?? false,
      apart: args.apart ?? false,
      examples: args.examples,
      verify: args.verify
        ? {
            engine: back.engine,
            samples,
            signal: tools.signal,
            ...(args.device === undefined ? {} : { device: args.device }),
            onSample: (done, total) =>
              tools.onProgress({ done: (done + 1) / (total + 1), words: `sample ${done + 1} of ${total}` }),
          }
        : null,
    });
    return { profile: null, compiled: reportOf(made, document) };
  });
}

function reportOf(
  { compiled, written, compared, examples, document }: CompiledFiles,
  given: Parameters<typeof formOf>[1],
): CompiledReport {
  return {
    files: written.map(({ file, bytes, sha256 }) => ({ path: file, bytes, sha256 })),
    form: formOf(compiled, given),
    compared,
    tolerance: compiled.parts.reduce((sum, { file }) => sum + file.tolerance, 0),
    examples,
    pipeline: document,
  };
}

/** Nothing that was not compiled is written over without a word. Throws `document-conflict`. */
async function refuseOthers({ folder, stem, document }: CompileTarget): Promise<void> {
  for (const file of [path.join(folder, `${stem}.onnx`), path.join(folder, `${stem}-1.onnx`)]) {
    if ((await kindOfPath(file)) === null) continue;
    const headers = await readModelHeaders(file, path.basename(file)).catch(() => null);
    if (headers?.model.metadataProps.some(({ key }) => key === partKey)) continue;
    throw there(file);
  }
  if (document !== null && (await kindOfPath(document)) !== null) throw there(document);
}

function there(file: string): Problem {
  return new Problem('document-conflict', {
    message: `"${path.basename(file)}" is there already.`,
    fix: 'Choose another name, or replace it.',
    where: { file },
  });
}
