import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { alertRules } from '../../../../core/export/monitoring/alerts.ts';
import { monitoring } from '../../../../core/export/monitoring/target.ts';
import { titleOf } from '../../../../core/export/names.ts';
import { factsOf } from '../../../../core/export/targetFacts.ts';
import { metrics } from '../../../../core/serve/metricNames.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { inputOf, renamed, textOf } from '../exportInput.ts';
import { hostileText, hostileTexts } from '../hostile.ts';
import { writeFiles } from '../writeFiles.ts';

// Prometheus' own checker, of Debian's package `prometheus`; where it is not installed its tests are left out.
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

const dashboardSchema = z.object({
  uid: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.number().int(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number().int(),
      type: z.enum(['row', 'timeseries', 'table', 'state-timeline']),
      title: z.string().min(1),
      gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).default([]),
      fieldConfig: z
        .object({ overrides: z.array(z.object({ matcher: z.object({ options: z.string() }) })) })
        .optional(),
    }),
  ),
});

async function dashboardOf(title?: string) {
  const input = await inputOf('event-detector');
  const files = monitoring.files(title === undefined ? input : renamed(input, title), {});
  return dashboardSchema.parse(JSON.parse(textOf(files, 'monitoring/grafana/pipeline.json')));
}

it('the dashboard has a panel for every node of the pipeline, and none lies on another', async () => {
  const { panels } = await dashboardOf();
  const input = await inputOf('event-detector');
  for (const { id } of factsOf(input).nodes) {
    const own = panels.filter(({ targets }) => targets.some(({ expr }) => expr.includes(`node="${id}"`)));
    expect(own.map((panel) => panel.title)).toHaveLength(1);
    expect(own[0].title).toContain(id);
  }
  expect(panels.find(({ title }) => title === 'Image model (imageModel)')).toBeDefined();
  expect(new Set(panels.map((panel) => panel.id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});

it('a node that was measured shows what was measured', async () => {
  const input = await inputOf('picture-classifier');
  const { panels } = dashboardSchema.parse(
    JSON.parse(textOf(monitoring.files(input, {}), 'monitoring/grafana/pipeline.json')),
  );
  const model = panels.find(({ targets }) => targets.some(({ expr }) => expr.includes('node="model"')));
  expect(model?.targets.at(-1)?.expr).toBe('vector(0.0031)');
});

it('rules and panels ask only for metrics that a server tells', async () => {
  const { panels } = await dashboardOf();
  const rules = alertRules(factsOf(await inputOf('event-detector'))).groups.flatMap((group) => group.rules);
  const known = new Set(Object.values(metrics).map((metric) => metric.name as string));
  const exprs = [...panels.flatMap((panel) => panel.targets), ...rules].map((one) => one.expr);
  const asked = exprs.flatMap((expr) => expr.match(/\btributary_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(30);
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  expect(asked.filter((name) => !known.has(name) && !known.has(base(name)))).toEqual([]);
});

it('names stay literal: no variable of Grafana, no template of Prometheus (fault 94)', async () => {
  const input = await inputOf('event-detector');
  fc.assert(
    fc.property(hostileText, (text) => {
      const files = monitoring.files(renamed(input, text), {});
      const json = JSON.parse(textOf(files, 'monitoring/grafana/pipeline.json'));
      const { panels } = dashboardSchema.parse(json);
      const shown = panels.map(({ title }) => title);
      // What stands for a variable in Grafana: $name, ${name}, [[name]].
      expect(shown.filter((title) => /\$[\w{]|\[\[/.test(title))).toEqual([]);
      const wanted = titleOf(text, 60);
      const titled = shown.filter(
        (title) => title.replaceAll('\u2060', '').endsWith('(model)') || title.includes('(shrink)'),
      );
      const plain = wanted.replaceAll('\u2060', '');
      expect(titled.every((title) => title.replaceAll('\u2060', '').startsWith(plain))).toBe(true);
      const { groups } = z
        .object({
          groups: z.array(z.object({ rules: z.array(z.object({ annotations: z.object({ pipeline: z.string() }) })) })),
        })
        .parse(parse(textOf(files, 'monitoring/alerts.yml'), { version: '1.1' }));
      const told = groups[0].rules[0].annotations.pipeline;
      expect(told.replaceAll('{{ "{" }}', '{')).toBe(titleOf(text, 200));
    }),
    { numRuns: 60 },
  );
});

it.runIf(hasPromtool)(
  'Prometheus accepts the configuration, the rules and every question of the dashboard',
  async () => {
    const folder = tempFolder();
    const input = await inputOf('event-detector');
    const gpu = { ...input, options: { ...input.options, device: 'cuda' as const } };
    writeFiles(folder, monitoring.files(gpu, {}));
    const { panels } = await dashboardOf();
    const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const rules = asked.map((expr, at) => ({
      record: `panel:${at}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', 'event-detector'),
    }));
    writeFileSync(path.join(folder, 'panels.yml'), stringify({ groups: [{ name: 'panels', rules }] }));
    const told = execFileSync('promtool', ['check', 'rules', path.join(folder, 'panels.yml')], { encoding: 'utf8' });
    expect(told).toContain(`${rules.length} rules found`);
    execFileSync('promtool', ['check', 'config', path.join(folder, 'monitoring/prometheus.yml')]);
  },
);

it.runIf(hasPromtool)('Prometheus fires the alerts, and names stay literal in them', async () => {
  const folder = tempFolder();
  const input = await inputOf('picture-classifier');
  const title = titleOf(hostileTexts.join(' '), 200);
  const facts = factsOf(renamed(input, hostileTexts.join(' ')));
  writeFileSync(path.join(folder, 'alerts.yml'), stringify(alertRules(facts)));
  const where = '{job="picture-classifier"';
  const tests = {
    rule_files: ['alerts.yml'],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: [
          { series: `tributary_version_info${where}, version="1", state="ready"}`, values: '1x30' },
          { series: `tributary_drift_alert${where}, node="photo", modality="image"}`, values: '1x30' },
          { series: `tributary_waiting${where}, instance="a"}`, values: '3x30' },
          { series: `tributary_requests_total${where}, outcome="answered"}`, values: '0+90x30' },
          { series: `tributary_requests_total${where}, outcome="failed"}`, values: '0+10x30' },
        ],
        alert_rule_test: [
          {
            eval_time: '20m',
            alertname: 'TributaryDrift',
            exp_alerts: [
              {
                exp_labels: {
                  severity: 'warning',
                  pipeline: 'picture-classifier',
                  job: 'picture-classifier',
                  node: 'photo',
                  modality: 'image',
                },
                exp_annotations: {
                  pipeline: title,
                  summary: 'The image at node photo has drifted',
                  description: alertRules(facts).groups[0].rules.find(({ alert }) => alert === 'TributaryDrift')
                    ?.annotations.description,
                },
              },
            ],
          },
          {
            eval_time: '20m',
            alertname: 'TributaryFailing',
            exp_alerts: [
              {
                exp_labels: { severity: 'critical', pipeline: 'picture-classifier' },
                exp_annotations: {
                  pipeline: title,
                  summary: '10% of the requests fail',
                  description: alertRules(facts).groups[0].rules.find(({ alert }) => alert === 'TributaryFailing')
                    ?.annotations.description,
                },
              },
            ],
          },
          { eval_time: '20m', alertname: 'TributaryQueueLong', exp_alerts: [] },
          { eval_time: '20m', alertname: 'TributaryDown', exp_alerts: [] },
        ],
      },
    ],
  };
  writeFileSync(path.join(folder, 'test.yml'), stringify(tests));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'test.yml'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toContain('SUCCESS');
  expect(status).toBe(0);
});
