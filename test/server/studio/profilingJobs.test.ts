import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { paramSet } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import type { Advice } from '../../../core/profile/advice.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { parseProfile, profileText } from '../../../core/profile/profileFile.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { move, openWindow, runIn, startStudio } from './studio.ts';
import { jobEnd, profiled, short, writeEndless, writeProducts, writeTiny } from './tinyPipelines.ts';

describe('a measuring job', () => {
  it('is the only one of its session, and nothing else runs beside it until it is cancelled', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: writeEndless() });
    const { run } = await window.call('startRun', { session, document });
    await window.hear('runNode', (e) => e.run === run && e.node === 'model' && e.state === 'running');
    const { job } = await window.call('startProfile', { session, document, settings: short });
    // What ran gives way to it.
    expect((await window.hear('runEnded', (e) => e.summary.run === run)).summary.phase).toBe('cancelled');
    const items = [{ name: 'one', inputs: {} }];
    for (const refused of [
      () => window.call('startProfile', { session, document }),
      () => window.call('startRun', { session, document }),
      () => window.call('startBatch', { session, document, items }),
    ])
      expect((await rejects(refused, 'usage')).message).toContain('disturb');
    const stranger = openWindow(await startStudio(), 'window02');
    await stranger.call('cancelJob', { job });
    await window.call('cancelJob', { job });
    expect(await jobEnd(window, job)).toMatchObject({
      phase: 'cancelled',
      problem: { code: 'cancelled' },
      profile: null,
    });
    await window.call('cancelJob', { job });
    expect((await runIn(window, { session, document, targets: ['x'] })).phase).toBe('done');
    expect((await window.call('profiles', { session })).profiles).toEqual([]);
  });

  it('that is cancelled keeps what it has measured', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: writeTiny() });
    const settings = { ...short, maxRuns: 1_000_000, budgetMs: 600_000, intervalPercent: 0.000001 };
    const { job } = await window.call('startProfile', { session, document, settings });
    await window.hear('job', (event) => event.job === job && /^run \d/.test(event.words));
    await window.call('cancelJob', { job });
    const end = await jobEnd(window, job);
    expect(end.phase).toBe('cancelled');
    const profile = await window.call('profile', { session, profile: end.profile ?? '' });
    expect(profile.measured.stoppedBy).toBe('cancelled');
    expect(profile.measured.runs).toBeGreaterThan(0);
  });

  it('ends with the problem of an engine that died, and the next one works', async () => {
    const studio = await startStudio();
    const window = openWindow(studio);
    const { session, document } = await window.call('openDocument', { path: writeEndless() });
    const { job } = await window.call('startProfile', { session, document, settings: short });
    await window.hear('job', (event) => event.job === job);
    process.kill(studio.enginePid() ?? 0, 'SIGKILL');
    expect(await jobEnd(window, job)).toMatchObject({
      phase: 'failed',
      problem: { code: 'engine-died' },
      profile: null,
    });
    const tiny = await window.call('openDocument', { path: writeTiny() });
    expect((await profiled(window, tiny.session, tiny.document)).measured.runs).toBeGreaterThan(0);
  });

  it('waits for that of another window, says so, and can be cancelled while it waits', async () => {
    const studio = await startStudio();
    const [one, two] = [openWindow(studio), openWindow(studio, 'window02')];
    const endless = await one.call('openDocument', { path: writeEndless() });
    const tiny = await two.call('openDocument', { path: writeTiny() });
    const startTiny = () =>
      two.call('startProfile', { session: tiny.session, document: tiny.document, settings: short });
    const first = await one.call('startProfile', {
      session: endless.session,
      document: endless.document,
      settings: short,
    });
    await one.hear('job', (event) => event.job === first.job);
    const second = await startTiny();
    const told = await two.hear('job', (event) => event.job === second.job);
    expect(told.words).toContain('waits');
    await two.call('cancelJob', { job: second.job });
    expect((await jobEnd(two, second.job)).phase).toBe('cancelled');
    const third = await startTiny();
    await one.call('cancelJob', { job: first.job });
    expect((await jobEnd(two, third.job)).phase).toBe('done');
  });

  it('ends when its pipeline is closed', async () => {
    const window = openWindow(await startStudio());
    const file = writeEndless();
    const { session, document } = await window.call('openDocument', { path: file });
    const { job } = await window.call('startProfile', { session, document, settings: short });
    await window.hear('job', (event) => event.job === job);
    await window.call('closeDocument', { session });
    const again = await window.call('openDocument', { path: file });
    expect((await window.call('profiles', { session: again.session })).profiles).toEqual([]);
    expect((await runIn(window, { session: again.session, document, targets: ['x'] })).phase).toBe('done');
  });

  it('says at once that nothing can be kept, before it measures', async () => {
    const window = openWindow(await startStudio());
    const file = writeTiny();
    writeFileSync(path.join(path.dirname(file), '.tributary'), 'a file where a folder should be');
    const { session, document } = await window.call('openDocument', { path: file });
    const { job } = await window.call('startProfile', { session, document, settings: short });
    expect(await jobEnd(window, job)).toMatchObject({ phase: 'failed', problem: { code: 'output-unwritable' } });
    expect((await runIn(window, { session, document })).phase).toBe('done');
  });
});

