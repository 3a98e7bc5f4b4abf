/** `[0, 2, :, :]`: which matrix of the last two dimensions a slice is. */
export function sliceName(shape: readonly number[], slice: number): string {
  const place: string[] = [];
  let left = slice;
  for (const dim of shape.slice(0, -2).reverse()) {
    place.unshift(String(left % dim));
    left = Math.floor(left / dim);
  }
  return `[${[...place, ':', ':'].join(', ')}]`;
}

/** Row-major index of a cell of a slice. */
export function cellIndex(shape: readonly number[], slice: number, row: number, column: number): number {
  const [rows, columns] = shape.slice(-2);
  return slice * rows * columns + row * columns + column;
}

/** At most one dimension is longer than 1, and there are values. */
export function isVector(shape: readonly number[]): boolean {
  return shape.every((dim) => dim > 0) && shape.filter((dim) => dim > 1).length <= 1;
}
