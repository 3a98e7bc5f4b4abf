import type { PartFile } from '../define/partFile.ts';
import { changed } from '../onnx/change.ts';
import type { ModelProto, ValueInfoProto } from '../onnx/gen/onnx-ml_pb.ts';

/** The model with what its ends are said where viewers of ONNX files show it: in their doc strings, and the graph's. */
export function described(model: ModelProto, file: PartFile): ModelProto {
  const { graph } = model;
  if (graph === undefined) return model;
  const said = new Map<string, string>();
  for (const { name, doc, tensors, present } of [...file.inputs, ...file.outputs]) {
    for (const tensor of tensors)
      said.set(tensor.name, [tensor.name === name ? doc : '', tensor.unit].filter((text) => text !== '').join(' '));
    if (present !== null) said.set(present, `False where "${name}" is missing; its tensors then hold anything.`);
  }
  const withDoc = (info: ValueInfoProto) => changed(info, { docString: said.get(info.name) ?? '' });
  const steps = file.nodes.map(({ id, title }) => `${id} (${title})`).join(', ');
  return changed(model, {
    graph: changed(graph, {
      docString: `${file.pipeline.name}, compiled by Tributary: ${steps}.`,
      input: graph.input.map(withDoc),
      output: graph.output.map(withDoc),
    }),
  });
}
