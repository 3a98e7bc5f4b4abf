import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProblemCode } from '../../core/problems/table.ts';
import type { Profile } from '../../core/profile/profile.ts';
import { parseProfile } from '../../core/profile/profileFile.ts';
import { command, type Ran } from './command.ts';

const node = (id: string, type: string, params: Readonly<Record<string, unknown>> = {}) => ({
  id,
  type: `${type}@1`,
  params,
});
const document = {
  schemaVersion: 1,
  name: 'words',
  inputs: { word: { node: 'word' } },
  outputs: { said: { node: 'said' } },
  nodes: [
    node('word', 'input.text', { text: 'one two three' }),
    node('tidy', 'text.normalise'),
    node('said', 'output.text'),
  ],
  wires: [
    { from: 'word.text', to: 'tidy.text' },
    { from: 'tidy.text', to: 'said.value' },
  ],
};
const few = ['--runs', '40', '--budget', '3'];

let folder: string;
let file: string;
let baseline: string;
let first: Ran;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'tributary-')));
  file = path.join(folder, 'words.tributary.json');
  baseline = path.join(folder, 'out', 'baseline.json');
  writeFileSync(file, JSON.stringify(document));
  const exports = ['html=report.html', 'csv=nodes.csv', 'chrome=trace.json', 'otlp=spans.jsonl'].flatMap((pair) => [
    '--export',
    pair,
  ]);
  first = await command(['profile', file, ...few, '--label', 'first', '--export', `json=${baseline}`, ...exports], {
    cwd: folder,
  });
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The baseline with every time `factor` as long, and what else is changed. */
function doctored(name: string, factor: number, change: (profile: Profile) => Profile = (profile) => profile): string {
  const profile = parseProfile(readFileSync(baseline, 'utf8'));
  const { series } = profile.measured;
  const scaled = (times: readonly number[]) => times.map((time) => time * factor);
  const nodes = Object.fromEntries(Object.entries(series.nodes).map(([id, times]) => [id, scaled(times)]));
  const measured = { ...profile.measured, series: { ...series, wallMs: scaled(series.wallMs), nodes } };
  const target = path.join(folder, name);
  writeFileSync(target, JSON.stringify(change({ ...profile, measured })));
  return target;
}

it('says how fast the pipeline is, where the time goes and what it was measured on', () => {
  expect(first.err).toBe('');
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/^words\np50 [\d.]+ (µs|ms)/);
  expect(first.out).toMatch(/^Slowest: (word|tidy|said), \d+ % of the time/m);
  for (const name of ['word', 'tidy', 'said', 'remainder']) expect(first.out).toMatch(new RegExp(`^${name} `, 'm'));
  expect(first.out).toMatch(/kept as \d{8}-/);
});

it('writes every form that it is asked for', () => {
  const profile = parseProfile(readFileSync(baseline, 'utf8'));
  expect(profile.document.name).toBe('words');
  expect(profile.measured.nodes.map((one) => one.node).sort()).toEqual(['said', 'tidy', 'word']);
  const report = readFileSync(path.join(folder, 'report.html'), 'utf8');
  expect(report).toMatch(/^<!doctype html>/);
  expect(report).not.toMatch(/(?:src|href)="https?:/);
  expect(readFileSync(path.join(folder, 'nodes.csv'), 'utf8')).toMatch(/tidy/);
  const events = JSON.parse(readFileSync(path.join(folder, 'trace.json'), 'utf8')).traceEvents;
  expect(events.some((event: { name?: string; ph?: string }) => event.ph === 'X')).toBe(true);
  const spans = readFileSync(path.join(folder, 'spans.jsonl'), 'utf8').trim().split('\n');
  expect(JSON.parse(spans[0])).toHaveProperty('resourceSpans');
});

it('passes the gate against itself and fails it, by name, against a baseline that was ten times as fast', async () => {
  // Forced, since what else this machine does may change between the two.
  const judge = ['profile', file, ...few, '--no-keep', '--force', '--against'];
  const same = await command([...judge, baseline, '--fail-over', '900%']);
  expect(same).toMatchObject({ code: 0 });
  const faster = doctored('faster.json', 0.1);
  const slower = await command([...judge, faster, '--fail-over', '5%']);
  expect(slower.code).toBe(8);
  expect(slower.err).toContain(`[${'profile-slower' satisfies ProblemCode}]`);
  expect(slower.out).toMatch(/end to end, median .* SLOWER/);
}, 120_000);

it('refuses to judge against another machine, unless it is told to', async () => {
  const elsewhere = doctored('elsewhere.json', 1, (profile) => ({
    ...profile,
    environment: { ...profile.environment, cpu: 'Another processor' },
  }));
  const refused = await command(['profile', file, ...few, '--no-keep', '--against', elsewhere, '--fail-over', '900%']);
  expect(refused.code).toBe(8);
  expect(refused.err).toContain('Another processor');
  expect(refused.err).toContain(`[${'profile-incomparable' satisfies ProblemCode}]`);
  const forced = await command([
    ...['profile', file, ...few, '--no-keep', '--against', elsewhere, '--fail-over', '900', '--force', '--json'],
  ]);
  expect(forced.code).toBe(0);
  expect(JSON.parse(forced.out)).toMatchObject({ gate: { outcome: 'passed' } });
}, 120_000);

it('lists, shows, labels, compares and removes what is kept', async () => {
  const second = await command(['profile', file, ...few, '--json', '--no-operators']);
  const { id } = JSON.parse(second.out).profile as Profile;
  const listed = JSON.parse((await command(['profiles', file, '--json'])).out);
  expect(listed.map((one: { label: string }) => one.label)).toEqual(['', 'first']);
  await command(['profiles', file, '--label', id, 'second', 'one']);
  const compared = await command(['profiles', file, '--compare', 'first', 'second one']);
  expect(compared.out).toMatch(/^first → second one/);
  const shown = await command(['profiles', file, '--show', 'last']);
  expect(shown.out).toMatch(/^words\np50/);
  await command(['profiles', file, '--remove', 'first']);
  expect(JSON.parse((await command(['profiles', file, '--json'])).out)).toHaveLength(1);
  const gone = await command(['profiles', file, '--show', 'first']);
  expect(gone).toMatchObject({ code: 2 });
  expect(gone.err).toMatch(/No profile of this pipeline is called "first"/);
}, 120_000);

it.each([
  [['--fail-over', '5%'], /--fail-over does nothing without --against/],
  [['--apply', '1'], /--apply 1 does nothing without --advise/],
  [['--advise', '--apply', 'best'], /neither an advice's number nor "search"/],
  [['--under', 'p95=40'], /p95<40ms/],
  [['--export', 'pdf=x.pdf'], /Formats are html/],
  [['--against', 'last', '--budget', '0'], /a number above 0/],
])('refuses %j and says what would do', async (options, words) => {
  const ran = await command(['profile', file, ...options]);
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(words);
});

it('leaves the pipeline alone when nothing is to be applied', () => {
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(document);
  expect(existsSync(path.join(folder, '.tributary', 'profiles', 'words'))).toBe(true);
});