describe('what is added to a profile', () => {
  it('is throughput against latency', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: writeTiny() });
    const { id } = await profiled(window, session, document);
    const { job } = await window.call('startLoad', {
      session,
      profile: id,
      settings: { arrivals: 'closed', levels: [1, 2], secondsPerLevel: 0.2 },
    });
    expect(await jobEnd(window, job)).toMatchObject({ phase: 'done', profile: id, kind: 'load' });
    const { load } = await window.call('profile', { session, profile: id });
    expect(load).toHaveLength(1);
    expect(load[0].curves[0].points.map(({ level }) => level)).toEqual([1, 2]);
  });

  it('is advice that was tried, and a search under a limit', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: writeTiny() });
    const { id } = await profiled(window, session, document);
    const advice = await window.call('startAdvice', { session, profile: id, budgetMs: 2000 });
    expect(await jobEnd(window, advice.job)).toMatchObject({ phase: 'done', profile: id, kind: 'advice' });
    const limit = { metric: 'p95', underMs: 10_000, goal: 'latency' } as const;
    const search = await window.call('startSearch', {
      session,
      profile: id,
      limit,
      knobs: ['threads'],
      budgetMs: 2000,
    });
    expect(await jobEnd(window, search.job)).toMatchObject({ phase: 'done', profile: id, kind: 'search' });
    const profile = await window.call('profile', { session, profile: id });
    expect(profile.search).toMatchObject([{ settings: { limit, knobs: ['threads'], maxDifference: 1e-4 } }]);
    expect(profile.search[0].winner).not.toBeNull();
  });

  it('is a comparison in turns with the document as it is now', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: writeTiny() });
    const { id } = await profiled(window, session, document);
    const changed = applyChanges(document, paramSet(document, 'model', 'threads', 2));
    const compare = await window.call('startCompare', { session, profile: id, document: changed, budgetMs: 1500 });
    const { comparison, phase, profile } = await jobEnd(window, compare.job);
    expect([phase, profile]).toEqual(['done', null]);
    expect(comparison).toMatchObject({ interleaved: true, before: { id } });
    expect(comparison?.document.join()).toContain('threads');
    expect(comparison?.wall.before).toBeGreaterThan(0);
  });

  it('is applied to the document as it stands, or refused with what has changed', async () => {
    const window = openWindow(await startStudio());
    const file = writeTiny();
    const { session, document } = await window.call('openDocument', { path: file });
    const kept = await profiled(window, session, document);
    const changes = paramSet(kept.document, 'model', 'threads', 2);
    const title = 'Two threads for the model';
    const advice = [knownAdvice({ id: 'threads-model', kind: 'threads', title, changes })];
    const folder = path.join(path.dirname(file), '.tributary/profiles/tiny');
    writeFileSync(
      path.join(folder, `${kept.id}.json`),
      profileText({ ...kept, advice, search: [knownSearch(document)] }),
    );
    const moved = applyChanges(document, move(document, 'model', 777).edit.changes);
    const apply = (advice: string, now = moved) =>
      window.call('applyAdvice', { session, profile: kept.id, advice, document: now });
    const edit = await apply('threads-model');
    expect(edit.label).toBe('Two threads for the model');
    const after = applyChanges(moved, edit.changes).nodes.find(({ id }) => id === 'model');
    expect(after).toMatchObject({ params: { threads: 2, model: 'add.onnx' }, position: { x: 777 } });
    const winner = applyChanges(moved, (await apply('search:0')).changes).nodes.find(({ id }) => id === 'model');
    expect(winner?.params).toMatchObject({ threads: 3 });
    const other = applyChanges(moved, (await apply('search:0:1')).changes).nodes.find(({ id }) => id === 'model');
    expect(other?.params).toMatchObject({ threads: 4, precision: 'reduced' });
    const changed = applyChanges(document, paramSet(document, 'model', 'threads', 8));
    expect((await rejects(() => apply('threads-model', changed), 'advice-stale')).message).toContain(
      '"threads" of "model" is 8 now, it was 1',
    );
    await rejects(() => apply('never-heard-of'), 'advice-stale');
    await rejects(() => apply('search:5'), 'advice-stale');
  });

  it('may need a model that is made: it lies beside the other and is recorded, and a sample stays as it is', async () => {
    const samples = path.join(tempFolder(), 'samples');
    writeProducts(path.join(samples, 'products'));
    const state = tempFolder();
    const window = openWindow(await startStudio(state, { samples }));
    const { session, document } = await window.call('openDocument', { path: path.join(samples, 'products') });
    const kept = await profiled(window, session, document);
    const changes = paramSet(kept.document, 'model', 'model', 'models/net.int8.onnx');
    const makes = [{ path: 'models/net.int8.onnx', from: 'models/net.onnx', how: 'int8' as const }];
    const advice = [knownAdvice({ id: 'int8:model', kind: 'int8', changes, makes })];
    const store = path.join(state, 'untitled', session, '.tributary/profiles/untitled');
    writeFileSync(path.join(store, `${kept.id}.json`), profileText({ ...kept, advice }));
    const edit = await window.call('applyAdvice', {
      session,
      profile: kept.id,
      advice: 'int8:model',
      document: kept.document,
    });
    const after = applyChanges(kept.document, edit.changes);
    const bytes = readFileSync(path.join(state, 'untitled', session, 'models/net.int8.onnx'));
    expect(after.files.find((one) => one.path === 'models/net.int8.onnx')).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      source: expect.stringContaining('models/net.onnx'),
    });
    expect(readdirSync(path.join(samples, 'products/models'))).toEqual(['net.onnx']);
    expect(await runIn(window, { session, document: after })).toMatchObject({ phase: 'done', problem: null });
  });
});

