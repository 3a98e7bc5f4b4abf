import { changed } from '../change.ts';
import { dtypeOfElement } from '../elements.ts';
import type { GraphProto, ModelProto } from '../gen/onnx-ml_pb.ts';
import { withOutputs } from './calibrate.ts';
import { type ModelRunner, withModel } from './run.ts';

/** The dtype of every value of the main graph, as the runtime infers it; '' for what is no tensor. */
export async function dtypesOf(runner: ModelRunner, model: ModelProto): Promise<ReadonlyMap<string, string>> {
  const graph = model.graph as GraphProto;
  const dtypes = new Map<string, string>();
  for (const { name, type } of graph.input)
    dtypes.set(name, type?.value.case === 'tensorType' ? (dtypeOfElement(type.value.value.elemType) ?? '') : '');
  for (const { name, dataType } of graph.initializer) dtypes.set(name, dtypeOfElement(dataType) ?? '');
  const made = graph.node.flatMap((node) => node.output).filter((name) => name !== '');
  // Types that the file declares may be wrong or left out; the runtime knows.
  const bare = changed(model, { graph: changed(graph, { valueInfo: [] }) });
  const outputs = await withModel(runner, withOutputs(bare, made), 'plain', async (opened) => opened.outputs);
  for (const { name, dtype } of outputs) if (!dtypes.has(name)) dtypes.set(name, dtype);
  return dtypes;
}
