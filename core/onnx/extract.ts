import { create } from '@bufbuild/protobuf';
import { nearestName } from '../problems/nearestName.ts';
import { Problem } from '../problems/problem.ts';
import { changed } from './change.ts';
import { type GraphProto, type ModelProto, type ValueInfoProto, ValueInfoProtoSchema } from './gen/onnx-ml_pb.ts';
import { valueNames } from './names.ts';
import { namesNeeded, pruneUnused } from './prune.ts';
import { trueInputs } from './signature.ts';

/**
 * The part of a model between values: `inputs` are given to it (any values of the main graph, made or given there), and
 * it gives `outputs`. Weights, functions and metadata that the part needs come along, the weights shared; the model is left as it
 * is. Types of its edges are those that the model declares: infer shapes first where it declares none. Throws `wire-dangling`
 * for names that are not there, and for outputs that need an input of the model that is not named.
 */
export function extract(
  model: ModelProto,
  inputs: readonly string[],
  outputs: readonly string[],
  name = 'the model',
): ModelProto {
  const graph = model.graph as GraphProto;
  const all = valueNames(graph);
  const made = new Set(graph.node.flatMap((node) => node.output));
  const given = new Set([
    ...graph.input.map((info) => info.name),
    ...graph.initializer.map((t) => t.name),
    ...graph.sparseInitializer.map((s) => s.values?.name ?? ''),
  ]);
  for (const wanted of [...inputs, ...outputs]) {
    if (wanted !== '' && (made.has(wanted) || given.has(wanted))) continue;
    throw noSuchValue(name, wanted, all);
  }
  const cut = new Set(inputs);
  // Nodes that make nothing but what is given now are not needed; of others, outputs that are given lose their name.
  const node = graph.node
    .filter((one) => one.output.some((output) => output !== '' && !cut.has(output)))
    .map((one) =>
      one.output.some((output) => cut.has(output))
        ? changed(one, { output: one.output.map((output) => (cut.has(output) ? '' : output)) })
        : one,
    );
  const needed = namesNeeded(node, outputs);
  const missing = trueInputs(graph).find((info) => needed.has(info.name) && !cut.has(info.name));
  if (missing !== undefined) {
    throw new Problem('wire-dangling', {
      message: `The part of "${name}" that gives ${list(outputs)} needs the input "${missing.name}", which is not among its inputs.`,
      fix: `Name "${missing.name}" as an input too, or a value that lies behind it.`,
      where: { file: name, port: missing.name },
    });
  }
  const infos = new Map<string, ValueInfoProto>();
  for (const info of [...graph.valueInfo, ...graph.output, ...graph.input]) infos.set(info.name, info);
  const infoOf = (value: string) => infos.get(value) ?? create(ValueInfoProtoSchema, { name: value });
  // An initialiser that is also an input stays one, and may be given or not as before.
  const defaults = graph.input.filter((info) => !cut.has(info.name) && given.has(info.name) && needed.has(info.name));
  const edges = new Set([...inputs, ...outputs]);
  const part = changed(graph, {
    node,
    input: [...inputs.map(infoOf), ...defaults],
    output: outputs.map(infoOf),
    initializer: graph.initializer.filter((t) => !cut.has(t.name)),
    sparseInitializer: graph.sparseInitializer.filter((s) => !cut.has(s.values?.name ?? '')),
    valueInfo: [...graph.valueInfo, ...graph.output].filter((info) => !edges.has(info.name)),
  });
  return pruneUnused(changed(model, { graph: part, trainingInfo: [] }));
}

function noSuchValue(model: string, wanted: string, all: ReadonlySet<string>): Problem {
  const near = nearestName(wanted, all);
  return new Problem('wire-dangling', {
    message: `"${model}" has no value "${wanted}" in its main graph.`,
    fix: near === null ? 'Name a value that a node makes, an input or an initialiser.' : `Did you mean "${near}"?`,
    where: { file: model, port: wanted },
  });
}

function list(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
