import type { Dim } from '../../kinds/type.ts';

export type Shape = readonly Dim[];

/**
 * Shapes that meet element by element, aligned at their ends (NumPy's rule). A size above 1 wins over what is not known,
 * since nothing else would run; two symbols may both be 1 or not, so they are one only when they are the same.
 */
export function broadcast(shapes: readonly (Shape | null)[]): Shape | null {
  if (shapes.some((shape) => shape === null)) return null;
  const rank = Math.max(0, ...shapes.map((shape) => shape?.length ?? 0));
  return Array.from({ length: rank }, (_, i) =>
    shapes.reduce<Dim>((result, shape) => {
      const at = i - rank + (shape?.length ?? 0);
      return at < 0 || shape === null ? result : broadcastDim(result, shape[at]);
    }, 1),
  );
}

function broadcastDim(a: Dim, b: Dim): Dim {
  if (a === b) return a;
  if (a === 1) return b;
  if (b === 1) return a;
  if (typeof a === 'number' && typeof b === 'number') return null;
  if (typeof a === 'number' && a > 1) return a;
  if (typeof b === 'number' && b > 1) return b;
  return null;
}

/** What is known of a dimension from two sides that must be equal. */
export function meetDim(a: Dim, b: Dim): Dim {
  if (typeof a === 'number') return a;
  return typeof b === 'number' ? b : (a ?? b);
}

/** What holds in both cases; null where they differ. */
export function eitherShape(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null || a.length !== b.length) return null;
  return a.map((dim, i) => (dim === b[i] ? dim : null));
}

/** The product of dimensions; a symbol stays when it stands alone. */
export function productOf(dims: Shape): Dim {
  if (dims.includes(0)) return 0;
  const others = dims.filter((dim) => dim !== 1);
  if (others.length === 0) return 1;
  if (others.length === 1) return others[0];
  return others.every((dim): dim is number => typeof dim === 'number') ? others.reduce((p, d) => p * d, 1) : null;
}

export function sumOf(dims: Shape): Dim {
  const others = dims.filter((dim) => dim !== 0);
  if (others.length === 0) return 0;
  if (others.length === 1) return others[0];
  return others.every((dim): dim is number => typeof dim === 'number') ? others.reduce((s, d) => s + d, 0) : null;
}

/** What one dimension must be so that all together make as many elements as `whole`: the -1 of a Reshape. */
export function restOf(whole: Shape, others: Shape): Dim {
  if (whole.includes(null) || others.includes(null) || others.includes(0)) return null;
  const symbols = whole.filter((d): d is string => typeof d === 'string');
  for (const symbol of others) {
    if (typeof symbol !== 'string') continue;
    const at = symbols.indexOf(symbol);
    if (at < 0) return null;
    symbols.splice(at, 1);
  }
  const count = (dims: Shape) => dims.reduce<number>((p, d) => (typeof d === 'number' ? p * d : p), 1);
  const factor = count(whole) / count(others);
  if (symbols.length === 0) return Number.isInteger(factor) ? factor : null;
  return symbols.length === 1 && factor === 1 ? symbols[0] : null;
}

/** An axis from 0 on; null when it does not lie within the rank. */
export function axisIn(axis: number, rank: number): number | null {
  const at = axis < 0 ? axis + rank : axis;
  return Number.isInteger(at) && at >= 0 && at < rank ? at : null;
}

/** Axes from 0 on; null when one does not lie within the rank, or there are more than can be meant. */
export function axesIn(axes: readonly number[], rank: number): readonly number[] | null {
  if (axes.length > rank) return null;
  const found = axes.map((axis) => axisIn(axis, rank));
  return found.every((axis): axis is number => axis !== null) ? found : null;
}

export function unknown(rank: number): Shape {
  return Array.from({ length: rank }, () => null);
}
