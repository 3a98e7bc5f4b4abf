import type { PortSpec } from '../define/port.ts';
import { type Dim, dimText, typeText, type WireType } from '../kinds/type.ts';
import type { ProblemCode } from '../problems/table.ts';

/** One way in which a wire's type is not what the port demands. */
export interface Mismatch {
  readonly code: ProblemCode;
  readonly expected: string;
  readonly got: string;
  /** For a shape: which axis. */
  readonly axis?: number;
}

/** Numbers found for symbolic dimensions of one node. */
export type DimBindings = Map<string, number>;

/**
 * Compares a wire's type with a port's demands. What is unknown fits; it is looked at again when values flow.
 * Symbols of the port are bound to the numbers they meet, and must then be the same everywhere in the node.
 */
export function mismatchesOf(type: WireType, spec: PortSpec, bindings: DimBindings): readonly Mismatch[] {
  if (!spec.kinds.includes(type.kind))
    return [{ code: 'wire-kind', expected: spec.kinds.join(' or '), got: typeText(type) }];
  const found: Mismatch[] = [];
  const { want } = spec;
  if (want.count === 'one' && type.sequence.count === 'many')
    found.push({ code: 'wire-sequence', expected: 'a single item', got: typeText(type) });
  if (type.kind === 'tensor') {
    if (want.dtype && type.dtype !== null && !want.dtype.includes(type.dtype)) {
      found.push({ code: 'wire-dtype', expected: want.dtype.join(' or '), got: type.dtype });
    }
    if (want.shape && type.shape !== null) found.push(...fitShape(type.shape, want.shape, bindings));
  }
  if (type.kind === 'embedding' && want.length !== undefined)
    found.push(...fitShape([type.length], [want.length], bindings));
  if (type.kind === 'scores' && want.length !== undefined)
    found.push(...fitShape([type.classes], [want.length], bindings));
  if (type.kind === 'image' && want.colour && type.colour !== null && !want.colour.includes(type.colour)) {
    found.push({ code: 'wire-colour', expected: want.colour.join(' or '), got: type.colour });
  }
  if (type.kind === 'audio') {
    if (
      typeof want.sampleRateHz === 'number' &&
      typeof type.sampleRateHz === 'number' &&
      type.sampleRateHz !== want.sampleRateHz
    ) {
      found.push({ code: 'wire-rate', expected: `${want.sampleRateHz} Hz`, got: `${type.sampleRateHz} Hz` });
    }
    if (typeof want.channels === 'number' && typeof type.channels === 'number' && type.channels !== want.channels) {
      found.push({ code: 'wire-shape', expected: `${want.channels} channels`, got: `${type.channels} channels` });
    }
  }
  return found;
}

function fitShape(got: readonly Dim[], want: readonly Dim[], bindings: DimBindings): readonly Mismatch[] {
  const expected = shapeText(want);
  if (got.length !== want.length) {
    return [
      {
        code: 'wire-shape',
        expected: `${expected} (${want.length} dimensions)`,
        got: `${shapeText(got)} (${got.length})`,
      },
    ];
  }
  const found: Mismatch[] = [];
  for (const [axis, dim] of want.entries()) {
    const is = got[axis];
    if (typeof is !== 'number' || dim === null) continue;
    const should = typeof dim === 'number' ? dim : bindings.get(dim);
    if (should === undefined) bindings.set(dim as string, is);
    else if (should !== is) {
      const symbol = typeof dim === 'string' ? `${dim}=${should}` : String(should);
      found.push({
        code: 'wire-shape',
        expected: `${expected} with ${symbol} on axis ${axis}`,
        got: shapeText(got),
        axis,
      });
    }
  }
  return found;
}

export function shapeText(shape: readonly Dim[]): string {
  return `[${shape.map(dimText).join(', ')}]`;
}
