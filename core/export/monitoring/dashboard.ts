import { type Metric, metrics } from '../../serve/metricNames.ts';
import type { TargetFacts, TargetNode } from '../targetFacts.ts';
import { decodedBudget, slowSeconds } from './alerts.ts';
import { layOut, type PanelInit, plainText, type Row, type Target } from './panels.ts';
import { mean, outcomeShare, perSecond, quantile, series, share, type Where } from './queries.ts';

const where = { job: '$job' } as const;
const window = { where, over: '$__rate_interval' } as const;

/** Grafana's dashboard of one pipeline, for servers that are scraped as `job`: its nodes by name, held against what was measured. */
export function dashboard(facts: TargetFacts, job = facts.name): object {
  return {
    uid: facts.name.slice(0, 40),
    title: `${plainText(facts.title) || facts.name}`,
    description: 'Made by Tributary for this pipeline.',
    tags: ['tributary', facts.name],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    timezone: 'browser',
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    timepicker: {},
    templating: { list: variables(job) },
    annotations: { list: [] },
    links: [],
    panels: layOut(rowsOf(facts)),
  };
}

function variables(job: string): readonly object[] {
  const current = { selected: true, text: job, value: job };
  return [
    {
      name: 'datasource',
      label: 'Prometheus',
      type: 'datasource',
      query: 'prometheus',
      hide: 0,
      includeAll: false,
      multi: false,
      options: [],
      refresh: 1,
      regex: '',
      skipUrlSync: false,
    },
    {
      name: 'job',
      label: 'Job',
      type: 'textbox',
      query: job,
      current,
      hide: 0,
      options: [current],
      skipUrlSync: false,
    },
  ];
}

function rowsOf(facts: TargetFacts): readonly Row[] {
  const models = facts.nodes.filter((node) => node.model);
  return [
    { title: 'Requests', panels: requestPanels(facts) },
    { title: 'Nodes', panels: [timePanel(facts), ...facts.nodes.map(nodePanel)] },
    { title: 'Lanes, batches and devices', panels: lanePanels(models) },
    { title: 'Drift', panels: driftPanels },
  ];
}

function requestPanels(facts: TargetFacts): readonly PanelInit[] {
  const { p95Ms } = facts.resources;
  const slow = slowSeconds(facts);
  const quantiles = [0.5, 0.95, 0.99].map((part) =>
    at(quantile(part, metrics.requestSeconds, window), `p${part * 100}`),
  );
  const measured = p95Ms === null ? [] : [constant(p95Ms / 1000, 'p95 as measured')];
  return [
    {
      title: 'Requests a second, by outcome',
      targets: [at(perSecond(metrics.requests, window, ['outcome']), '{{outcome}}')],
      unit: 'reqps',
      width: 8,
      stacked: true,
    },
    {
      title: 'Latency',
      doc: 'From arrival to answer. The line is where the alert begins.',
      targets: [...quantiles, ...measured],
      unit: 's',
      width: 8,
      thresholds: [{ value: slow, colour: 'red' }],
    },
    {
      title: 'Failed, invalid, late and turned away',
      doc: 'Shares of all requests. Failed is the doing of the server, invalid of what was sent.',
      targets: ['failed', 'invalid', 'late', 'refused'].map((outcome) => at(outcomeShare(outcome, window), outcome)),
      unit: 'percentunit',
      width: 8,
      max: 1,
    },
    {
      title: 'Running and waiting',
      doc: 'Of each copy. The line is the room of its queue.',
      targets: [now(metrics.running, 'running on {{instance}}'), now(metrics.waiting, 'waiting on {{instance}}')],
      unit: 'short',
      width: 8,
      thresholds: [{ value: Math.max(1, facts.waiting), colour: 'red' }],
    },
    {
      title: 'Time in the queue',
      targets: [0.5, 0.95].map((part) => at(quantile(part, metrics.queueSeconds, window), `p${part * 100}`)),
      unit: 's',
      width: 8,
    },
    {
      title: 'Decoded inputs',
      doc: 'Bytes of pictures, sound and tensors of requests that run or wait. The line is the budget.',
      targets: [now(metrics.decodedBytes, '{{instance}}')],
      unit: 'bytes',
      width: 8,
      thresholds: [{ value: decodedBudget, colour: 'red' }],
    },
    {
      title: 'Requests a second, by protocol',
      targets: [at(perSecond(metrics.requests, window, ['protocol']), '{{protocol}}')],
      unit: 'reqps',
      width: 8,
      stacked: true,
    },
    {
      title: 'Requests a second, by version',
      targets: [at(perSecond(metrics.requests, window, ['version']), '{{version}}')],
      unit: 'reqps',
      width: 8,
      stacked: true,
    },
    {
      title: 'HTTP answers a second, by status',
      doc: 'Whatever was asked for, also what was turned away before it was read.',
      targets: [at(perSecond(metrics.http, window, ['status']), '{{status}}')],
      unit: 'reqps',
      width: 12,
      stacked: true,
    },
    {
      title: 'Versions',
      targets: [{ expr: series(metrics.version, '', where), legend: '', table: true }],
      unit: 'short',
      width: 12,
      form: 'table',
    },
  ];
}

