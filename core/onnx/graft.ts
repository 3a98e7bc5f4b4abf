import type { GraftedModel, OnnxValue } from '../define/lower.ts';
import type { Dim } from '../kinds/type.ts';
import { Problem } from '../problems/problem.ts';
import { changed } from './change.ts';
import { refuseCustomOperators } from './domains.ts';
import { checkExternalData } from './external-data.ts';
import type { GraphProto, ModelProto, TensorProto } from './gen/onnx-ml_pb.ts';
import { operatorVersions } from './gen/operatorVersions.ts';
import { externalTensors } from './graphs.ts';
import { bringDataInside } from './inside.ts';
import { mergeFunctions } from './joinFunctions.ts';
import { makeNode } from './makeNode.ts';
import { dimNames, freshNames, nodeNames, valueNames } from './names.ts';
import { opsetsOf } from './operatorChanges.ts';
import { unitedImports } from './opsets.ts';
import { pruneUnused } from './prune.ts';
import { readModel } from './read.ts';
import { reconcile } from './reconcile.ts';
import { renameModel } from './rename.ts';
import { adaptEdges } from './rewrite.ts';
import { signatureOf, trueInputs } from './signature.ts';
import { sortNodes } from './sortNodes.ts';

/** The newest opset of the main set that is known here. */
const newestOpset = Math.max(
  ...Object.values(operatorVersions['']).flatMap((words) => words.split(' ').map((word) => Number.parseInt(word, 10))),
);

