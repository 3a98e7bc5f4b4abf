import type { QuantiseReport } from '../../core/onnx/quantise.ts';
import { Problem, type ProblemData, problemFrom } from '../../core/problems/problem.ts';
import { entryPoint, startWorker } from '../entry.ts';
import { hashFile } from '../files/hashFile.ts';
import { openWorkspace } from '../files/workspace.ts';
import { targetOf, writeMade } from './madeTarget.ts';

/** What the thread is started with: the model's real path, what messages call it, and the sha256 of its bytes. */
export interface Int8Ask {
  readonly file: string;
  readonly name: string;
  readonly sha256: string;
}
export type Int8Answer =
  | { readonly ok: true; readonly bytes: Uint8Array; readonly report: QuantiseReport }
  | { readonly ok: false; readonly problem: ProblemData };

export interface MadeInt8 {
  /** Of the file that was written. */
  readonly sha256: string;
  readonly bytes: number;
  readonly report: QuantiseReport;
}

/**
 * Writes the model `from` of a pipeline's folder to `to`, with its matrix products in int8 (see `quantiseDynamic`) and
 * all weights inside, in one step; equal models give equal files. A file that stands there is replaced if it was made
 * so too. Throws `model-unsupported` when there was nothing to quantise, `document-conflict` when another file stands
 * there, `path-outside`, and whatever reading a model throws.
 */
export async function makeInt8(folder: string, from: string, to: string): Promise<MadeInt8> {
  const workspace = await openWorkspace(folder);
  const file = await workspace.resolvePath(from);
  const target = await targetOf(workspace, from, to);
  const made = await quantised({ file, name: from, sha256: await hashFile(file) });
  if (made.report.quantised.length === 0) throw nothingToDo(from, made.report);
  const sha256 = await writeMade(target, made.bytes);
  return { sha256, bytes: made.bytes.length, report: made.report };
}

function quantised(ask: Int8Ask): Promise<Extract<Int8Answer, { readonly ok: true }>> {
  return new Promise((resolve, reject) => {
    const worker = startWorker(entryPoint('int8Worker', import.meta.url), ask);
    const failed = (cause: unknown) =>
      reject(
        new Problem('model-failed', {
          message: `"${ask.name}" could not be made int8: the thread that was at it ended.`,
          fix: 'Free some memory, or use a smaller model.',
          where: { file: ask.name },
          cause,
        }),
      );
    worker.once('message', (answer: Int8Answer) => {
      if (answer.ok) resolve(answer);
      else reject(problemFrom(answer.problem));
    });
    worker.once('error', failed);
    worker.once('exit', (code) => failed(`code ${code}`));
  });
}

function nothingToDo(name: string, { left }: QuantiseReport): Problem {
  const reasons = [...new Set(left.map(({ node, why }) => `"${node}": ${why}`))];
  const told = reasons.length === 0 ? 'it has no product with constant weights' : reasons.slice(0, 3).join('; ');
  const more = reasons.length > 3 ? `; and ${reasons.length - 3} more` : '';
  return new Problem('model-unsupported', {
    message: `Nothing in "${name}" can be made int8: ${told}${more}.`,
    fix: 'Keep the model as it is. Only products (MatMul, Gemm) with constant float32 weights are made int8.',
    where: { file: name },
  });
}
