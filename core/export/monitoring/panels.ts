/** Panels of Grafana, in the form of its dashboard JSON (schema version 39). */
export interface Target {
  readonly expr: string;
  /** `{{label}}` is filled in by Grafana. */
  readonly legend: string;
  /** The value of now, as a table. */
  readonly table?: boolean;
}

export interface Threshold {
  readonly value: number;
  readonly colour: 'green' | 'orange' | 'red';
}

export interface PanelInit {
  readonly title: string;
  readonly doc?: string;
  readonly targets: readonly Target[];
  /** Of Grafana's units: `s`, `reqps`, `percentunit`, `bytes`, `short`. */
  readonly unit: string;
  readonly width: number;
  readonly height?: number;
  readonly stacked?: boolean;
  readonly max?: number;
  readonly logarithmic?: boolean;
  readonly thresholds?: readonly Threshold[];
  /** Series by name → how it is called instead. */
  readonly names?: readonly (readonly [string, string])[];
  readonly form?: 'timeseries' | 'table' | 'state-timeline';
}

export interface Row {
  readonly title: string;
  readonly panels: readonly PanelInit[];
  readonly collapsed?: boolean;
}

// Grafana's own form of a variable.
// biome-ignore lint/suspicious/noTemplateCurlyInString: as it is said there
const source = { type: 'prometheus', uid: '${datasource}' } as const;
const columns = 24;

/**
 * Text that Grafana shows as it stands: it takes `$name`, `${name}` and `[[name]]` for variables and knows no escape, so a
 * word joiner (U+2060, which nobody sees) parts the signs.
 */
export function plainText(text: string): string {
  return text.replace(/\$/g, '$\u2060').replace(/\[\[/g, '[\u2060[').replace(/\{\{/g, '{\u2060{');
}

/** Rows with their panels, laid out from left to right. */
export function layOut(rows: readonly Row[]): readonly object[] {
  const laid: object[] = [];
  let y = 0;
  let id = 1;
  for (const { title, panels, collapsed = false } of rows) {
    const inside: object[] = [];
    const gridPos = { h: 1, w: columns, x: 0, y };
    y += 1;
    const rowId = id++;
    let x = 0;
    let highest = 0;
    for (const panel of panels) {
      const height = panel.height ?? 8;
      if (x + panel.width > columns) {
        x = 0;
        y += highest;
        highest = 0;
      }
      inside.push(panelOf(panel, id++, { h: height, w: panel.width, x, y }));
      x += panel.width;
      highest = Math.max(highest, height);
    }
    y += highest;
    laid.push({ type: 'row', id: rowId, title, collapsed, gridPos, panels: collapsed ? inside : [] });
    if (!collapsed) laid.push(...inside);
  }
  return laid;
}

interface GridPlace {
  readonly h: number;
  readonly w: number;
  readonly x: number;
  readonly y: number;
}

function panelOf(init: PanelInit, id: number, gridPos: GridPlace): object {
  const { form = 'timeseries', doc } = init;
  return {
    type: form,
    id,
    title: init.title,
    ...(doc === undefined ? {} : { description: doc }),
    gridPos,
    datasource: source,
    targets: init.targets.map(({ expr, legend, table = false }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: source,
      expr,
      legendFormat: legend,
      editorMode: 'code',
      range: !table,
      instant: table,
      ...(table ? { format: 'table' } : {}),
    })),
    fieldConfig: fieldsOf(init),
    options: optionsOf(form),
  };
}

function fieldsOf({ unit, max, stacked, logarithmic, thresholds, names = [], form = 'timeseries' }: PanelInit): object {
  const lines = {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: stacked ? 30 : 5,
    showPoints: 'never',
    spanNulls: false,
    stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
    ...(logarithmic ? { scaleDistribution: { type: 'log', log: 10 } } : {}),
    ...(thresholds === undefined ? {} : { thresholdsStyle: { mode: 'line' } }),
  };
  return {
    defaults: {
      unit,
      min: logarithmic ? undefined : 0,
      ...(max === undefined ? {} : { max }),
      ...(form === 'timeseries' ? { custom: lines } : {}),
      // Its own colours are of a scale from the least to the most that is seen.
      ...(form === 'state-timeline' ? { color: { mode: 'thresholds' } } : {}),
      ...(thresholds === undefined ? {} : { thresholds: stepsOf(thresholds) }),
    },
    overrides: names.map(([name, shown]) => ({
      matcher: { id: 'byName', options: name },
      properties: [{ id: 'displayName', value: shown }],
    })),
  };
}

function stepsOf(thresholds: readonly Threshold[]): object {
  const above = thresholds.map(({ value, colour }) => ({ value, color: colour }));
  return { mode: 'absolute', steps: [{ value: null, color: 'green' }, ...above] };
}

function optionsOf(form: string): object {
  const cellHeight = 'sm';
  if (form === 'table') return { frameIndex: 0, showHeader: true, cellHeight };
  const legend = { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] };
  const tooltip = { mode: 'multi', sort: 'desc' };
  if (form === 'state-timeline')
    return { mergeValues: true, showValue: 'never', rowHeight: 0.9, alignValue: 'left', perPage: 20, legend, tooltip };
  return { legend, tooltip };
}
