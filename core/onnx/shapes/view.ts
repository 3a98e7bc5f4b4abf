import type { AttributeProto, GraphProto, NodeProto, TensorProto } from '../gen/onnx-ml_pb.ts';
import type { DeclaredType } from '../valueTypes.ts';
import type { Shape } from './dims.ts';
import { type Known, numbers } from './known.ts';

/** Shapes of more axes are left alone: no operator's rule is worth it, and a hostile file may claim millions. */
const mostAxes = 64;

/** What is known of the values of a graph, by name; what a graph inside a node does not name itself is looked for around it. */
export class Facts {
  /** Null hides a value of the graphs around that has the same name. */
  private readonly types = new Map<string, DeclaredType | null>();
  private readonly values = new Map<string, Known>();
  private readonly around: Facts | null;

  constructor(around: Facts | null = null) {
    this.around = around;
  }

  typeOf(name: string): DeclaredType | null {
    let facts: Facts | null = this;
    for (; facts !== null; facts = facts.around) {
      const type = facts.types.get(name);
      if (type !== undefined) return type;
    }
    return null;
  }
  valueOf(name: string): Known | null {
    let facts: Facts | null = this;
    for (; facts !== null; facts = facts.around) {
      // Where a name is hidden, its value is too.
      if (facts.types.has(name)) return facts.values.get(name) ?? null;
    }
    return null;
  }
  setType(name: string, type: DeclaredType | null): void {
    this.types.set(name, type === null ? null : { element: soundElement(type.element), shape: sound(type.shape) });
  }
  setValue(name: string, value: Known): void {
    if (this.types.has(name)) this.values.set(name, value);
  }

  /** What is known of this graph's own values. */
  ownTypes(): ReadonlyMap<string, DeclaredType> {
    const known = new Map<string, DeclaredType>();
    for (const [name, type] of this.types) if (type !== null) known.set(name, type);
    return known;
  }
  ownValues(): ReadonlyMap<string, Known> {
    return this.values;
  }
}

/** Numbers of element types are small; an attribute may say anything. */
function soundElement(element: number): number {
  return Number.isInteger(element) && element > 0 && element < 128 ? element : 0;
}

/** Sizes that cannot be are not known: the file is wrong somewhere, and the runtime will say so. */
function sound(shape: Shape | null): Shape | null {
  if (shape === null || shape.length > mostAxes) return null;
  return shape.map((dim) => (typeof dim === 'number' && !(Number.isSafeInteger(dim) && dim >= 0) ? null : dim));
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
    return this.facts.typeOf(this.node.input[input] ?? '')?.element ?? 0;
  }
  shape(input: number): Shape | null {
    return this.facts.typeOf(this.node.input[input] ?? '')?.shape ?? null;
  }
  known(input: number): Known | null {
    return this.facts.valueOf(this.node.input[input] ?? '');
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
