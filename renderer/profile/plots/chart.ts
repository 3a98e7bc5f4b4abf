import type * as Plot from '@observablehq/plot';
import { numberText } from '../../preview/numbers.ts';

/** Handed in, so that a page loads it when its first plot is shown, and a report once for all. */
export type PlotLibrary = typeof Plot;

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Names patterns; different for every drawing of a page. */
  readonly id: string;
}

/** A plot as data: what it says, and how to draw it with CSS variables for colours. Knows neither React nor a page. */
export interface Chart {
  readonly title: string;
  /** What the axes are, with units. */
  readonly subtitle: string;
  /** The finding in a sentence, for those who do not see it. */
  readonly description: string;
  /** One below the other, sharing the height. */
  readonly panels: readonly ChartPanel[];
  /** Instead of them in a place too low for all. */
  readonly low?: ChartPanel;
}
export interface ChartPanel {
  /** Part of the height, 0 to 1. */
  readonly share: number;
  options(plot: PlotLibrary, size: ChartSize): Plot.PlotOptions;
}

/** Instead of a chart: why there is none, and what to do. */
export interface NoChart {
  readonly title: string;
  readonly nothing: string;
}

/** Grey for the frame, ink for what is said: a hue means heat or a state. */
export const colours = {
  ink: 'var(--ink)',
  ink2: 'var(--ink-2)',
  ink3: 'var(--ink-3)',
  line: 'var(--line)',
  line2: 'var(--line-2)',
  edge: 'var(--edge)',
  ground: 'var(--chrome)',
  ok: 'var(--ok)',
  warn: 'var(--warn)',
} as const;

/** A class of its own, so that its rules can stand in a style sheet: the studio allows no style blocks in a page. */
export const plotClass = 'tributary-plot';

/** What all charts share. Margins leave room for figures of five digits on the left. */
export function frame({ width, height }: ChartSize): Plot.PlotOptions {
  return {
    className: plotClass,
    width,
    height,
    marginLeft: 48,
    marginRight: 16,
    marginTop: 18,
    marginBottom: 34,
    style: { color: colours.ink3, background: 'transparent', fontSize: '10px', overflow: 'visible' },
  };
}

/** Axes with faint rules; their labels at the ends, with units. `x` null: the panel below has the axis. */
export function axes(
  plot: PlotLibrary,
  size: ChartSize,
  x: string | null,
  y: string,
  yTicks?: readonly number[],
): Plot.Markish[] {
  const ticks = yTicks ?? ticksFor(size.height, 40);
  return [
    plot.gridY({ stroke: colours.line, strokeOpacity: 1, ticks }),
    ...(x === null
      ? []
      : [
          plot.axisX({
            label: x,
            labelAnchor: 'right',
            labelArrow: 'none',
            tickSize: 0,
            ticks: ticksFor(size.width, 72),
            tickFormat,
          }),
        ]),
    plot.axisY({
      label: y,
      labelAnchor: 'top',
      labelArrow: 'none',
      tickSize: 0,
      ticks,
      tickFormat,
    }),
    plot.ruleY([0], { stroke: colours.line2 }),
  ];
}

/** As numbers are written everywhere in the studio. */
export function tickFormat(value: number): string {
  return numberText(value, 4);
}

export function ticksFor(pixels: number, apart: number): number {
  return Math.max(2, Math.min(10, Math.floor(pixels / apart)));
}

/** Words beside a point: in ink with the ground's colour around them, so that lines under them do not cross them. */
export const labelStyle = {
  fill: colours.ink2,
  stroke: colours.ground,
  strokeWidth: 3,
  fontSize: 10,
} as const;

/** About how wide a text of 10 px is. */
export function textWidth(text: string): number {
  return text.length * 5.7;
}

/**
 * Rows for labels that stand in a line and must not run into each other: the lowest in which each fits. Places and
 * widths in pixels, labels centred.
 */
export function staggered(labels: readonly { readonly x: number; readonly width: number }[]): readonly number[] {
  const ends: number[] = [];
  const rows = new Array<number>(labels.length).fill(0);
  const order = labels.map((_, i) => i).sort((a, b) => labels[a].x - labels[b].x);
  for (const i of order) {
    const from = labels[i].x - labels[i].width / 2;
    let row = 0;
    while (row < ends.length && ends[row] > from) row++;
    ends[row] = labels[i].x + labels[i].width / 2 + 6;
    rows[i] = row;
  }
  return rows;
}

/** Labels at the ends of lines pushed apart, in order, at least `apart` from each other, within `[from, to]` where that can be. */
export function apartFrom(ys: readonly number[], apart: number, from: number, to: number): readonly number[] {
  const order = ys.map((_, i) => i).sort((a, b) => ys[a] - ys[b]);
  const placed = [...ys];
  let least = from;
  for (const i of order) {
    placed[i] = Math.max(placed[i], least);
    least = placed[i] + apart;
  }
  let most = to;
  for (const i of [...order].reverse()) {
    placed[i] = Math.min(placed[i], most);
    most = placed[i] - apart;
  }
  return placed;
}
