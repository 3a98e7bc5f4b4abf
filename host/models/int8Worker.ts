import { parentPort, workerData } from 'node:worker_threads';
import { madeFromKey, madeHowKey, withMetadata } from '../../core/onnx/metadata.ts';
import { quantiseDynamic } from '../../core/onnx/quantise.ts';
import { writeModel } from '../../core/onnx/read.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import type { Int8Answer, Int8Ask } from './makeInt8.ts';
import { readWholeModel } from './readWhole.ts';

/** A thread that makes one model int8 and ends: for a large one that is seconds of reckoning. */
async function answer({ file, name, sha256 }: Int8Ask): Promise<Int8Answer> {
  const { model: made, report } = quantiseDynamic(await readWholeModel(file, name));
  const how = `dynamic int8: ${report.quantised.length} products, weights of 7 bits with a scale for each column`;
  const bytes = writeModel(withMetadata(made, { [madeFromKey]: sha256, [madeHowKey]: how }));
  return { ok: true, bytes, report };
}

answer(workerData as Int8Ask).then(
  (made) => parentPort?.postMessage(made),
  (error: unknown) => parentPort?.postMessage({ ok: false, problem: toProblemData(error, 'model-invalid') }),
);
