import { useEffect, useState } from 'react';
import type { TensorPreview } from '../../../core/studio/preview.ts';
import { numberText } from '../numbers.ts';
import { Picture } from '../Picture.tsx';
import { usePreview } from '../previews.ts';
import { type Pointed, Stage } from './Stage.tsx';
import { cellIndex } from './slices.ts';

/** Values are asked for one by one only of tensors that are gone through in a moment. */
const mostProbed = 4_000_000;
const probeMs = 120;

export function HeatLarge({
  preview,
  end,
  slice,
  heat,
  onGone,
}: {
  readonly preview: TensorPreview;
  readonly end: string;
  readonly slice: number;
  readonly heat: string;
  readonly onGone: () => void;
}) {
  const { shape, statistics } = preview;
  const [rows, columns] = shape.slice(-2);
  const [point, setPoint] = useState<Pointed | null>(null);
  const settled = useSettled(point);
  const total = shape.reduce((product, dim) => product * dim, 1);
  const probed = settled === null || total > mostProbed ? null : cellIndex(shape, slice, settled.y, settled.x);
  const probe = usePreview(end, { width: 1, height: 1, lane: 'probe', offset: probed ?? 0, off: probed === null });
  const value =
    probed !== null && settled === point && !probe.stale && probe.preview?.kind === 'tensor'
      ? probe.preview.values[0]
      : undefined;
  // Long thin matrices are drawn over the whole stage; others keep their cells square.
  const thin = Math.max(rows, columns) > 4 * Math.min(rows, columns);
  const shown = thin ? stretched(rows, columns) : { width: columns, height: rows };
  return (
    <Stage
      width={shown.width}
      height={shown.height}
      name={`Heat map, ${rows} rows, ${columns} columns`}
      onPoint={(at) =>
        setPoint(
          at === null
            ? null
            : {
                x: Math.floor(((at.x + 0.5) * columns) / shown.width),
                y: Math.floor(((at.y + 0.5) * rows) / shown.height),
              },
        )
      }
      readout={
        point === null
          ? `${rows} rows × ${columns} columns`
          : `row ${point.y}, column ${point.x}${value === undefined ? '' : `: ${value}`}`
      }
      tools={
        statistics !== null && (
          <span className="heat-key">
            {numberText(statistics.min)}
            <span className="heat-ramp" />
            {numberText(statistics.max)}
          </span>
        )
      }
    >
      {() => <Picture blob={heat} className="fill exact" alpha={(statistics?.nan ?? 0) > 0} onGone={onGone} />}
    </Stage>
  );
}

function stretched(rows: number, columns: number): { readonly width: number; readonly height: number } {
  const long = Math.max(rows, columns);
  return rows > columns ? { width: Math.ceil(long / 4), height: long } : { width: long, height: Math.ceil(long / 4) };
}

/** The point once the pointer rests. */
function useSettled(point: Pointed | null): Pointed | null {
  const [settled, setSettled] = useState<Pointed | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(point), probeMs);
    return () => window.clearTimeout(timer);
  }, [point]);
  return settled;
}
