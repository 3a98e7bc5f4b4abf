import { create } from '@bufbuild/protobuf';
import type { ModelPort } from '../define/file-facts.ts';
import type { Dim } from '../kinds/type.ts';
import { Problem } from '../problems/problem.ts';
import { type EdgeValue, inputEdge, outputEdge, shapesName } from './boundary.ts';
import { elementOfDtype } from './elements.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type TypeProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './gen/onnx-ml_pb.ts';
import { graphsOf } from './graphs.ts';
import { trueInputs } from './signature.ts';

/**
 * Changes `model` so that only tensors of passable types cross its edge: ZipMap gives its matrix, sequences
 * come out as flat or stacked tensors and go in stacked, optionals are always given, bfloat16, float8 and
 * 4-bit values are cast. Returns whether anything changed. Throws `model-unsupported` for values with no such form.
 */
export function adaptEdges(model: ModelProto, name: string): boolean {
  const graph = model.graph as GraphProto;
  let changed = false;
  for (const info of trueInputs(graph)) {
    const edge = inputEdge(info);
    if (edge.adaptation.how === 'none') continue;
    adaptInput(graph, info, edge, name);
    changed = true;
  }
  for (const info of [...graph.output]) {
    const edge = outputEdge(info, graph);
    if (edge.adaptation.how === 'none') continue;
    adaptOutput(graph, info, edge, name);
    changed = true;
  }
  return changed;
}

/** Whether `adaptEdges` would change anything; cheap, on a skeleton. */
export function needsAdapting(model: ModelProto): boolean {
  const graph = model.graph as GraphProto;
  return (
    trueInputs(graph).some((info) => inputEdge(info).adaptation.how !== 'none') ||
    graph.output.some((info) => outputEdge(info, graph).adaptation.how !== 'none')
  );
}

function adaptInput(graph: GraphProto, info: ValueInfoProto, edge: EdgeValue, model: string): void {
  const { adaptation: a } = edge;
  const inner = freshName(graph, `${info.name}_inner`);
  if (a.how === 'impossible' || a.how === 'zipmap') throw unsupported(model, 'input', edge);
  const element = elementOf(info.type);
  const node =
    a.how === 'cast'
      ? makeNode('Cast', [info.name], [inner], { to: element })
      : a.how === 'sequence'
        ? makeNode('SplitToSequence', [info.name], [inner], { axis: 0, keepdims: 0 })
        : makeNode('Optional', [info.name], [inner], {});
  for (const user of graph.node) renameIn(user, info.name, inner);
  graph.node.unshift(node);
  graph.input.splice(graph.input.indexOf(info), 1, ...edge.ports.map(portInfo));
}

function adaptOutput(graph: GraphProto, info: ValueInfoProto, edge: EdgeValue, model: string): void {
  const { adaptation: a } = edge;
  if (a.how === 'impossible') throw unsupported(model, 'output', edge);
  if (a.how === 'zipmap') {
    const used = graph.node.some((n) => n !== a.node && n.input.includes(info.name));
    if (used) throw unsupported(model, 'output', edge, 'a map inside the model that other operators read');
    const shape = freshName(graph, `${info.name}_matrix_shape`);
    graph.initializer.push(int64Tensor(shape, [-1, a.classes]));
    const at = graph.node.indexOf(a.node);
    graph.node[at] = makeNode('Reshape', [a.node.input[0] as string, shape], [info.name], {});
  } else {
    const inner = freshName(graph, `${info.name}_inner`);
    for (const node of graph.node) renameIn(node, info.name, inner);
    if (a.how === 'cast') graph.node.push(makeNode('Cast', [inner], [info.name], { to: a.element }));
    if (a.how === 'optional') graph.node.push(makeNode('OptionalGetElement', [inner], [info.name], {}));
    if (a.how === 'sequence') joinSequence(graph, inner, info.name, a.element, a.fixed);
  }
  graph.output.splice(graph.output.indexOf(info), 1, ...edge.ports.map(portInfo));
}

/**
 * Lays the elements end to end by a Loop, which works from opset 11 on and, unlike ConcatFromSequence, for no
 * elements at all. With a fixed element shape the result is stacked; else the shapes come out beside it, one row each.
 */
