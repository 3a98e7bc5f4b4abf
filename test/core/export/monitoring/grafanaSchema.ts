import { z } from 'zod';

/**
 * Grafana's dashboard JSON as its documentation tells it (grafana.com/docs/grafana, "Dashboard JSON model", and the kinds
 * `dashboard`, `timeseries`, `table`, `statetimeline` and `prometheus` of its schema), as far as Tributary uses it: no
 * field that Grafana does not know passes, and no value that it does not know.
 */
const count = z.number().int().min(0);
const gridPos = z.strictObject({ h: count.min(1), w: count.min(1).max(24), x: count.max(23), y: count });
const source = z.strictObject({ type: z.literal('prometheus'), uid: z.string() });
// Of https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts.
const unit = z.enum(['short', 's', 'reqps', 'percentunit', 'bytes']);

const query = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: source,
  expr: z.string().min(1),
  legendFormat: z.string(),
  editorMode: z.enum(['code', 'builder']),
  range: z.boolean(),
  instant: z.boolean(),
  format: z.enum(['time_series', 'table', 'heatmap']).optional(),
});

const thresholds = z.strictObject({
  mode: z.enum(['absolute', 'percentage']),
  steps: z.array(z.strictObject({ value: z.number().nullable(), color: z.string() })).min(1),
});

const lines = z.strictObject({
  drawStyle: z.enum(['line', 'bars', 'points']),
  lineWidth: count.max(10),
  fillOpacity: z.number().min(0).max(100),
  showPoints: z.enum(['auto', 'never', 'always']),
  spanNulls: z.boolean(),
  stacking: z.strictObject({ mode: z.enum(['none', 'normal', 'percent']), group: z.string() }),
  scaleDistribution: z.strictObject({ type: z.literal('log'), log: z.union([z.literal(2), z.literal(10)]) }).optional(),
  thresholdsStyle: z.strictObject({ mode: z.enum(['off', 'line', 'dashed', 'area', 'line+area']) }).optional(),
});

const fieldConfig = <T extends z.ZodType>(custom: T) =>
  z.strictObject({
    defaults: z.strictObject({
      unit,
      min: z.number().optional(),
      max: z.number().optional(),
      custom,
      thresholds: thresholds.optional(),
      color: z.strictObject({ mode: z.enum(['thresholds', 'palette-classic', 'fixed']) }).optional(),
    }),
    overrides: z.array(
      z.strictObject({
        matcher: z.strictObject({ id: z.enum(['byName', 'byRegexp', 'byType']), options: z.string() }),
        properties: z.array(z.strictObject({ id: z.literal('displayName'), value: z.string() })),
      }),
    ),
  });

const legend = z.strictObject({
  displayMode: z.enum(['list', 'table', 'hidden']),
  placement: z.enum(['bottom', 'right']),
  showLegend: z.boolean(),
  calcs: z.array(z.string()),
});
const tooltip = z.strictObject({ mode: z.enum(['single', 'multi', 'none']), sort: z.enum(['asc', 'desc', 'none']) });

const base = {
  id: count.min(1),
  title: z.string().min(1),
  description: z.string().min(1).optional(),
  gridPos,
  datasource: source,
  targets: z.array(query).min(1),
};
const row = z.strictObject({
  type: z.literal('row'),
  id: count.min(1),
  title: z.string().min(1),
  collapsed: z.boolean(),
  gridPos,
  panels: z.array(z.never()),
});
const timeseries = z.strictObject({
  type: z.literal('timeseries'),
  ...base,
  fieldConfig: fieldConfig(lines),
  options: z.strictObject({ legend, tooltip }),
});
const table = z.strictObject({
  type: z.literal('table'),
  ...base,
  fieldConfig: fieldConfig(z.undefined().optional()),
  options: z.strictObject({
    frameIndex: count,
    showHeader: z.boolean(),
    cellHeight: z.enum(['sm', 'md', 'lg', 'auto']),
  }),
});
const stateTimeline = z.strictObject({
  type: z.literal('state-timeline'),
  ...base,
  fieldConfig: fieldConfig(z.undefined().optional()),
  options: z.strictObject({
    mergeValues: z.boolean(),
    showValue: z.enum(['auto', 'never', 'always']),
    rowHeight: z.number().gt(0).max(1),
    alignValue: z.enum(['center', 'left', 'right']),
    perPage: count.min(1),
    legend,
    tooltip,
  }),
});

const option = z.strictObject({ selected: z.boolean(), text: z.string(), value: z.string() });
const variable = {
  name: z.string().regex(/^\w+$/),
  label: z.string(),
  hide: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  query: z.string().min(1),
  skipUrlSync: z.boolean(),
};
const variables = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('datasource'),
    ...variable,
    includeAll: z.boolean(),
    multi: z.boolean(),
    options: z.array(option),
    refresh: z.union([z.literal(0), z.literal(1), z.literal(2)]),
    regex: z.string(),
  }),
  z.strictObject({ type: z.literal('textbox'), ...variable, current: option, options: z.array(option) }),
]);

export const grafanaDashboard = z.strictObject({
  uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
  title: z.string().min(1),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: count.min(36),
  version: count,
  editable: z.boolean(),
  graphTooltip: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  timezone: z.enum(['utc', 'browser', '']),
  refresh: z.string().regex(/^\d+[smh]$/),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  timepicker: z.strictObject({}),
  templating: z.strictObject({ list: z.array(variables) }),
  annotations: z.strictObject({ list: z.array(z.never()) }),
  links: z.array(z.never()),
  panels: z.array(z.discriminatedUnion('type', [row, timeseries, table, stateTimeline])),
});

/** What Grafana gives by itself, wherever it stands. */
export const builtIn: ReadonlySet<string> = new Set(['__rate_interval', '__interval', '__range']);
