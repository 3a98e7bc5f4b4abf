import { create } from '@bufbuild/protobuf';
import type { Dim } from '../kinds/type.ts';
import { changed } from './change.ts';
import {
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  ValueInfoProtoSchema,
} from './gen/onnx-ml_pb.ts';
import { allNodes } from './graphs.ts';
import { type Opsets, opsetsOf, plainDomain } from './operatorChanges.ts';
import { functionKey, operatorKey } from './rename.ts';
import { eitherShape, meetDim, type Shape } from './shapes/dims.ts';
import { elementwiseRules } from './shapes/elementwise.ts';
import { foldedValues } from './shapes/folding.ts';
import { type Known, knownTensor } from './shapes/known.ts';
import { layoutRules } from './shapes/layout.ts';
import { productRules } from './shapes/products.ts';
import { Facts, NodeView, type Rules } from './shapes/view.ts';
import { windowRules } from './shapes/windows.ts';
import { type DeclaredType, declaredTypes, typeProtoOf } from './valueTypes.ts';

const rules: Rules = { ...elementwiseRules, ...layoutRules, ...windowRules, ...productRules };
const mostDepth = 32;
/** Besides ten for each node. */
const freeVisits = 200_000;

/** What can be told of a model's values before it runs. */
export interface Inferred {
  /** Tensors of the main graph, by name; element 0 and shape null say that it is not known. */
  readonly types: ReadonlyMap<string, DeclaredType>;
  /** Small ones whose values are known: constants, and shapes computed from shapes. */
  readonly values: ReadonlyMap<string, Known>;
}

/**
 * Element types and shapes of all values of the main graph, from its inputs and weights on: dimensions are numbers, the
 * symbols of the inputs, or null. Follows computations of shapes, graphs inside If, Loop and Scan, and local functions.
 * What an operator's rule cannot tell is taken from what the file declares, or stays unknown; nothing is guessed.
 */
export function inferShapes(model: ModelProto): Inferred {
  const graph = model.graph as GraphProto;
  const facts = new Facts();
  new Inference(model).graph(graph, facts, opsetsOf(model.opsetImport), null, 0);
  return { types: facts.ownTypes(), values: facts.ownValues() };
}

/** The same by graph, those inside If, Loop and Scan too; those inside functions are left out, since each call is another. */
export function inferTypes(model: ModelProto): ReadonlyMap<GraphProto, Pick<Facts, 'typeOf'>> {
  const inference = new Inference(model);
  inference.graph(model.graph as GraphProto, new Facts(), opsetsOf(model.opsetImport), null, 0);
  return inference.byGraph;
}

/** The model with what was inferred declared: of its outputs, and of all values of the main graph. It is left as it is. */
export function declareShapes(model: ModelProto, { types }: Inferred = inferShapes(model)): ModelProto {
  const graph = model.graph as GraphProto;
  const declared = new Set([...graph.input, ...graph.output].map((info) => info.name));
  const before = new Map(graph.valueInfo.map((info) => [info.name, info]));
  const made = new Set(graph.node.flatMap((node) => node.output));
  const valueInfo = [...before.values()].filter((info) => !types.has(info.name) || !made.has(info.name));
  for (const [name, type] of types) {
    if (!made.has(name) || name === '' || declared.has(name) || type.element === 0) continue;
    const info = before.get(name) ?? create(ValueInfoProtoSchema, { name });
    valueInfo.push(changed(info, { type: typeProtoOf(type) }));
  }
  const output = graph.output.map((info) => {
    const type = types.get(info.name);
    const known = info.type?.value.case ?? 'tensorType';
    return type === undefined || type.element === 0 || known !== 'tensorType'
      ? info
      : changed(info, { type: typeProtoOf(type) });
  });
  return changed(model, { graph: changed(graph, { valueInfo, output }) });
}

class Inference {
  readonly byGraph = new Map<GraphProto, Facts>();
  private readonly functions: ReadonlyMap<string, FunctionProto>;
  private calls = 0;
  /** Nodes that may still be looked at: loops in loops, and functions that call functions, multiply. */
  private budget: number;

  constructor(model: ModelProto) {
    this.functions = new Map(model.functions.map((f) => [functionKey(f), f]));
    let nodes = 0;
    for (const _ of allNodes(model)) nodes++;
    this.budget = freeVisits + 10 * nodes;
  }

