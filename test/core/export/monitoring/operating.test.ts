import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { alertRules } from '../../../../core/export/monitoring/alerts.ts';
import { factsOf } from '../../../../core/export/targetFacts.ts';
import { metrics } from '../../../../core/serve/metricNames.ts';
import { driftOptionsFrom } from '../../../../server/serving/watch/settings.ts';
import { root } from '../../../rules/sources.ts';
import { inputOf } from '../exportInput.ts';

const page = readFileSync(path.join(root, 'docs/operating.md'), 'utf8');

/** Rows of the tables of a page whose first cell holds names as code, with their other cells. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.slice(1, -1).split('|'))
  .map(([names, ...rest]) => ({ names: [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name), rest }));

it('docs/operating.md tells every metric with its labels, and none that is not there', () => {
  const told = rows.flatMap(({ names, rest: [labels] }) =>
    names
      .filter((name) => name.startsWith('tributary_'))
      .map((name) => [name, labels.trim() === '' ? [] : labels.split(',').map((label) => label.trim())]),
  );
  const known = Object.values(metrics).map(({ name, labels }) => [name, [...labels]]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  expect(told).toHaveLength(known.length);
});

it('docs/operating.md tells every alert with the time that it waits, and none that is not there', async () => {
  const input = await inputOf('picture-classifier');
  const { groups } = alertRules(factsOf({ ...input, options: { ...input.options, device: 'cuda' } }));
  const known = groups[0].rules.map((rule) => [
    rule.alert,
    rule.for === '0m' ? 'at once' : rule.for.replace('m', ' min'),
  ]);
  const told = rows.flatMap(({ names: [name], rest }) =>
    /^Tributary[A-Z]/.test(name) ? [[name, rest[1].trim()]] : [],
  );
  expect(told).toEqual(known);
});

it('docs/operating.md tells the variables of drift as the server reads them', () => {
  const told = rows.flatMap(({ names: [name], rest }) =>
    name.startsWith('TRIBUTARY_DRIFT_') ? [[name, Number(rest[1])] as const] : [],
  );
  const usual = driftOptionsFrom({});
  const { settings, looksPerSecond } = usual;
  expect(told.map(([, value]) => value)).toEqual([
    settings?.window,
    (settings?.windowMs ?? 0) / 1000,
    looksPerSecond,
    settings?.falseAlerts,
  ]);
  // Each is read, and refused when it is none.
  for (const [name, value] of told) {
    expect(driftOptionsFrom({ [name]: String(value) })).toEqual(usual);
    expect(() => driftOptionsFrom({ [name]: 'many' })).toThrow(name);
    expect(() => driftOptionsFrom({ [name]: '0' })).toThrow(name);
  }
  expect(driftOptionsFrom({ TRIBUTARY_DRIFT_WINDOW: '40' }).settings?.window).toBe(40);
  const kept = rows.find(({ names: [name] }) => name === 'TRIBUTARY_FEEDBACK_ANSWERS');
  expect(usual.feedback?.most).toBe(Number(kept?.rest[1]));
  expect(driftOptionsFrom({ TRIBUTARY_FEEDBACK_ANSWERS: '0' }).feedback?.most).toBe(0);
  expect(() => driftOptionsFrom({ TRIBUTARY_FEEDBACK_ANSWERS: 'all' })).toThrow('TRIBUTARY_FEEDBACK_ANSWERS');
});