function knownAdvice(given: Pick<Advice, 'id' | 'kind' | 'changes'> & Partial<Advice>): Advice {
  return {
    title: 'An advice',
    why: 'a core idles',
    nodes: ['model'],
    aims: 'latency',
    tried: null,
    problem: null,
    verdict: 'untried',
    applied: false,
    ...given,
  };
}

function knownSearch(document: Profile['document']): Profile['search'][number] {
  const point = {
    p50: 1,
    p95: 2,
    p99: 3,
    throughput: 4,
    concurrency: 1,
    memoryBytes: 5,
    answersDifference: 0,
    holds: true,
  };
  const threads = (value: number) => ({ node: 'model', param: 'threads', value });
  return {
    createdAt: '2026-07-21T15:00:00.000Z',
    settings: { limit: { metric: 'p95', underMs: 10, goal: 'latency' }, budgetMs: 1, knobs: [], maxDifference: null },
    stoppedBy: 'done',
    space: 2,
    pruned: 0,
    points: [
      { ...point, id: 0, settings: [threads(3)] },
      { ...point, id: 1, settings: [threads(4), { node: 'model', param: 'precision', value: 'reduced' }] },
    ],
    front: [0, 1],
    winner: 0,
    words: [],
    changes: paramSet(document, 'model', 'threads', 3),
  };
}

describe('profiles of work without a file', () => {
  it('lie in its own folder, come along when it is saved, and go with it when it is closed', async () => {
    const state = tempFolder();
    const window = openWindow(await startStudio(state));
    const file = writeTiny();
    const { session, document } = await window.call('openDocument', { path: file, copy: true });
    const profile = await profiled(window, session, document);
    // The folder that it was copied from is not written to.
    expect(readdirSync(path.dirname(file)).sort()).toEqual(['add.onnx', 'tiny.tributary.json', 'x.npy']);
    expect(existsSync(path.join(state, 'untitled', session))).toBe(true);
    const to = path.join(tempFolder(), 'mine.tributary.json');
    await window.call('saveDocument', { session, document, path: to });
    expect((await window.call('profiles', { session })).profiles.map(({ id }) => id)).toEqual([profile.id]);
    const kept = path.join(path.dirname(to), '.tributary/profiles/mine', `${profile.id}.json`);
    expect(parseProfile(readFileSync(kept, 'utf8')).id).toBe(profile.id);
    expect((await window.call('profileTrace', { session, profile: profile.id })).bytes).toBeGreaterThan(0);
    expect(existsSync(path.join(state, 'untitled', session))).toBe(false);
    const copy = await window.call('openDocument', { path: file, copy: true });
    await profiled(window, copy.session, copy.document);
    await window.call('closeDocument', { session: copy.session, discard: true });
    expect(existsSync(path.join(state, 'untitled', copy.session))).toBe(false);
  });

  it('of a sample leave the sample as it was shipped', async () => {
    const samples = path.join(tempFolder(), 'samples');
    writeTiny(path.join(samples, 'tiny'));
    const window = openWindow(await startStudio(tempFolder(), { samples }));
    const { session, document, path: none } = await window.call('openDocument', { path: path.join(samples, 'tiny') });
    expect(none).toBeNull();
    await profiled(window, session, document);
    expect(readdirSync(path.join(samples, 'tiny')).sort()).toEqual(['add.onnx', 'tiny.tributary.json', 'x.npy']);
  });
});