  /**
   * Adds what is known of a graph's values to `facts`, which may hold those of the graphs around it. `given`: types that the
   * graph's inputs really have, in order; null to take what it declares.
   */
  graph(
    graph: GraphProto,
    facts: Facts,
    opsets: Opsets,
    given: readonly (DeclaredType | null)[] | null,
    depth: number,
  ): void {
    const declared = declaredTypes(graph);
    const made = new Set(graph.node.flatMap((node) => node.output));
    const inputs = new Set(graph.input.map((info) => info.name));
    for (const name of [...inputs, ...declared.keys(), ...made]) {
      // Names of the graphs around that are used anew here.
      facts.setType(name, null);
    }
    for (const [name, type] of declared) if (!made.has(name)) facts.setType(name, type);
    given?.forEach((type, i) => {
      facts.setType(graph.input[i]?.name ?? '', type);
    });
    for (const tensor of graph.initializer) {
      const value = inputs.has(tensor.name) ? null : knownTensor(tensor);
      if (value !== null) facts.setValue(tensor.name, value);
    }
    // A body that goes round is seen several times: what holds at last holds for every turn.
    if (this.calls === 0) this.byGraph.set(graph, facts);
    for (const node of graph.node) this.node(node, facts, opsets, declared, depth);
  }

  private node(
    node: NodeProto,
    facts: Facts,
    opsets: Opsets,
    declared: ReadonlyMap<string, DeclaredType>,
    depth: number,
  ): void {
    const types = this.budget-- > 0 ? this.typesOf(node, facts, opsets, depth) : [];
    node.output.forEach((name, i) => {
      if (name === '') return;
      const type = united(types[i] ?? null, declared.get(name));
      facts.setType(name, type);
    });
    const [first] = node.output;
    if (first === undefined || first === '' || plainDomain(node.domain) !== '') return;
    const value = foldedValues(new NodeView(node, opsets[''] ?? 1, facts), facts.typeOf(first)?.shape ?? null);
    if (value !== null) facts.setValue(first, value);
  }

  private typesOf(node: NodeProto, facts: Facts, opsets: Opsets, depth: number): readonly (DeclaredType | null)[] {
    const domain = plainDomain(node.domain);
    const local = this.functions.get(operatorKey(domain, node.opType, node.overload));
    if (local !== undefined) return depth >= mostDepth ? [] : this.call(local, node, facts, depth);
    if (domain !== '' && domain !== 'com.microsoft') return [];
    const view = new NodeView(node, domain === '' ? (opsets[''] ?? 1) : microsoftLike, facts);
    if (depth < mostDepth && domain === '') {
      if (node.opType === 'If') return this.branches(view, facts, opsets, depth);
      if (node.opType === 'Loop') return this.loop(view, facts, opsets, depth);
      if (node.opType === 'Scan' && view.opset >= 9) return this.scan(view, facts, opsets, depth);
    }
    return Object.hasOwn(rules, node.opType) ? rules[node.opType](view) : [];
  }

  /** A function's body, with the types of what it is called with and the attributes of the call. */
  private call(f: FunctionProto, node: NodeProto, facts: Facts, depth: number): readonly (DeclaredType | null)[] {
    const inner = new Facts();
    f.input.forEach((name, i) => {
      const [type, value] = [facts.typeOf(node.input[i] ?? ''), facts.valueOf(node.input[i] ?? '')];
      inner.setType(name, type);
      if (value !== null) inner.setValue(name, value);
    });
    this.calls++;
    const given = new Map([...f.attributeProto, ...node.attribute].map((a) => [a.name, a]));
    for (const one of f.node) {
      const attribute = one.attribute.flatMap((a) => {
        if (a.refAttrName === '') return [a];
        const value = given.get(a.refAttrName);
        return value === undefined ? [] : [changed(value, { name: a.name })];
      });
      this.node(changed(one, { attribute }), inner, opsetsOf(f.opsetImport), new Map(), depth + 1);
    }
    this.calls--;
    return f.output.map((name) => inner.typeOf(name));
  }

  /** Types of a body's outputs, seen from inside the graphs around it. */
  private body(
    graph: GraphProto | undefined,
    facts: Facts,
    opsets: Opsets,
    given: readonly (DeclaredType | null)[],
    depth: number,
  ): readonly (DeclaredType | null)[] {
    if (graph === undefined || this.budget <= 0) return [];
    const inner = new Facts(facts);
    this.graph(graph, inner, opsets, given, depth + 1);
    return graph.output.map((info) => inner.typeOf(info.name));
  }

  private branches(v: NodeView, facts: Facts, opsets: Opsets, depth: number): readonly (DeclaredType | null)[] {
    const [yes, no] = ['then_branch', 'else_branch'].map((name) => this.body(v.graph(name), facts, opsets, [], depth));
    return yes.map((type, i) => either(type, no[i] ?? null));
  }