/** A model that is to become part of another graph. */
export interface Graft {
  readonly name: string;
  /** As it was given. */
  readonly file: GraftedModel;
  /** The pipeline's node that it was put in for. */
  readonly node: string;
  readonly model: ModelProto;
  /** Stands before the names of its values and nodes. */
  readonly prefix: string;
  /** Its inputs, and the values around it that go in. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Its outputs, and what they are called outside. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Models that were read, by their bytes: one that stands at several nodes, or in several tries, is read once. */
export type GraftCache = Map<Uint8Array, ModelProto>;

/** What a graph can use of a model's file: tensors at its edge, weights inside, nothing that no output needs. */
export function graftable({ name, bytes, beside }: GraftedModel): ModelProto {
  const model = readModel(bytes, name);
  refuseCustomOperators(model, name);
  refuseNewer(model, name);
  adaptEdges(model, name);
  const pruned = pruneUnused(model);
  const outside = externalTensors(pruned);
  if (outside.length > 0) {
    checkExternalData(name, outside, () => Number.MAX_SAFE_INTEGER);
    bringDataInside(pruned, name, (location, offset, length) => beside({ location, offset, length }));
  }
  return pruned;
}

/** What operators became in an opset that nobody here knows cannot be held against those around. */
function refuseNewer(model: ModelProto, name: string): void {
  const opset = opsetsOf(model.opsetImport)[''] ?? 0;
  if (opset <= newestOpset) return;
  throw new Problem('model-unsupported', {
    message: `"${name}" is of opset ${opset}; the newest that is known here is ${newestOpset}.`,
    fix: 'Export it with an older opset, or update Tributary.',
    where: { file: name },
  });
}

/** A model's outputs as values; dimensions that are not numbers are its own affair. */
export function outputValues(model: ModelProto, outer: Readonly<Record<string, string>>): Record<string, OnnxValue> {
  const values: Record<string, OnnxValue> = {};
  for (const { name, dtype, shape } of signatureOf(model).outputs) {
    if (dtype === null) continue;
    const dims = shape?.map((dim): Dim => (typeof dim === 'number' ? dim : null)) ?? null;
    values[name] = { name: outer[name], dtype, shape: dims };
  }
  return values;
}

/** Throws `wire-dangling` unless each input of the model is given, and nothing else. */
export function checkGiven(model: ModelProto, given: Readonly<Record<string, OnnxValue>>, name: string): void {
  const wanted = trueInputs(graphOf(model)).map((info) => info.name);
  const wrong =
    wanted.find((input) => !Object.hasOwn(given, input)) ?? Object.keys(given).find((x) => !wanted.includes(x));
  if (wrong === undefined) return;
  throw new Problem('wire-dangling', {
    message: `The inputs of "${name}" are ${wanted.map((x) => `"${x}"`).join(', ')}; "${wrong}" is ${wanted.includes(wrong) ? 'not given' : 'none of them'}.`,
    fix: 'Wire each input of the model.',
    where: { file: name, port: wrong },
  });
}

/**
 * The graph with models put in. It may read values that it lacks, which the models make, and the other way round. Operator
 * sets are brought to one version; weights of a model that is put in twice are kept once. Throws `model-unsupported`.
 */
export function withGrafts(own: ModelProto, grafts: readonly Graft[]): ModelProto {
  const reserved = new Set(
    grafts.flatMap(({ inputs, outputs }) => [...Object.values(inputs), ...Object.values(outputs)]),
  );
  const weights = new Map<TensorProto, string>();
  let whole = own;
  for (const graft of grafts) whole = withGraft(whole, graft, reserved, weights);
  const graph = graphOf(whole);
  return changed(whole, { graph: changed(graph, { node: sortNodes(graph.node) }) });
}

function withGraft(
  whole: ModelProto,
  { name, model, prefix, inputs, outputs }: Graft,
  reserved: ReadonlySet<string>,
  weights: Map<TensorProto, string>,
): ModelProto {
  const [outer, inner] = mergeFunctions(...reconcile({ name: 'the pipeline', model: whole }, { name, model }));
  const [around, graph] = [graphOf(outer), graphOf(inner)];
  const fresh = freshNames(new Set([...valueNames(around), ...reserved]));
  const names = new Map<string, string>(Object.entries(inputs));
  const shared = graph.initializer.filter((tensor) => !names.has(tensor.name) && weights.has(tensor));
  for (const tensor of shared) names.set(tensor.name, weights.get(tensor) ?? tensor.name);
  const alias: [from: string, to: string][] = [];
  for (const { name: output } of graph.output) {
    const to = outputs[output] ?? fresh(prefix + output);
    // What a model passes through from an input or a weight keeps that one's name.
    const given = names.get(output);
    if (given === undefined && !graph.initializer.some((tensor) => tensor.name === output)) names.set(output, to);
    else alias.push([output, to]);
  }
  for (const value of valueNames(graph)) if (!names.has(value)) names.set(value, fresh(prefix + value));
  const freshNode = freshNames(nodeNames(around));
  const nodes = new Map([...nodeNames(graph)].map((node) => [node, freshNode(prefix + node)]));
  const freshDim = freshNames(dimNames(outer));
  const dims = new Map([...dimNames(inner)].map((dim) => [dim, freshDim(prefix + dim)]));
  const renamed = renameModel(inner, {
    value: (value) => names.get(value) ?? value,
    node: (node) => nodes.get(node) ?? node,
    dim: (dim) => dims.get(dim) ?? dim,
  });
  const put = graphOf(renamed);
  const kept = graph.initializer.flatMap((tensor, at) => {
    if (Object.hasOwn(inputs, tensor.name) || shared.includes(tensor)) return [];
    weights.set(tensor, names.get(tensor.name) ?? tensor.name);
    return [put.initializer[at]];
  });
  const told = new Set(
    graph.output.flatMap(({ name: output }) => (alias.some(([from]) => from === output) ? [] : [output])),
  );
  return changed(outer, {
    opsetImport: unitedImports(outer.opsetImport, inner.opsetImport),
    functions: [...outer.functions, ...inner.functions],
    graph: changed(around, {
      node: [
        ...around.node,
        ...put.node,
        ...alias.map(([from, to]) => makeNode('Identity', [names.get(from) ?? from], [to], [], to)),
      ],
      initializer: [...around.initializer, ...kept],
      sparseInitializer: [...around.sparseInitializer, ...put.sparseInitializer],
      // What the model says of its outputs is worth knowing; of its inputs the graph around it knows.
      valueInfo: [
        ...around.valueInfo,
        ...put.valueInfo,
        ...put.output.filter((_, at) => told.has(graph.output[at].name)),
      ],
      quantizationAnnotation: [...around.quantizationAnnotation, ...put.quantizationAnnotation],
    }),
  });
}

function graphOf(model: ModelProto): GraphProto {
  return model.graph as GraphProto;
}
