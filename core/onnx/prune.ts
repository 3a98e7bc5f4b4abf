import { changed } from './change.ts';
import type { AttributeProto, GraphProto, ModelProto, NodeProto } from './gen/onnx-ml_pb.ts';
import { allNodes, graphsOf } from './graphs.ts';
import { keysIn } from './joinFunctions.ts';
import { captured, readBy } from './names.ts';
import { functionKey } from './rename.ts';

/**
 * The model without what none of its outputs needs: nodes, initialisers, declared values, quantisation notes, local
 * functions and opset imports; in graphs inside nodes too. Inputs and outputs stay, so that it is called as before (an
 * input that has an initialiser goes with it). `model` is left as it is, and shares its weights with the result.
 */
export function pruneUnused(model: ModelProto): ModelProto {
  if (model.graph === undefined) return model;
  const pruned = changed(model, { graph: pruneGraph(model.graph) });
  const functions = calledFunctions(pruned);
  const kept = changed(pruned, { functions: pruned.functions.filter((f) => functions.has(functionKey(f))) });
  const domains = new Set([...allNodes(kept)].map((node) => mainAsEmpty(node.domain)));
  return changed(kept, {
    // The main set stays: a model needs one import at the least, and readers take their version from it.
    opsetImport: kept.opsetImport.filter(
      ({ domain }) => mainAsEmpty(domain) === '' || domains.has(mainAsEmpty(domain)),
    ),
  });
}

function pruneGraph(graph: GraphProto): GraphProto {
  const inner = graph.node.map(pruneInside);
  const needed = namesNeeded(
    inner,
    graph.output.map((info) => info.name),
  );
  const node = inner.filter((one) => one.output.some((name) => name !== '' && needed.has(name)));
  const made = new Set(node.flatMap((one) => one.output));
  const given = new Set([
    ...graph.initializer.map((t) => t.name),
    ...graph.sparseInitializer.map((s) => s.values?.name ?? ''),
  ]);
  const alive = (name: string) => needed.has(name) || made.has(name);
  return changed(graph, {
    node,
    initializer: graph.initializer.filter((t) => needed.has(t.name)),
    sparseInitializer: graph.sparseInitializer.filter((s) => needed.has(s.values?.name ?? '')),
    input: graph.input.filter((info) => needed.has(info.name) || !given.has(info.name)),
    valueInfo: graph.valueInfo.filter((info) => alive(info.name)),
    quantizationAnnotation: graph.quantizationAnnotation.filter((a) => alive(a.tensorName)),
  });
}

/** The wanted values, and all that they are made of; whatever the order of the nodes. */
export function namesNeeded(nodes: readonly NodeProto[], wanted: readonly string[]): Set<string> {
  const makers = new Map<string, NodeProto[]>();
  for (const node of nodes)
    for (const name of node.output) {
      const others = makers.get(name);
      if (others === undefined) makers.set(name, [node]);
      else others.push(node);
    }
  const needed = new Set(wanted);
  const seen = new Set<NodeProto>();
  // A set goes on to what is added to it on the way.
  for (const name of needed) {
    for (const node of name === '' ? [] : (makers.get(name) ?? [])) {
      if (seen.has(node)) continue;
      seen.add(node);
      for (const read of readBy(node)) needed.add(read);
    }
  }
  return needed;
}

function pruneInside(node: NodeProto): NodeProto {
  if (graphsOf(node).next().done === true) return node;
  const prune = (attribute: AttributeProto) =>
    changed(attribute, {
      ...(attribute.g === undefined ? {} : { g: pruneGraph(attribute.g) }),
      graphs: attribute.graphs.map(pruneGraph),
    });
  return changed(node, { attribute: node.attribute.map(prune) });
}

/** Functions that nodes of the graph call, and those that they call in turn. */
function calledFunctions(model: ModelProto): ReadonlySet<string> {
  const byKey = new Map(model.functions.map((f) => [functionKey(f), f]));
  const called = new Set(keysIn(model.graph?.node ?? []));
  // A set goes on to what is added to it on the way.
  for (const key of called) for (const further of keysIn(byKey.get(key)?.node ?? [])) called.add(further);
  return called;
}

/** Values that the graphs of a model take from nowhere: names that nothing gives or makes. A sound model has none. */
export function danglingNames(model: ModelProto): readonly string[] {
  return model.graph === undefined ? [] : [...captured(model.graph)];
}

function mainAsEmpty(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}
