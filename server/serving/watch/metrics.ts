import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { batchBuckets, type Metric, metrics, secondBuckets } from '../../../core/serve/metricNames.ts';
import type { PredictionRecord, Service } from '../contract.ts';
import type { DriftWatch } from './drift.ts';

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
  new Gauge({
    ...of(metrics.driftP),
    collect() {
      this.reset();
      for (const { node, modality, statistic, p } of drift.latest()) this.set({ node, modality, statistic }, p);
    },
  });
  new Gauge({
    ...of(metrics.driftAlert),
    collect() {
      this.reset();
      for (const { node, modality, alert } of drift.alerts()) this.set({ node, modality }, alert ? 1 : 0);
    },
  });
  new Counter({
    ...of(metrics.feedback),
    collect() {
      this.reset();
      for (const { output, right, of: all } of drift.told()) {
        this.inc({ output, answer: 'right' }, right);
        this.inc({ output, answer: 'wrong' }, all - right);
      }
    },
  });

  return {
    registry,
    answered: (route, status) => http.inc({ route: bounded('route', route), status: String(status) }),
    record: ({ ask, version, outcome, problem, result, queueMs, runMs, shadow }) => {
      const ofVersion = bounded('version', version === '' ? 'none' : version);
      // What nobody sees is no answer; its work counts all the same.
      if (!shadow) requests.inc({ protocol: bounded('protocol', ask.protocol), version: ofVersion, outcome });
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
        const { device: ranOn, lane, batch } = report.notes;
        if (typeof ranOn === 'string') device.set({ node, device: ranOn }, 1);
        if (typeof batch === 'number') batchSize.observe({ node }, batch);
        if (typeof lane !== 'number') continue;
        // Requests that went through the model together took its time once.
        const share = report.runMs / (typeof batch === 'number' ? Math.max(1, batch) : 1);
        busy.set(String(lane), (busy.get(String(lane)) ?? 0) + share);
      }
    },
  };
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
