import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { alertRules } from '../../../../core/export/monitoring/alerts.ts';
import { factsOf } from '../../../../core/export/targetFacts.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf } from '../exportInput.ts';

// Prometheus' own checker, of Debian's package `prometheus`; where it is not installed its tests are left out.
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** Series by name and labels, with values a minute apart, as promtool writes them: `0+90x30` begins at 0 and grows by 90. */
type Given = Readonly<Record<string, string>>;

const minutes = 40;
const outcome = (name: string) => `tributary_requests_total{outcome="${name}"}`;
const latency = (le: string) => `tributary_request_seconds_bucket{le="${le}"}`;

/** A server that does what it should, with some of everything that is no reason to wake anybody. */
const well: Given = {
  'tributary_version_info{version="1", state="ready"}': `1x${minutes}`,
  [outcome('answered')]: `0+990x${minutes}`,
  [outcome('failed')]: `0+5x${minutes}`,
  [outcome('invalid')]: `0+100x${minutes}`,
  [outcome('refused')]: `0+10x${minutes}`,
  [outcome('late')]: `0+1x${minutes}`,
  [latency('0.01')]: `0+980x${minutes}`,
  [latency('10')]: `0+990x${minutes}`,
  [latency('+Inf')]: `0+990x${minutes}`,
  'tributary_waiting{instance="a"}': `2x${minutes}`,
  'tributary_decoded_bytes{instance="a"}': `100000000x${minutes}`,
  'tributary_drift_alert{node="photo", modality="image", version="1"}': `0x${minutes}`,
  'tributary_nonfinite_total{node="model"}': `0x${minutes}`,
  'tributary_model_device_info{node="model", device="cuda:0"}': `1x${minutes}`,
};

interface Case {
  readonly alert: string;
  /** What is otherwise than well. */
  readonly but: Given;
  /** Minutes: still silent, and fired. */
  readonly silentAt: number;
  readonly firesAt: number;
  /** Of what it is told. */
  readonly labels?: Given;
  readonly summary: string;
}

const cases: readonly Case[] = [
  {
    alert: 'TributaryDown',
    but: { 'tributary_version_info{version="1", state="ready"}': `_x${minutes}` },
    silentAt: 1,
    firesAt: 3,
    summary: 'No copy is ready',
  },
  {
    alert: 'TributaryVersionFailed',
    but: { 'tributary_version_info{version="2", state="failed", instance="a"}': `1x${minutes}` },
    silentAt: 0,
    firesAt: 2,
    labels: { version: '2', state: 'failed', instance: 'a' },
    summary: 'Version 2 cannot answer on a',
  },
  {
    alert: 'TributaryFailing',
    but: { [outcome('failed')]: `0+30x${minutes}`, [outcome('answered')]: `0+859x${minutes}` },
    silentAt: 4,
    firesAt: 12,
    summary: '3% of the requests fail',
  },
  {
    alert: 'TributaryInvalid',
    but: { [outcome('invalid')]: `0+1006x${minutes}`, [outcome('answered')]: `0+990x${minutes}` },
    silentAt: 14,
    firesAt: 20,
    summary: '50% of the requests cannot be used',
  },
  {
    alert: 'TributarySlow',
    but: {
      [latency('0.01')]: `0+500x${minutes}`,
      [latency('10')]: `0+1000x${minutes}`,
      [latency('+Inf')]: `0+1000x${minutes}`,
    },
    silentAt: 9,
    firesAt: 20,
    summary: 'p95 is 9.001s',
  },
  {
    alert: 'TributaryLate',
    but: { [outcome('late')]: `0+22x${minutes}`, [outcome('answered')]: `0+963x${minutes}` },
    silentAt: 4,
    firesAt: 12,
    summary: '2% of the requests pass their deadline',
  },
  {
    alert: 'TributaryShedding',
    but: { [outcome('refused')]: `0+110x${minutes}`, [outcome('answered')]: `0+884x${minutes}` },
    silentAt: 4,
    firesAt: 12,
    summary: '10% of the requests are turned away',
  },
  {
    alert: 'TributaryQueueLong',
    but: { 'tributary_waiting{instance="a"}': `100000x${minutes}` },
    silentAt: 1,
    firesAt: 3,
    labels: { instance: 'a' },
    summary: '100000 requests wait on a',
  },
  {
    alert: 'TributaryDecodedBytesHigh',
    but: { 'tributary_decoded_bytes{instance="a"}': `500000000x${minutes}` },
    silentAt: 4,
    firesAt: 6,
    labels: { instance: 'a' },
    summary: '476.8MiB of decoded inputs on a',
  },
  {
    alert: 'TributaryDrift',
    but: { 'tributary_drift_alert{node="photo", modality="image", version="1"}': `0x5 1x${minutes}` },
    silentAt: 15,
    firesAt: 17,
    labels: { node: 'photo', modality: 'image', version: '1' },
    summary: 'The image at node photo has drifted',
  },
  {
    alert: 'TributaryNonFinite',
    but: { 'tributary_nonfinite_total{node="model"}': `0x20 1x${minutes}` },
    silentAt: 20,
    firesAt: 21,
    labels: { node: 'model' },
    summary: 'Node model gave NaN or infinity',
  },
  {
    // A counter that begins with what it is to count.
    alert: 'TributaryNonFinite',
    but: { 'tributary_nonfinite_total{node="model"}': `_x20 1x${minutes}` },
    silentAt: 19,
    firesAt: 21,
    labels: { node: 'model' },
    summary: 'Node model gave NaN or infinity',
  },
  {
    alert: 'TributaryOnProcessor',
    but: {
      'tributary_model_device_info{node="model", device="cuda:0"}': `_x${minutes}`,
      'tributary_model_device_info{node="model", device="cpu"}': `1x${minutes}`,
    },
    silentAt: 4,
    firesAt: 6,
    labels: { node: 'model', device: 'cpu' },
    summary: 'The model of node model runs on cpu',
  },
];

