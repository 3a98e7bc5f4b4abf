import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { bringDataInside } from '../../core/onnx/inside.ts';
import { madeFromKey, madeHowKey, withMetadata } from '../../core/onnx/metadata.ts';
import { quantiseDynamic } from '../../core/onnx/quantise.ts';
import { readModel, writeModel } from '../../core/onnx/read.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import { approveModel } from '../files/modelHeaders.ts';
import type { Int8Answer, Int8Ask } from './makeInt8.ts';

/** A thread that makes one model int8 and ends: for a large one that is seconds of reckoning. */
async function answer({ file, name, sha256 }: Int8Ask): Promise<Int8Answer> {
  const model = readModel(await readFile(file), name);
  approveModel(file, name, model);
  bringDataInside(model, name, (location, offset, length) => {
    return readPart(path.join(path.dirname(file), location), offset, length);
  });
  const { model: made, report } = quantiseDynamic(model);
  const how = `dynamic int8: ${report.quantised.length} products, weights of 7 bits with a scale for each column`;
  const bytes = writeModel(withMetadata(made, { [madeFromKey]: sha256, [madeHowKey]: how }));
  return { ok: true, bytes, report };
}

function readPart(file: string, offset: number, length: number): Uint8Array {
  const part = new Uint8Array(length);
  const handle = openSync(file, 'r');
  try {
    let filled = 0;
    while (filled < length) {
      const count = readSync(handle, part, filled, length - filled, offset + filled);
      if (count === 0) throw new RangeError(`"${file}" ends before byte ${offset + length}`);
      filled += count;
    }
    return part;
  } finally {
    closeSync(handle);
  }
}

answer(workerData as Int8Ask).then(
  (made) => parentPort?.postMessage(made),
  (error: unknown) => parentPort?.postMessage({ ok: false, problem: toProblemData(error, 'model-invalid') }),
);
