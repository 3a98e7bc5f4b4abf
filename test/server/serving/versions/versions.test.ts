import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Problem, type ProblemData, problemData } from '../../../../core/problems/problem.ts';
import { seededRandom } from '../../../../core/profile/random.ts';
import type { RunResult } from '../../../../core/run/result.ts';
import { usualGuard } from '../../../../core/serve/rollout.ts';
import { openLineFile } from '../../../../host/files/lineFile.ts';
import type { PredictAsk, PredictionRecord, VersionState } from '../../../../server/serving/contract.ts';
import type { Runtime } from '../../../../server/serving/runtime.ts';
import { makeJournal } from '../../../../server/serving/versions/journal.ts';
import { VersionSet } from '../../../../server/serving/versions/versions.ts';
import { tempFolder } from '../../../temp-folder.ts';

/** A version without a process: what it answers, and what becomes of it, is told by the test. */
interface Played extends Runtime {
  answers: (ask: unknown) => Promise<RunResult>;
  closed: boolean;
}

function played(version: string, loads: VersionState = 'ready', value = 1): Played {
  let state: VersionState = 'loading';
  let why: ProblemData | undefined;
  const result = {
    outputs: {
      y: {
        status: 'present',
        kind: 'embedding',
        sequence: 'one',
        items: [{ t: 0, value: { kind: 'embedding', data: Float32Array.of(value), unit: false } }],
      },
    },
    nodes: {},
    warnings: [],
    wallMs: 1,
  } as unknown as RunResult;
  const runtime = {
    version,
    signature: { title: 'Test', description: '', inputs: [], outputs: [] },
    answers: async () => result,
    closed: false,
    state: () => state,
    problem: () => why,
    load: async () => {
      state = loads;
      if (loads === 'failed') why = problemData('golden-differs', { message: 'The model differs.', fix: 'Mend it.' });
      return state;
    },
    run: async () => runtime.answers(null),
    probe: async () => runtime.answers(null),
    drain: () => {
      state = 'draining';
    },
    fail: (problem: ProblemData) => {
      state = 'failed';
      why = problem;
    },
    onState: () => undefined,
    close: async () => {
      state = 'gone';
      runtime.closed = true;
    },
  } as unknown as Played;
  return runtime;
}

const random = seededRandom(4);
const ask = (more: Partial<PredictAsk> = {}): PredictAsk => ({
  model: 'test',
  inputs: {},
  decodedBytes: 0,
  arrivedMs: 0,
  deadlineMs: 1000,
  signal: new AbortController().signal,
  requestId: 'r',
  protocol: 'rest',
  ...more,
});

async function versionSet(options: { probation?: number; mostDifferent?: number | null; file?: string } = {}) {
  const journal = makeJournal(options.file === undefined ? null : openLineFile(options.file), () => 0);
  const copies: PredictionRecord[] = [];
  const set = new VersionSet({
    name: 'test',
    journal,
    guard: { ...usualGuard, mostDifferent: options.mostDifferent ?? null },
    probation: options.probation ?? 100,
    longestMs: 20,
    random,
    now: () => 0,
    onCopy: (record) => copies.push(record),
  });
  const first = played('1');
  set.begin(first);
  await first.load();
  return { set, first, journal, copies };
}

/** Requests that answer or fail as told, each counted for the version that got it. */
function send(
  set: VersionSet,
  count: number,
  fails: (version: string) => boolean = () => false,
  ms = (_: string) => 10,
) {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const { version } = set.choose(ask());
    counts[version] = (counts[version] ?? 0) + 1;
    const record = { ask: ask(), version, queueMs: 0, runMs: ms(version), shadow: false } as const;
    if (fails(version))
      set.heard({ ...record, outcome: 'failed', problem: problemData('model-failed', { message: '', fix: '' }) });
    else set.heard({ ...record, outcome: 'answered' });
  }
  return counts;
}

it('a version that does not load changes nothing for those who ask (fault 76)', async () => {
  const { set, journal } = await versionSet();
  const bad = played('2', 'failed');
  const loading = set.add(bad, { how: 'switch' });
  expect(send(set, 20)).toEqual({ 1: 20 });
  expect(await loading).toBe('failed');
  expect(send(set, 20)).toEqual({ 1: 20 });
  expect(bad.closed).toBe(true);
  expect(set.models()[0].versions.map(({ version }) => version)).toEqual(['1']);
  expect(journal.entries().map(({ event, version }) => `${event} ${version}`)).toEqual([
    'gone 2',
    'failed 2',
    'loading 2',
  ]);
  expect(journal.entries()[1].words).toBe('The model differs.');
});