it.runIf(hasPromtool)('each alert fires when it should and not before; while all is well all are silent', async () => {
  const input = await inputOf('picture-classifier');
  const facts = factsOf({ ...input, options: { ...input.options, device: 'cuda' } });
  const [group] = alertRules(facts).groups;
  expect([...new Set(cases.map(({ alert }) => alert))].sort()).toEqual(group.rules.map(({ alert }) => alert).sort());
  const seriesOf = (given: Given) =>
    Object.entries(given).map(([series, values]) => ({
      series: series.replace('{', `{job="${facts.name}", `),
      values,
    }));
  const silent = (alert: string, minute: number) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] });
  // The others are of sums over all copies.
  const withJob = new Set([
    'TributaryVersionFailed',
    'TributaryQueueLong',
    'TributaryDecodedBytesHigh',
    'TributaryDrift',
    'TributaryNonFinite',
    'TributaryOnProcessor',
  ]);
  const calm = {
    name: 'all is well',
    interval: '1m',
    input_series: seriesOf(well),
    alert_rule_test: group.rules.flatMap(({ alert }) => [5, 20, 40].map((minute) => silent(alert, minute))),
  };
  const alarms = cases.map(({ alert, but, silentAt, firesAt, labels = {}, summary }) => {
    const rule = group.rules.find((one) => one.alert === alert);
    const job = withJob.has(alert) ? { job: facts.name } : {};
    return {
      name: alert,
      interval: '1m',
      input_series: seriesOf({ ...well, ...but }),
      alert_rule_test: [
        silent(alert, silentAt),
        {
          eval_time: `${firesAt}m`,
          alertname: alert,
          exp_alerts: [
            {
              exp_labels: { ...rule?.labels, ...job, ...labels },
              exp_annotations: { ...rule?.annotations, summary },
            },
          ],
        },
      ],
    };
  });
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'alerts.yml'), stringify(alertRules(facts)));
  writeFileSync(
    path.join(folder, 'test.yml'),
    stringify(
      { rule_files: ['alerts.yml'], evaluation_interval: '1m', tests: [calm, ...alarms] },
      { aliasDuplicateObjects: false },
    ),
  );
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yml'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toContain('SUCCESS');
  expect(status).toBe(0);
});