  /** What goes round keeps what holds at the start and after a turn; what is gathered gets an axis for the turns. */
  private loop(v: NodeView, facts: Facts, opsets: Opsets, depth: number): readonly (DeclaredType | null)[] {
    const graph = v.graph('body');
    const carried = v.node.input.slice(2).map((name) => facts.typeOf(name));
    const counters = [
      { element: 7, shape: [] },
      { element: 9, shape: [] },
    ];
    const { states, others } = this.settled(carried, (now) => {
      const outputs = this.body(graph, facts, opsets, [...counters, ...now], depth);
      return { states: outputs.slice(1, 1 + now.length), others: outputs.slice(1 + now.length) };
    });
    return [...states, ...others.map((type) => stacked(type, 0, null))];
  }

  private scan(v: NodeView, facts: Facts, opsets: Opsets, depth: number): readonly (DeclaredType | null)[] {
    const scanned = v.int('num_scan_inputs', 0);
    const carried = v.node.input.slice(0, v.node.input.length - scanned).map((name) => facts.typeOf(name));
    const lists = v.node.input.slice(v.node.input.length - scanned).map((name) => facts.typeOf(name));
    const axes = v.ints('scan_input_axes') ?? [];
    const axisOf = (i: number, rank: number) => ((axes[i] ?? 0) < 0 ? (axes[i] ?? 0) + rank : (axes[i] ?? 0));
    const slices = lists.map((type, i) =>
      type?.shape ? { ...type, shape: type.shape.filter((_, at) => at !== axisOf(i, type.shape?.length ?? 0)) } : type,
    );
    const length = lists
      .map((type, i) => type?.shape?.[axisOf(i, type.shape.length)] ?? null)
      .reduce<Dim>(meetDim, null);
    const { states, others } = this.settled(carried, (now) => {
      const outputs = this.body(v.graph('body'), facts, opsets, [...now, ...slices], depth);
      return { states: outputs.slice(0, now.length), others: outputs.slice(now.length) };
    });
    const to = v.ints('scan_output_axes') ?? [];
    return [...states, ...others.map((type, i) => stacked(type, to[i] ?? 0, length))];
  }

  /** Goes round until what is known of the state does not change any more, which proves it for every turn. */
  private settled(
    carried: readonly (DeclaredType | null)[],
    turn: (now: readonly (DeclaredType | null)[]) => {
      readonly states: readonly (DeclaredType | null)[];
      readonly others: readonly (DeclaredType | null)[];
    },
  ): { readonly states: readonly (DeclaredType | null)[]; readonly others: readonly (DeclaredType | null)[] } {
    let now = carried;
    // Each round loses something of a shape, or is the last but one: ranks are small.
    for (let round = 0; round < 8; round++) {
      const { states, others } = turn(now);
      const next = now.map((type, i) => either(type, states[i] ?? null));
      if (next.every((type, i) => same(type, now[i]))) return { states: next, others };
      now = next;
    }
    const open = carried.map(() => null);
    return { states: open, others: turn(open).others };
  }
}

/** Operators of the runtime's own set have no history: rules see them as the newest. */
const microsoftLike = 1000;

/** A rule's answer, with what it leaves open taken from the file's. */
function united(inferred: DeclaredType | null, declared: DeclaredType | undefined): DeclaredType | null {
  if (declared === undefined) return inferred;
  if (inferred === null) return declared;
  const { shape } = inferred;
  const filled = shape === null ? declared.shape : shape.length !== declared.shape?.length ? shape : null;
  return {
    element: inferred.element || declared.element,
    shape: filled ?? shape?.map((dim, i) => dim ?? declared.shape?.[i] ?? null) ?? null,
  };
}

function either(a: DeclaredType | null, b: DeclaredType | null): DeclaredType | null {
  if (a === null || b === null) return null;
  return { element: a.element === b.element ? a.element : 0, shape: eitherShape(a.shape, b.shape) };
}

function same(a: DeclaredType | null, b: DeclaredType | null): boolean {
  return a === b || (a !== null && b !== null && a.element === b.element && sameShape(a.shape, b.shape));
}
function sameShape(a: Shape | null, b: Shape | null): boolean {
  return a === b || (a !== null && b !== null && a.length === b.length && a.every((dim, i) => dim === b[i]));
}

function stacked(type: DeclaredType | null, axis: number, length: Dim): DeclaredType | null {
  if (type === null || type.shape === null) return type;
  const at = axis < 0 ? axis + type.shape.length + 1 : axis;
  return { ...type, shape: type.shape.toSpliced(at, 0, length) };
}