/** Where the time of a request goes, a band for each node. */
function timePanel({ nodes }: TargetFacts): PanelInit {
  const perRequest = `sum by (node) (rate(${series(metrics.nodeSeconds, '_sum', where)}[${window.over}])) / on () group_left () sum(rate(${series(metrics.requestSeconds, '_count', where)}[${window.over}]))`;
  return {
    title: 'Time of a request, by node',
    doc: 'Mean over answered requests. Nodes that work at once lie on top of each other here, so the sum may be more than the latency.',
    targets: [at(perRequest, '{{node}}')],
    unit: 's',
    width: 24,
    stacked: true,
    names: nodes.map(({ id, title }) => [id, nodeTitle(id, title)]),
  };
}

function nodePanel({ id, title, p50Ms }: TargetNode): PanelInit {
  const own = { ...window, where: { ...where, node: id } };
  return {
    title: nodeTitle(id, title),
    doc: `Node ${id}: time of a request in it, over all its items.`,
    targets: [
      ...[0.5, 0.95].map((part) => at(quantile(part, metrics.nodeSeconds, own), `p${part * 100}`)),
      ...(p50Ms === null ? [] : [constant(p50Ms / 1000, 'p50 as measured')]),
    ],
    unit: 's',
    width: 6,
    height: 7,
  };
}

function nodeTitle(id: string, title: string): string {
  const shown = plainText(title);
  return shown === '' || shown === id ? id : `${shown} (${id})`;
}

function lanePanels(models: readonly TargetNode[]): readonly PanelInit[] {
  const names = models.map(({ id, title }): [string, string] => [id, nodeTitle(id, title)]);
  return [
    {
      title: 'Lanes: share of the time at work',
      targets: [now(metrics.laneBusy, 'lane {{lane}} on {{instance}}')],
      unit: 'percentunit',
      width: 8,
      max: 1,
    },
    {
      title: 'Items through a model at once',
      doc: 'Mean over requests; 1 where none are joined.',
      targets: [at(mean(metrics.batchSize, window, ['node']), '{{node}}')],
      unit: 'short',
      width: 8,
      names,
    },
    {
      title: 'Device that runs each model',
      targets: [{ expr: series(metrics.device, '', where), legend: '', table: true }],
      unit: 'short',
      width: 8,
      form: 'table',
    },
  ];
}

const driftPanels: readonly PanelInit[] = [
  {
    title: 'How likely it is that nothing has changed',
    doc: 'p-values of the last window against what was recorded at the export, by statistic, corrected for their number. The line is where a window counts as drifted.',
    targets: [now(metrics.driftP, '{{node}} {{modality}} {{statistic}}, version {{version}}')],
    unit: 'short',
    width: 12,
    max: 1,
    logarithmic: true,
    thresholds: [{ value: 0.01, colour: 'red' }],
  },
  {
    title: 'Drift',
    targets: [now(metrics.driftAlert, '{{node}} {{modality}}, version {{version}}')],
    unit: 'short',
    width: 6,
    form: 'state-timeline',
    thresholds: [{ value: 1, colour: 'red' }],
  },
  {
    title: 'Results with NaN or infinity, a second',
    targets: [at(perSecond(metrics.nonFinite, window, ['node']), '{{node}}')],
    unit: 'short',
    width: 6,
  },
  {
    title: 'How far it has moved',
    doc: 'Distance of the last window from what was recorded at the export: 0 is the same, 1 has nothing in common.',
    targets: [now(metrics.driftDistance, '{{node}} {{modality}} {{statistic}}, version {{version}}')],
    unit: 'percentunit',
    width: 12,
    max: 1,
  },
  {
    title: 'Accuracy, as it was told back',
    doc: 'Share of right answers in the last hour, of those whose truth was posted to /feedback.',
    targets: [at(share(metrics.feedback, { answer: 'right' }, { where, over: '1h' }, ['output']), '{{output}}')],
    unit: 'percentunit',
    width: 6,
    max: 1,
  },
  {
    title: 'Windows held against the export, an hour',
    doc: 'None: too little comes in, or nothing was recorded at the export.',
    targets: [at(`increase(${series(metrics.driftWindows, '', where)}[1h])`, 'version {{version}}')],
    unit: 'short',
    width: 6,
  },
];

function at(expr: string, legend: string): Target {
  return { expr, legend };
}

function now(metric: Metric, legend: string, more: Where = {}): Target {
  return { expr: series(metric, '', { ...where, ...more }), legend };
}

function constant(value: number, legend: string): Target {
  return { expr: `vector(${value})`, legend };
}
