import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelProto } from '../../core/onnx/gen/onnx-ml_pb.ts';
import { bringDataInside } from '../../core/onnx/inside.ts';
import { readModel } from '../../core/onnx/read.ts';
import { approveModel } from '../files/modelHeaders.ts';

/** Reads a model with all its weights inside, for threads that change it. Throws what the rules for models throw. */
export async function readWholeModel(file: string, name: string): Promise<ModelProto> {
  const model = readModel(await readFile(file), name);
  approveModel(file, name, model);
  bringDataInside(model, name, (location, offset, length) => {
    return readPart(path.join(path.dirname(file), location), offset, length);
  });
  return model;
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