it('switches to a version, and closes the one before it once that has proved itself', async () => {
  const { set, first } = await versionSet({ probation: 60 });
  await set.add(played('2'), { how: 'switch' });
  expect(send(set, 59)).toEqual({ 2: 59 });
  expect(first.state()).toBe('ready');
  send(set, 1);
  expect(first.state()).toBe('draining');
  // Who chose it before may still run.
  expect(set.choose(ask({ version: '1' })).version).toBe('1');
  await expect.poll(() => first.closed).toBe(true);
  expect(() => set.choose(ask({ version: '1' }))).toThrow(/has no version "1"/);
});

it('a version that fails is taken back while requests go on, and none is refused (fault 77)', async () => {
  const { set, first, journal } = await versionSet();
  send(set, 100);
  await set.add(played('2'), { how: 'canary', weight: 0.3 });
  const counts = send(set, 2000, (version) => version === '2');
  expect(counts['1'] + counts['2']).toBe(2000);
  expect(counts['2']).toBeLessThan(120);
  expect(first.state()).toBe('ready');
  expect(send(set, 50)).toEqual({ 1: 50 });
  const taken = journal.entries().find(({ event }) => event === 'rolled-back');
  expect(taken).toMatchObject({ version: '2', words: expect.stringMatching(/^errors: .*; 1 gets its requests$/) });
});

it('goes back from a version that was switched to when it is slow', async () => {
  const { set, journal } = await versionSet({ probation: 1000 });
  send(set, 200, undefined, () => 8 + 4 * random());
  await set.add(played('2'), { how: 'switch' });
  send(set, 400, undefined, (version) => (version === '2' ? 3 : 1) * (8 + 4 * random()));
  expect(set.choose(ask()).version).toBe('1');
  expect(journal.entries().find(({ event }) => event === 'rolled-back')?.words).toMatch(/^latency: its p95 is/);
});

it('shares traffic by weight, keeps a key with its version, and promotes', async () => {
  const { set } = await versionSet();
  await set.add(played('2'), { how: 'canary', weight: 0.25 });
  const counts = send(set, 2000);
  expect(counts['2'] / 2000).toBeGreaterThan(0.2);
  expect(counts['2'] / 2000).toBeLessThan(0.3);
  expect(new Set(Array.from({ length: 30 }, () => set.choose(ask({ canaryKey: 'anna' })).version)).size).toBe(1);
  expect(() => set.setWeight('2', 1.5)).toThrow(/no share/);
  set.promote('2');
  expect(send(set, 50)).toEqual({ 2: 50 });
  expect(() => set.remove('2')).toThrow(/gets requests/);
});

it('a shadow that fails or hangs is counted, and those who ask notice nothing (fault 82)', async () => {
  const { set, first, copies } = await versionSet();
  const shadow = played('2', 'ready', 5);
  await set.add(shadow, { how: 'shadow' });
  const result = await first.run({}, undefined, new AbortController().signal);
  expect(set.choose(ask()).version).toBe('1');
  set.answered(ask(), first, result);
  await expect
    .poll(() => set.views()[1])
    .toMatchObject({ compared: 1, different: 1, largestDifference: 4, answered: 1 });
  shadow.answers = async () => {
    throw new Problem('model-failed', { message: 'It broke.', fix: 'Mend it.' });
  };
  set.answered(ask(), first, result);
  await expect.poll(() => set.views()[1]).toMatchObject({ failed: 1, answered: 1 });
  let release: (result: RunResult) => void = () => undefined;
  shadow.answers = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  for (let i = 0; i < 10; i++) set.answered(ask(), first, result);
  expect(set.views()[1]).toMatchObject({ dropped: 8 });
  expect(send(set, 30)).toEqual({ 1: 30 });
  expect(copies).toMatchObject([
    { shadow: true, outcome: 'answered' },
    { shadow: true, outcome: 'failed' },
  ]);
  release(result);
});

it('refuses what cannot be', async () => {
  const { set } = await versionSet();
  await expect(set.add(played('1'), { how: 'switch' })).rejects.toThrow(/There is a version "1" already/);
  expect(() => set.rollBack('1', 'by hand')).toThrow(/no version to go back to/);
  expect(() => set.setWeight('1', 0.5)).toThrow(/the only one/);
  expect(() => set.choose(ask({ model: 'other' }))).toThrow(/no pipeline called "other"/);
});

it('writes the journal to a file, line by line', async () => {
  const file = path.join(tempFolder(), 'journal.jsonl');
  const lines = openLineFile(file);
  const journal = makeJournal(lines, () => 1_700_000_000_000);
  journal.tell('promoted', '2\n"x"', 'gets all requests');
  journal.tell('gone', '1', 'its process has ended');
  await lines.settled();
  const written = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(written).toEqual([...journal.entries()].reverse());
  expect(written[0]).toMatchObject({ at: '2023-11-14T22:13:20.000Z', version: '2\n"x"' });
});
