import * as ort from 'onnxruntime-node';
import type { Dim } from '../../core/kinds/type.ts';
import { changed } from '../../core/onnx/change.ts';
import type { ModelProto } from '../../core/onnx/gen/onnx-ml_pb.ts';
import { readModel, writeModel } from '../../core/onnx/read.ts';
import { adaptEdges, needsAdapting } from '../../core/onnx/rewrite.ts';
import type { ModelRunner } from '../../core/onnx/shrink/run.ts';
import { runtimeProblem } from './failures.ts';
import type { Tensors } from './messages.ts';
import { runSession } from './session.ts';

/** Runs models that were never in a file, on the CPU of the calling thread: for threads that shrink models. */
export function makeModelRunner(name: string, threads: number): ModelRunner {
  return {
    open: async (model, as = 'fast') => {
      const session = await ort.InferenceSession.create(bytesToRun(model, name), {
        executionProviders: ['cpu'],
        graphOptimizationLevel: as === 'plain' ? 'disabled' : 'all',
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        logSeverityLevel: 4,
        extra: { 'session.intra_op.allow_spinning': '0', 'session.inter_op.allow_spinning': '0' },
      }).catch((error: unknown) => {
        throw runtimeProblem(error, name, 'open');
      });
      return {
        outputs: session.outputMetadata.map((one) =>
          one.isTensor
            ? { name: one.name, dtype: String(one.type), shape: one.shape.map((d): Dim => (d === '' ? null : d)) }
            : { name: one.name, dtype: '', shape: [] },
        ),
        run: async (feeds: Tensors) => (await runSession(session, feeds, name)).outputs,
        close: () => session.release(),
      };
    },
  };
}

/** The pipeline feeds and reads the model as its adapted edge is. Values that are only looked at have no type to adapt by. */
function bytesToRun(model: ModelProto, name: string): Uint8Array {
  const graph = model.graph;
  const looked = graph?.output.filter((info) => info.type === undefined) ?? [];
  if (graph === undefined) return writeModel(model);
  const plain = changed(model, {
    graph: changed(graph, { output: graph.output.filter((info) => info.type !== undefined) }),
  });
  if (!needsAdapting(plain)) return writeModel(model);
  const own = readModel(writeModel(plain), name);
  adaptEdges(own, name);
  own.graph?.output.push(...looked);
  return writeModel(own);
}
