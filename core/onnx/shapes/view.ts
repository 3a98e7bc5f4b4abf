import type { AttributeProto, GraphProto, NodeProto, TensorProto } from '../gen/onnx-ml_pb.ts';
import type { DeclaredType } from '../valueTypes.ts';
import type { Shape } from './dims.ts';
import { type Known, numbers } from './known.ts';

/** What is known of the values of a graph, by name. */
export interface Facts {
  readonly types: Map<string, DeclaredType>;
  readonly values: Map<string, Known>;
}

/** A node as the rules see it: what is known of its inputs, its attributes, the version of its operator set. */
export class NodeView {
  readonly node: NodeProto;
  readonly opset: number;
  private readonly facts: Facts;
  private readonly attributes: ReadonlyMap<string, AttributeProto>;

  constructor(node: NodeProto, opset: number, facts: Facts) {
    this.node = node;
    this.opset = opset;
    this.facts = facts;
    this.attributes = new Map(node.attribute.map((a) => [a.name, a]));
  }

  has(input: number): boolean {
    return (this.node.input[input] ?? '') !== '';
  }
  /** 0 when it is not known. */
  element(input: number): number {
    return this.facts.types.get(this.node.input[input] ?? '')?.element ?? 0;
  }
  shape(input: number): Shape | null {
    return this.facts.types.get(this.node.input[input] ?? '')?.shape ?? null;
  }
  known(input: number): Known | null {
    return this.facts.values.get(this.node.input[input] ?? '') ?? null;
  }
  numbers(input: number): readonly number[] | null {
    return numbers(this.known(input));
  }
  /** Element type of the first input of which it is known. */
  anyElement(...inputs: readonly number[]): number {
    return inputs.map((input) => this.element(input)).find((element) => element !== 0) ?? 0;
  }

  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }
  int(name: string, or: number): number {
    const attribute = this.attributes.get(name);
    return attribute === undefined ? or : Number(attribute.i);
  }
  float(name: string, or: number): number {
    return this.attributes.get(name)?.f ?? or;
  }
  ints(name: string): readonly number[] | null {
    return this.attributes.get(name)?.ints.map(Number) ?? null;
  }
  floats(name: string): readonly number[] | null {
    return this.attributes.get(name)?.floats ?? null;
  }
  text(name: string, or: string): string {
    const attribute = this.attributes.get(name);
    return attribute === undefined ? or : new TextDecoder().decode(attribute.s);
  }
  tensor(name: string): TensorProto | undefined {
    return this.attributes.get(name)?.t;
  }
  graph(name: string): GraphProto | undefined {
    return this.attributes.get(name)?.g;
  }
  /**
   * Numbers that older versions give as an attribute and newer ones as an input. Null: neither is there; 'unknown': the
   * input is, but its values are not known.
   */
  intsOrInput(name: string, input: number): readonly number[] | 'unknown' | null {
    const attribute = this.ints(name);
    if (attribute !== null) return attribute;
    return this.has(input) ? (this.numbers(input) ?? 'unknown') : null;
  }
}

/** Types of a node's outputs; null for one that is not known. A rule is never wrong: where it cannot tell, it does not. */
export type Rule = (view: NodeView) => readonly (DeclaredType | null)[];
export type Rules = Readonly<Record<string, Rule>>;

/** The same rule for several operators, named in one text. */
export function rulesFor(names: string, rule: Rule): Rules {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, rule]));
}

export function type(element: number, shape: Shape | null): DeclaredType {
  return { element, shape };
}
