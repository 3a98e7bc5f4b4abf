import type { Dim } from '../kinds/type.ts';
import { Problem } from '../problems/problem.ts';
import { elementName } from './elements.ts';
import type { GraphProto, TypeProto, ValueInfoProto } from './gen/onnx-ml_pb.ts';
import { tensorTypeOf } from './valueTypes.ts';

/** Which input of the second model takes which output of the first. */
export type Wiring = Readonly<Record<string, string>>;

/** A dimension's symbol in one of two models that are joined. */
export type PartSymbol = `${0 | 1}:${string}`;

/**
 * Holds every wire of a seam to its two declared types, and finds which symbols of dimensions are one. Throws
 * `wire-dangling`, `wire-kind`, `wire-dtype` and `wire-shape`.
 */
export function checkSeam(
  first: GraphProto,
  second: GraphProto,
  wiring: Wiring,
  names: readonly [string, string],
): Unified {
  const unified = new Unified();
  for (const [to, from] of Object.entries(wiring)) {
    const output = first.output.find((info) => info.name === from);
    const input = second.input.find((info) => info.name === to);
    if (output === undefined) throw dangling(names[0], 'output', from, first.output);
    if (input === undefined) throw dangling(names[1], 'input', to, second.input);
    const where = { wire: { from: `${names[0]}.${from}`, to: `${names[1]}.${to}` } };
    const wire = `The output "${from}" of "${names[0]}" does not fit the input "${to}" of "${names[1]}"`;
    const [gives, wants] = [output.type?.value.case, input.type?.value.case];
    if (gives !== undefined && wants !== undefined && gives !== wants) {
      throw new Problem('wire-kind', {
        message: `${wire}: it is a ${formOf(output.type)}, and a ${formOf(input.type)} is wanted.`,
        fix: 'Wire values of the same form, or export the models with plain tensors at this place.',
        where,
      });
    }
    const [given, wanted] = [tensorTypeOf(output.type), tensorTypeOf(input.type)];
    if (given === null || wanted === null) continue;
    if (given.element !== 0 && wanted.element !== 0 && given.element !== wanted.element) {
      throw new Problem('wire-dtype', {
        message: `${wire}: it is ${elementName(given.element)}, and ${elementName(wanted.element)} is wanted.`,
        fix: `Put a Cast to ${elementName(wanted.element)} between the two.`,
        where,
      });
    }
    if (given.shape === null || wanted.shape === null) continue;
    const told = `${wire}: its shape is ${shapeText(given.shape)}, and ${shapeText(wanted.shape)} is wanted`;
    if (given.shape.length !== wanted.shape.length) {
      throw new Problem('wire-shape', {
        message: `${told}, which has another number of axes.`,
        fix: 'Put a Reshape, Squeeze or Unsqueeze between the two.',
        where,
      });
    }
    for (const [axis, dim] of given.shape.entries()) {
      if (unified.join(tagged(0, dim), tagged(1, wanted.shape[axis]))) continue;
      throw new Problem('wire-shape', {
        message: `${told}; axis ${axis} cannot be both.`,
        fix: 'Resize or crop to the size that is wanted, or export one of the models with this axis open.',
        where,
      });
    }
  }
  return unified;
}

/** Classes of dimensions that must be equal, some of them known to be a number. */
export class Unified {
  private readonly parents = new Map<PartSymbol, PartSymbol>();
  private readonly numbers = new Map<PartSymbol, number>();

  /** Makes two dimensions one; false when they are two different numbers. Null is any. */
  join(a: PartSymbol | number | null, b: PartSymbol | number | null): boolean {
    if (a === null || b === null) return true;
    if (typeof a === 'number') return typeof b === 'number' ? a === b : this.fix(b, a);
    if (typeof b === 'number') return this.fix(a, b);
    const [one, other] = [this.rootOf(a), this.rootOf(b)];
    if (one === other) return true;
    // The first model's symbols come first in the order of the alphabet too, so that they stay.
    const [root, child] = one < other ? [one, other] : [other, one];
    this.parents.set(child, root);
    const number = this.numbers.get(child);
    return number === undefined || this.fix(root, number);
  }

  /** What a symbol has become: a number, or the symbol that stands for all of its class. */
  of(symbol: PartSymbol): number | PartSymbol {
    const root = this.rootOf(symbol);
    return this.numbers.get(root) ?? root;
  }

  private fix(symbol: PartSymbol, number: number): boolean {
    const root = this.rootOf(symbol);
    const known = this.numbers.get(root);
    this.numbers.set(root, known ?? number);
    return known === undefined || known === number;
  }

  private rootOf(symbol: PartSymbol): PartSymbol {
    let root = symbol;
    for (let up = this.parents.get(root); up !== undefined; up = this.parents.get(root)) root = up;
    return root;
  }
}

function tagged(part: 0 | 1, dim: Dim): PartSymbol | number | null {
  return typeof dim === 'string' ? `${part}:${dim}` : dim;
}

function shapeText(shape: readonly Dim[]): string {
  return `[${shape.map((dim) => dim ?? '?').join(', ')}]`;
}

function formOf(type: TypeProto | undefined): string {
  return (type?.value.case ?? 'value').replace(/Type$/, '').replace('sparseTensor', 'sparse tensor');
}

function dangling(model: string, way: 'input' | 'output', name: string, have: readonly ValueInfoProto[]): Problem {
  const list = have.map((info) => `"${info.name}"`);
  const more = list.length > 8 ? ` and ${list.length - 8} more` : '';
  return new Problem('wire-dangling', {
    message: `"${model}" has no ${way} "${name}".`,
    fix: list.length === 0 ? `It has no ${way} at all.` : `It has ${list.slice(0, 8).join(', ')}${more}.`,
    where: { file: model, port: name },
  });
}