function joinSequence(
  graph: GraphProto,
  sequence: string,
  output: string,
  element: number,
  fixed: readonly number[] | null,
): void {
  const part = (name: string) => freshName(graph, `${output}_${name}`);
  const [i, go, goOut, one] = [part('i'), part('go'), part('go_out'), part('one')];
  const [line, sofar, longer, row] = [part('line'), part('so_far'), part('longer'), part('row')];
  const [count, flat, lineShape, none] = [part('count'), part('flat'), part('line_shape'), part('none')];
  graph.initializer.push(int64Tensor(lineShape, [-1]));
  graph.initializer.push(create(TensorProtoSchema, { name: none, dataType: element, dims: [0n] }));
  const { INT64, BOOL } = TensorProto_DataType;
  const body = create(GraphProtoSchema, {
    name: `${output}_join`,
    node: [
      makeNode('SequenceAt', [sequence, i], [one], {}),
      makeNode('Reshape', [one, lineShape], [line], {}),
      makeNode('Concat', [sofar, line], [longer], { axis: 0 }),
      makeNode('Identity', [go], [goOut], {}),
    ],
    input: [tensorInfo(i, INT64, []), tensorInfo(go, BOOL, []), tensorInfo(sofar, element, [null])],
    output: [tensorInfo(goOut, BOOL, []), tensorInfo(longer, element, [null])],
  });
  const results = [flat];
  if (fixed === null) {
    // A scan output: the Loop stacks the rows, and so refuses elements of differing rank.
    body.node.push(makeNode('Shape', [one], [row], {}));
    body.output.push(tensorInfo(row, INT64, [null]));
    results.push(shapesName(output));
  }
  const loop = makeNode('Loop', [count, '', none], results, {});
  loop.attribute.push(
    create(AttributeProtoSchema, { name: 'body', type: AttributeProto_AttributeType.GRAPH, g: body }),
  );
  graph.node.push(makeNode('SequenceLength', [sequence], [count], {}), loop);
  if (fixed === null) {
    graph.node.push(makeNode('Identity', [flat], [output], {}));
    return;
  }
  const stackShape = part('stack_shape');
  graph.initializer.push(int64Tensor(stackShape, [-1, ...fixed]));
  graph.node.push(makeNode('Reshape', [flat, stackShape], [output], {}));
}

/** Renames a value wherever the node, or a graph inside it, uses or makes it. */
function renameIn(node: NodeProto, from: string, to: string): void {
  const swap = (names: string[]) =>
    names.forEach((name, at) => {
      if (name === from) names[at] = to;
    });
  swap(node.input);
  swap(node.output);
  for (const graph of graphsOf(node)) {
    for (const inner of graph.node) renameIn(inner, from, to);
    for (const output of graph.output) if (output.name === from) output.name = to;
  }
}

function freshName(graph: GraphProto, wanted: string): string {
  const taken = new Set(graph.node.flatMap((n) => [...n.input, ...n.output]));
  for (const info of [...graph.input, ...graph.output, ...graph.initializer]) taken.add(info.name);
  let name = wanted;
  while (taken.has(name)) name += '_';
  return name;
}

function makeNode(
  opType: string,
  input: string[],
  output: string[],
  ints: Readonly<Record<string, number>>,
): NodeProto {
  const attribute = Object.entries(ints).map(([name, i]) => ({
    name,
    type: AttributeProto_AttributeType.INT,
    i: BigInt(i),
  }));
  return create(NodeProtoSchema, { opType, name: `${output[0]}_${opType}`, input, output, attribute });
}

function int64Tensor(name: string, values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.INT64,
    dims: [BigInt(values.length)],
    int64Data: values.map(BigInt),
  });
}

function tensorInfo(name: string, element: number, shape: readonly Dim[] | null): ValueInfoProto {
  const dim = (shape ?? []).map((d) =>
    d === null
      ? {}
      : typeof d === 'number'
        ? { value: { case: 'dimValue' as const, value: BigInt(d) } }
        : { value: { case: 'dimParam' as const, value: d } },
  );
  const tensor = shape === null ? { elemType: element } : { elemType: element, shape: { dim } };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value: tensor } } });
}

function portInfo(port: ModelPort): ValueInfoProto {
  return tensorInfo(port.name, port.dtype === null ? 0 : elementOfDtype(port.dtype), port.shape);
}

/** The element type inside a tensor type; 0 for other types. */
function elementOf(type: TypeProto | undefined): number {
  return type?.value.case === 'tensorType' ? type.value.value.elemType : 0;
}

function unsupported(model: string, way: 'input' | 'output', edge: EdgeValue, why?: string): Problem {
  const { adaptation: a } = edge;
  return new Problem('model-unsupported', {
    message: `The ${way} "${edge.name}" of "${model}" cannot cross a wire: ${why ?? (a.how === 'impossible' ? a.why : a.how)}.`,
    fix: `Export the model with plain tensors as ${way}s (for scikit-learn models: options={"zipmap": False}).`,
    where: { file: model, port: edge.name },
  });
}
