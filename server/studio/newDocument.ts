import path from 'node:path';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem } from '../../core/problems/problem.ts';
import { copyNew } from '../../host/files/copyNew.ts';
import { safeFileName } from '../../host/files/fileNames.ts';
import { hashFile } from '../../host/files/hashFile.ts';
import { openModelFile } from '../../host/files/modelFile.ts';
import { proposeFromModel } from '../../host/nodes/newFromModel.ts';
import type { BackEnd } from './backEnd.ts';

/** The pipeline that a model file suggests; the model comes into the folder, its external data with it. */
export async function proposeDocument(back: BackEnd, folder: string, model: string): Promise<PipelineDocument> {
  const source = path.resolve(model);
  const { model: signature, problem } = await openModelFile(source);
  if (problem !== undefined) throw new Problem(problem.code, problem);
  const name = safeFileName(path.basename(source));
  const file = `models/${name}`;
  const document = proposeFromModel(path.parse(name).name, file, signature, back.registry);
  await copyNew(source, path.join(folder, file));
  for (const data of signature.externalData) {
    await copyNew(path.join(path.dirname(source), data), path.join(folder, 'models', data));
  }
  return { ...document, files: [{ path: file, sha256: await hashFile(path.join(folder, file)) }] };
}
