import type { Dim } from '../../core/kinds/type.ts';

/** What a shape parameter may look like: sizes, names of sizes and ?, with commas between; [] for a scalar. */
export const shapePattern = '\\s*|\\s*\\[\\s*\\]\\s*|\\[?\\s*[\\w?]+(\\s*,\\s*[\\w?]+)*\\s*\\]?';

/** `batch, 3, ?` to dimensions; empty text means that nothing is known, `[]` a scalar. */
export function declaredShape(text: string): readonly Dim[] | null {
  if (text.trim() === '') return null;
  const inner = text.replace(/[[\]]/g, '').trim();
  if (inner === '') return [];
  return inner.split(',').map((part) => {
    const word = part.trim();
    if (word === '?') return null;
    return /^\d+$/.test(word) ? Number(word) : word;
  });
}

/** Whether a real shape is what was declared; one name stands for one size. */
export function fitsDeclared(shape: readonly number[], declared: readonly Dim[] | null): boolean {
  if (declared === null) return true;
  const sizes = new Map<string, number>();
  return (
    shape.length === declared.length &&
    declared.every((dim, axis) => {
      if (dim === null) return true;
      if (typeof dim === 'number') return dim === shape[axis];
      const known = sizes.get(dim) ?? shape[axis];
      sizes.set(dim, known);
      return known === shape[axis];
    })
  );
}
