import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { batchBuckets, type Metric, metrics, secondBuckets } from '../../../core/serve/metricNames.ts';
import type { PredictionRecord, Service } from '../contract.ts';
import type { DriftWatch, VersionWindow } from './drift.ts';
import { outcomes, toldOutcome } from './outcome.ts';
import { scoredOutputs } from './scored.ts';

/** Different values that a label may have; whatever comes after counts as `other`, so that no caller can fill the memory. */
const mostValues = 200;
const other = 'other';

export interface ServerMetrics {
  readonly registry: Registry;
  answered(route: string, status: number): void;
  record(record: PredictionRecord): void;
}

/** Everything that Prometheus is told, under the names of `core/serve/metricNames.ts`. `now`: milliseconds. */
export function makeMetrics(service: Service, drift: DriftWatch, now: () => number): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const of = ({ name, help, labels }: Metric) => ({ name, help, labelNames: [...labels], registers: [registry] });
  const seconds = { buckets: [...secondBuckets] };
  const requests = new Counter(of(metrics.requests));
  const requestSeconds = new Histogram({ ...of(metrics.requestSeconds), ...seconds });
  const queueSeconds = new Histogram({ ...of(metrics.queueSeconds), ...seconds });
  const nodeSeconds = new Histogram({ ...of(metrics.nodeSeconds), ...seconds });
  const batchSize = new Histogram({ ...of(metrics.batchSize), buckets: [...batchBuckets] });
  const device = new Gauge(of(metrics.device));
  const nonFinite = new Counter(of(metrics.nonFinite));
  const http = new Counter(of(metrics.http));
  const bounded = makeBounds();
  /** What has series already: names of nodes, protocols with versions. */
  const begun = new Set<string>();
  const busy = new Map<string, number>();
  let scrapedMs = now();

  const load = (of_: 'running' | 'waiting' | 'decodedBytes') => {
    new Gauge({
      ...of(metrics[of_]),
      collect() {
        this.set(service.load()[of_]);
      },
    });
  };
  load('running');
  load('waiting');
  load('decodedBytes');
  new Gauge({
    ...of(metrics.laneBusy),
    collect() {
      const atMs = now();
      for (const [lane, ms] of busy) {
        this.set({ lane }, Math.min(1, ms / Math.max(1, atMs - scrapedMs)));
        busy.set(lane, 0);
      }
      scrapedMs = atMs;
    },
  });
  new Gauge({
    ...of(metrics.version),
    collect() {
      this.reset();
      for (const { versions } of service.models())
        for (const { version, state } of versions) this.set({ version: bounded('version', version), state }, 1);
    },
  });
  const byStatistic = (metric: Metric, figure: (of_: VersionWindow['statistics'][number]) => number) => {
    new Gauge({
      ...of(metric),
      collect() {
        this.reset();
        for (const { version, statistics } of loaded(drift.latest(), service))
          for (const one of statistics) {
            const { node, modality, statistic } = one;
            this.set({ node, modality, statistic, version: bounded('version', version) }, figure(one));
          }
      },
    });
  };
  byStatistic(metrics.driftP, ({ corrected }) => corrected);
  byStatistic(metrics.driftDistance, ({ distance }) => distance);
  new Gauge({
    ...of(metrics.driftAlert),
    collect() {
      this.reset();
      for (const { node, modality, version, alert } of loaded(drift.alerts(), service))
        this.set({ node, modality, version: bounded('version', version) }, alert ? 1 : 0);
    },
  });
  new Counter({
    ...of(metrics.driftWindows),
    collect() {
      this.reset();
      for (const { version, windows } of loaded(drift.closed(), service))
        this.inc({ version: bounded('version', version) }, windows);
    },
  });
  new Counter({
    ...of(metrics.feedback),
    collect() {
      this.reset();
      for (const output of scoredOutputs(service))
        for (const answer of ['right', 'wrong']) this.inc({ output, answer }, 0);
      for (const { output, right, of: all } of drift.told()) {
        this.inc({ output, answer: 'right' }, right);
        this.inc({ output, answer: 'wrong' }, all - right);
      }
    },
  });

  return {
    registry,
    answered: (route, status) => http.inc({ route: bounded('route', route), status: String(status) }),
    record: (record) => {
      const { ask, version, problem, result, queueMs, runMs, shadow } = record;
      const ofVersion = bounded('version', version === '' ? 'none' : version);
      // What nobody sees is no answer; its work counts all the same.
      if (!shadow) {
        const from = { protocol: bounded('protocol', ask.protocol), version: ofVersion };
        // A series that begins at 1 has no increase: the first failure would go unseen.
        const key = `${from.protocol}\n${ofVersion}`;
        if (!begun.has(key)) for (const outcome of outcomes) requests.inc({ ...from, outcome }, 0);
        begun.add(key);
        requests.inc({ ...from, outcome: toldOutcome(record) });
      }
      if (problem?.code === 'value-nonfinite' && problem.where.node !== undefined)
        nonFinite.inc({ node: bounded('node', problem.where.node) });
      if (result === undefined) return;
      if (!shadow) {
        requestSeconds.observe({ version: ofVersion }, (queueMs + runMs) / 1000);
        queueSeconds.observe({ version: ofVersion }, queueMs / 1000);
      }
      for (const [id, report] of Object.entries(result.nodes)) {
        if (report.state !== 'ran') continue;
        const node = bounded('node', id);
        nodeSeconds.observe({ node }, report.runMs / 1000);
        if (!begun.has(node)) nonFinite.inc({ node }, 0);
        begun.add(node);
        const { device: ranOn, lane, batch } = report.notes;
        if (typeof ranOn === 'string') device.set({ node, device: ranOn }, 1);
        if (typeof lane !== 'number') continue;
        // One that joins nothing says nothing of it.
        const together = typeof batch === 'number' ? Math.max(1, batch) : 1;
        batchSize.observe({ node }, together);
        // Requests that went through the model together took its time once.
        const share = report.runMs / together;
        busy.set(String(lane), (busy.get(String(lane)) ?? 0) + share);
      }
    },
  };
}

/** Of versions that are there; one that has gone has no state. */
function loaded<T extends { readonly version: string }>(all: readonly T[], service: Service): readonly T[] {
  const names = new Set(service.models().flatMap(({ versions }) => versions.map(({ version }) => version)));
  return all.filter(({ version }) => names.has(version));
}

/** Keeps the values of a label to a number that cannot grow with what callers send. */
export function makeBounds(most = mostValues): (label: string, value: string) => string {
  const seen = new Map<string, Set<string>>();
  return (label, value) => {
    const values = seen.get(label) ?? new Set();
    seen.set(label, values);
    if (values.has(value)) return value;
    if (values.size >= most) return other;
    values.add(value);
    return value;
  };
}
