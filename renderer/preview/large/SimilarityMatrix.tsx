import { type KeyboardEvent, useState } from 'react';
import { similarityText } from '../vectors.ts';

interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Every item against every other: the stronger the more alike. Cells are read by pointer or arrows. */
export function SimilarityMatrix({
  names,
  rows,
  at,
}: {
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly at: number;
}) {
  const [cell, setCell] = useState<Cell | null>(null);
  const count = names.length;
  const size = Math.max(6, Math.min(40, Math.floor(480 / count)));
  const written = size >= 34;
  const { low } = rangeOf(rows);
  const keys = (event: KeyboardEvent): void => {
    const step: Readonly<Record<string, Cell>> = {
      ArrowUp: { row: -1, column: 0 },
      ArrowDown: { row: 1, column: 0 },
      ArrowLeft: { row: 0, column: -1 },
      ArrowRight: { row: 0, column: 1 },
    };
    const by = step[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const now = cell ?? { row: at, column: at };
    setCell({ row: bounded(now.row + by.row, count), column: bounded(now.column + by.column, count) });
  };
  return (
    <figure className="matrix">
      <figcaption>Cosine similarity of the items that are kept</figcaption>
      <svg
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its cells are read by arrows.
        tabIndex={0}
        aria-label={`Similarity of ${count} items; arrows move over the cells.`}
        width={count * size}
        height={count * size}
        onKeyDown={keys}
        onPointerLeave={() => setCell(null)}
        onPointerMove={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          setCell({
            row: bounded(Math.floor((event.clientY - box.top) / size), count),
            column: bounded(Math.floor((event.clientX - box.left) / size), count),
          });
        }}
      >
        {rows.map((row, y) =>
          row.map((value, x) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
            <g key={`${y} ${x}`}>
              <rect
                className="matrix-cell"
                x={x * size}
                y={y * size}
                width={size - (size > 8 ? 1 : 0)}
                height={size - (size > 8 ? 1 : 0)}
                fillOpacity={strength(value, low)}
              />
              {written && (
                <text className="matrix-text" x={(x + 0.5) * size} y={(y + 0.5) * size + 3}>
                  {value.toFixed(2)}
                </text>
              )}
            </g>
          )),
        )}
        {cell !== null && (
          <rect className="matrix-mark" x={cell.column * size} y={cell.row * size} width={size - 1} height={size - 1} />
        )}
      </svg>
      <output className="readout">
        {cell === null
          ? `${similarityText(low)} … 1`
          : `${names[cell.row]} and ${names[cell.column]}: ${similarityText(rows[cell.row][cell.column])}`}
      </output>
    </figure>
  );
}

function bounded(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, at));
}

function rangeOf(rows: readonly (readonly number[])[]): { readonly low: number } {
  return { low: rows.reduce((low, row) => row.reduce((a, b) => Math.min(a, b), low), 1) };
}

/** From hardly seen for the least alike to full for the same. */
function strength(value: number, low: number): number {
  return low >= 1 ? 1 : 0.06 + 0.94 * Math.max(0, (value - low) / (1 - low));
}
