import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { paramSet } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { parseProfile, profileText } from '../../../core/profile/profileFile.ts';
import { decodeTrace } from '../../../core/profile/traceFile.ts';
import { npy } from '../../npy-builder.ts';
import { rejects } from '../../rejects.ts';
import { openWindow, startStudio } from './studio.ts';
import { jobEnd, profiled, short, writeTiny } from './tinyPipelines.ts';

describe('a profile', () => {
  it('is measured, kept beside the pipeline with its trace, and listed', async () => {
    const studio = await startStudio();
    const window = openWindow(studio);
    const file = writeTiny();
    const { session, document } = await window.call('openDocument', { path: file });
    const profile = await profiled(window, session, document);
    expect(profile.measured.runs).toBeGreaterThanOrEqual(5);
    expect(profile.measured.nodes.map(({ node }) => node).sort()).toEqual(['model', 'out', 'x']);
    expect(profile.samples).toEqual([{ name: 'x.npy' }]);
    expect(profile.documentHash).toMatch(/^[0-9a-f]{64}$/);
    // The files that it ran are recorded although nobody has saved it.
    expect(profile.document.files.map(({ path: name }) => name)).toEqual(['add.onnx']);
    const { profiles, problems } = await window.call('profiles', { session });
    expect(problems).toEqual([]);
    expect(profiles).toMatchObject([{ id: profile.id, runs: profile.measured.runs, p50: profile.measured.wall.p50 }]);
    const folder = path.join(path.dirname(file), '.tributary/profiles/tiny');
    expect(parseProfile(readFileSync(path.join(folder, `${profile.id}.json`), 'utf8'))).toEqual(profile);
    const { blob, bytes } = await window.call('profileTrace', { session, profile: profile.id });
    const trace = studio.blob(blob)?.bytes ?? new Uint8Array();
    expect(trace.byteLength).toBe(bytes);
    expect(decodeTrace(trace).runs.count).toBeGreaterThan(0);
    const told = window.heard.flatMap((event) => (event.event === 'job' ? [event.done] : []));
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    const library = await window.call('library', { session });
    expect(library.items).toEqual([]);
  });

  it('of samples that were chosen names each', async () => {
    const window = openWindow(await startStudio());
    const file = writeTiny();
    const { session, document: plain } = await window.call('openDocument', { path: file });
    writeFileSync(
      path.join(path.dirname(file), 'y.npy'),
      npy('<f4', '(2,)', new Uint8Array(Float32Array.of(3, 4).buffer)),
    );
    const document = { ...plain, inputs: { x: { node: 'x' } } };
    const samples = ['x.npy', 'y.npy'].map((name) => ({ name, inputs: { x: { form: 'file' as const, path: name } } }));
    const { job } = await window.call('startProfile', { session, document, samples, settings: short });
    const { profile } = await jobEnd(window, job);
    const { measured } = await window.call('profile', { session, profile: profile ?? '' });
    expect(measured.samples.map(({ name }) => name).sort()).toEqual(['x.npy', 'y.npy']);
    const outside = [{ name: 'bad', inputs: { x: { form: 'file' as const, path: '../secret.npy' } } }];
    const refused = await window.call('startProfile', { session, document, samples: outside, settings: short });
    expect(await jobEnd(window, refused.job)).toMatchObject({ phase: 'failed', problem: { code: 'path-outside' } });
  });

  it('is labelled, compared, exported in every form, and removed to the trash', async () => {
    const studio = await startStudio();
    const window = openWindow(studio);
    const file = writeTiny();
    const { session, document } = await window.call('openDocument', { path: file });
    const before = await profiled(window, session, document);
    const threads = applyChanges(document, paramSet(document, 'model', 'threads', 2));
    const after = await profiled(window, session, threads);
    expect(after.documentHash).not.toBe(before.documentHash);
    await window.call('labelProfile', { session, profile: after.id, label: ' two threads ' });
    const { profiles } = await window.call('profiles', { session });
    expect(profiles.map(({ id, label }) => [id, label])).toEqual([
      [after.id, 'two threads'],
      [before.id, ''],
    ]);
    const comparison = await window.call('compareProfiles', { session, before: before.id, after: after.id });
    expect(comparison).toMatchObject({ before: { id: before.id }, after: { id: after.id }, interleaved: false });
    expect(comparison.document.join()).toContain('threads');
    const contents = new Map<string, string>();
    for (const format of ['html', 'json', 'csv', 'chrome', 'otlp'] as const) {
      const { blob, name, bytes } = await window.call('exportProfile', { session, profile: after.id, format });
      const found = studio.blob(blob);
      expect(found?.bytes.byteLength).toBe(bytes);
      expect(name).toMatch(/^test \d{4}-\d\d-\d\d \d\d\.\d\d\.[a-z.]+$/);
      contents.set(format, new TextDecoder().decode(found?.bytes));
    }
    expect(parseProfile(contents.get('json') ?? '')).toEqual({ ...after, label: 'two threads' });
    expect(contents.get('html')).toMatch(/^<!doctype html>/);
    expect(contents.get('html')).toContain(after.id);
    expect(contents.get('csv')?.split('\r\n')).toHaveLength(1 + 3 + 2 + 1);
    expect(JSON.parse(contents.get('chrome') ?? '')).toHaveProperty('traceEvents');
    expect(JSON.parse(contents.get('otlp')?.split('\n')[0] ?? '')).toHaveProperty('resourceSpans');
    await window.call('removeProfile', { session, profile: before.id });
    expect((await window.call('profiles', { session })).profiles.map(({ id }) => id)).toEqual([after.id]);
    expect(readdirSync(path.join(path.dirname(file), '.trash'))).toHaveLength(2);
    await rejects(() => window.call('profile', { session, profile: before.id }), 'file-missing');
    await rejects(
      () => window.call('compareProfiles', { session, before: before.id, after: after.id }),
      'file-missing',
    );
  });

  it('that was broken on disk is told and hides no other', async () => {
    const window = openWindow(await startStudio());
    const file = writeTiny();
    const { session, document } = await window.call('openDocument', { path: file });
    const profile = await profiled(window, session, document);
    const folder = path.join(path.dirname(file), '.tributary/profiles/tiny');
    writeFileSync(path.join(folder, '20200101-000000-000-00000000.json'), profileText(profile).slice(0, 5000));
    const { profiles, problems } = await window.call('profiles', { session });
    expect(profiles.map(({ id }) => id)).toEqual([profile.id]);
    expect(problems).toMatchObject([{ code: 'profile-invalid' }]);
    await rejects(
      () => window.call('profile', { session, profile: '20200101-000000-000-00000000' }),
      'profile-invalid',
    );
    await rejects(
      () => window.call('startLoad', { session, profile: profile.id, settings: { secondsPerLevel: -1 } }),
      'usage',
    );
  });
});
