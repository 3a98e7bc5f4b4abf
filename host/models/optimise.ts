import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { GraphProto, ModelProto } from '../../core/onnx/gen/onnx-ml_pb.ts';
import { readModel, writeModel } from '../../core/onnx/read.ts';
import { nodeName } from '../../core/onnx/shrink/layers.ts';
import { providerOf, type RealDevice } from './devices.ts';
import { runtimeProblem } from './failures.ts';

export interface Optimised {
  readonly model: ModelProto;
  /** Nodes of the original that are there no more: folded, fused or found useless. */
  readonly gone: readonly string[];
  readonly nodesBefore: number;
  readonly nodesAfter: number;
}

/**
 * The model as ONNX Runtime rewrites it when it opens it on a device: constants folded, operators fused. By its level
 * "extended" at the most: what comes after that is for the very processor it is done on, and must not travel.
 */
export async function optimiseModel(
  model: ModelProto,
  name: string,
  device: RealDevice,
  level: 'basic' | 'extended' = 'extended',
): Promise<Optimised> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-optimise-'));
  try {
    const [from, to] = [path.join(folder, 'model.onnx'), path.join(folder, 'optimised.onnx')];
    await writeFile(from, writeModel(model));
    const session = await ort.InferenceSession.create(from, {
      executionProviders: [providerOf(device)],
      graphOptimizationLevel: level,
      optimizedModelFilePath: to,
      logSeverityLevel: 4,
    });
    await session.release();
    const made = readModel(await readFile(to), name);
    const [before, after] = [nodesOf(model), nodesOf(made)];
    const stayed = new Set(after.map(({ name: node, opType }) => `${opType} ${node}`));
    return {
      model: made,
      gone: before.filter((node) => !stayed.has(`${node.opType} ${node.name}`)).map(nodeName),
      nodesBefore: before.length,
      nodesAfter: after.length,
    };
  } catch (error) {
    throw runtimeProblem(error, name, 'open');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function nodesOf({ graph }: ModelProto): GraphProto['node'] {
  return graph?.node ?? [];
}
