import type { ModelSignature } from '../define/file-facts.ts';
import { inputEdge, outputEdge } from './boundary.ts';
import { elementBytes } from './elements.ts';
import type { GraphProto, ModelProto, ValueInfoProto } from './gen/onnx-ml_pb.ts';
import { allInitializers, allNodes, externalTensors } from './graphs.ts';

/**
 * What a model takes and gives, and what it is made of. Inputs and outputs are the tensors that the opened
 * model passes (after `adaptEdges`); their `form` tells what stands in the file. Works on a skeleton as on the whole file.
 */
export function signatureOf(model: ModelProto): ModelSignature {
  const graph = model.graph as GraphProto;
  const operators: Record<string, number> = {};
  for (const node of allNodes(model)) {
    const name = operatorName(node.domain, node.opType);
    operators[name] = (operators[name] ?? 0) + 1;
  }
  let parameterCount = 0;
  let parameterBytes = 0;
  for (const tensor of allInitializers(model)) {
    const count = tensor.dims.reduce((product, d) => product * Math.max(0, Number(d)), 1);
    parameterCount += count;
    parameterBytes += elementBytes(tensor.dataType, count) ?? 0;
  }
  return {
    inputs: trueInputs(graph).flatMap((info) => inputEdge(info).ports),
    outputs: graph.output.flatMap((info) => outputEdge(info, graph).ports),
    irVersion: Number(model.irVersion),
    opsets: model.opsetImport.map((o) => ({
      domain: o.domain === '' ? 'ai.onnx' : o.domain,
      version: Number(o.version),
    })),
    operators: Object.fromEntries(Object.entries(operators).sort(([a], [b]) => (a < b ? -1 : 1))),
    parameterCount,
    parameterBytes,
    externalData: [...new Set(externalTensors(model).map((t) => t.location))].sort(),
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    metadata: Object.fromEntries(model.metadataProps.map((e) => [e.key, e.value])),
  };
}

/** Graph inputs that must be fed: those without an initialiser of the same name. */
export function trueInputs(graph: GraphProto): readonly ValueInfoProto[] {
  const given = new Set(graph.initializer.map((t) => t.name));
  for (const sparse of graph.sparseInitializer) given.add(sparse.values?.name ?? '');
  return graph.input.filter((info) => !given.has(info.name));
}

/** `Conv`, `com.microsoft.FusedMatMul`: the domain stands before operators that are not of the main set. */
export function operatorName(domain: string, opType: string): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
}
