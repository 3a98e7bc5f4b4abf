import { heatColours } from './heatColours.ts';
import { indexedPng } from './indexedPng.ts';
import { fitInside } from './picture.ts';
import { type NumericTensor, pieceLength, readNumbers } from './tensorNumbers.ts';
import type { Rest } from './work.ts';

/** Colour 0 is transparent, for cells of NaN alone; the others go from least to largest. */
const clear = 0;
const levels = 255;
const palette = { rgb: Uint8Array.from([0, 0, 0, ...heatColours.subarray(3)]), clear: new Set([clear]) };

/** Matrices of the last two dimensions; 0 where there are fewer than two, or no elements. */
export function sliceCount(shape: readonly number[]): number {
  if (shape.length < 2) return 0;
  const [rows, columns] = shape.slice(-2);
  return rows * columns === 0 ? 0 : shape.slice(0, -2).reduce((product, dim) => product * dim, 1);
}

/**
 * One slice as a PNG of at most `width` x `height`, of the matrix's own size where that is smaller. Cells that share a pixel
 * go in by the mean of the finite ones. Colours run from `min` to `max`; infinity alone takes the last of its side.
 */
export async function heatMap(
  tensor: NumericTensor,
  slice: number,
  range: { readonly min: number; readonly max: number },
  width: number,
  height: number,
  rest: Rest,
): Promise<Uint8Array> {
  const [rows, columns] = tensor.shape.slice(-2);
  const size = heatSize(rows, columns, width, height);
  const cells = await meansOf(tensor, slice, size, rest);
  const indices = new Uint8Array(size.width * size.height);
  const span = range.max / 2 - range.min / 2;
  for (let i = 0; i < indices.length; i++) {
    const x = cells[i];
    const place = span > 0 ? (x / 2 - range.min / 2) / span : 0.5;
    if (!Number.isNaN(x)) indices[i] = 1 + Math.round((levels - 1) * Math.min(1, Math.max(0, place)));
  }
  return indexedPng(indices, size.width, size.height, palette);
}

/** Proportions stay unless the matrix is so long that it would become a thread. */
function heatSize(
  rows: number,
  columns: number,
  width: number,
  height: number,
): { readonly width: number; readonly height: number } {
  if (Math.max(rows, columns) <= 4 * Math.min(rows, columns)) return fitInside(columns, rows, width, height);
  return { width: Math.min(columns, width), height: Math.min(rows, height) };
}

async function meansOf(
  tensor: NumericTensor,
  slice: number,
  size: { readonly width: number; readonly height: number },
  rest: Rest,
): Promise<Float64Array> {
  const [rows, columns] = tensor.shape.slice(-2);
  const { width, height } = size;
  const sums = new Float64Array(width * height);
  const counts = new Float64Array(width * height);
  // What stands where nothing is finite: NaN until an infinity is met.
  const others = new Float64Array(width * height).fill(Number.NaN);
  const first = slice * rows * columns;
  const end = first + rows * columns;
  const piece = new Float64Array(Math.min(pieceLength, rows * columns));
  let row = 0;
  let column = 0;
  for (let at = first; at < end; at += pieceLength) {
    const length = Math.min(readNumbers(tensor, at, piece), end - at);
    for (let i = 0; i < length; ) {
      // Up to the end of the row, in runs that fall into one cell.
      const top = Math.floor((row * height) / rows) * width;
      const stop = Math.min(length, i + columns - column);
      while (i < stop) {
        const across = Math.floor((column * width) / columns);
        const cell = top + across;
        const run = Math.min(stop - i, Math.ceil(((across + 1) * columns) / width) - column);
        for (const last = i + run; i < last; i++) {
          const x = piece[i];
          if (x - x === 0) {
            sums[cell] += x;
            counts[cell]++;
          } else if (!Number.isNaN(x)) others[cell] = x;
        }
        column += run;
      }
      if (column < columns) continue;
      column = 0;
      row++;
    }
    await rest();
  }
  return sums.map((sum, i) => (counts[i] > 0 ? sum / counts[i] : others[i]));
}
