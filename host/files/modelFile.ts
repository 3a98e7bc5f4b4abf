import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelSignature } from '../../core/define/file-facts.ts';
import type { PartFile } from '../../core/define/partFile.ts';
import { partOf } from '../../core/lower/partSchema.ts';
import { signatureOf } from '../../core/onnx/signature.ts';
import { Problem, type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import { approveModel, readModelHeaders } from './modelHeaders.ts';
import { readFailure } from './readFailure.ts';

export interface ModelFile {
  readonly model: ModelSignature;
  /** For a file that a pipeline was compiled to. */
  readonly part?: PartFile;
  /** Why a runtime should not see it: operators that it does not have, external data that leads elsewhere. */
  readonly problem?: ProblemData;
}

/** What an ONNX file says of itself, read without its weights and without a runtime. Throws `model-invalid`. */
export async function readModelFile(file: string, name: string): Promise<ModelFile> {
  const { model } = await readModelHeaders(file, name);
  const signature = signatureOf(model);
  try {
    approveModel(file, name, model);
    const part = partOf(signature.metadata, name);
    return { model: signature, ...(part === undefined ? {} : { part }) };
  } catch (error) {
    return { model: signature, problem: toProblemData(error, 'model-invalid', { file: name }) };
  }
}

/** Reads a model that the user named by any path. Throws `file-missing` and `file-unreadable` too. */
export async function openModelFile(named: string): Promise<ModelFile & { readonly bytes: number }> {
  const file = path.resolve(named);
  const found = await stat(file).catch((error: unknown) => {
    throw readFailure(error, named, 'an ONNX model', process.cwd());
  });
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'a folder' : 'not a plain file';
    throw new Problem('file-unreadable', {
      message: `"${named}" is ${what}.`,
      fix: 'Name an .onnx file.',
      where: { file: named },
    });
  }
  return { bytes: found.size, ...(await readModelFile(file, path.basename(file))) };
}
