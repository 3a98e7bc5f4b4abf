import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import type { Preview } from '../../../core/studio/preview.ts';
import { pipeline } from '../../core/pipelines.ts';
import { addOne, loopModel } from '../../host/models/fixture.ts';
import { npy } from '../../npy-builder.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, move, openWindow, runIn, samplesFolder, startStudio, type Window } from './studio.ts';

interface Top {
  readonly label: string;
  readonly probability: number;
}

function recorded(sample: string): never {
  return JSON.parse(readFileSync(path.join(samplesFolder, sample, 'reference.json'), 'utf8')) as never;
}

async function bestOf(window: Window, run: string, end: string): Promise<Extract<Preview, { kind: 'scores' }>['best']> {
  const preview = await window.call('preview', { run, end, width: 300, height: 200 });
  if (preview?.kind !== 'scores') throw new Error(`${end} gives ${preview?.kind}`);
  return preview.best;
}

/** A model that never ends by itself, with its inputs given as .npy files. */
async function openEndless(window: Window): Promise<{ session: string; document: PipelineDocument }> {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'loop.onnx'), loopModel());
  writeFileSync(path.join(folder, 'x.npy'), npy('<f4', '(1,)', new Uint8Array(Float32Array.of(0).buffer)));
  writeFileSync(path.join(folder, 'trips.npy'), npy('<i8', '()', new Uint8Array(BigInt64Array.of(2n ** 62n).buffer)));
  const document = pipeline(
    {
      x: ['input.tensor', { file: 'x.npy' }],
      trips: ['input.tensor', { file: 'trips.npy' }],
      model: ['model.onnx', { model: 'loop.onnx', threads: 1 }],
      out: 'output.tensor',
    },
    ['x.tensor > model.x', 'trips.tensor > model.trips', 'model.y > out.value'],
  );
  const file = path.join(folder, 'endless.tributary.json');
  writeFileSync(file, writeDocument(document));
  const opened = await window.call('openDocument', { path: file });
  return { session: opened.session, document: opened.document };
}

describe('a run', () => {
  it('of the fusion sample shows what Python recorded, tells of every node, and comes from the cache the next time', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: copySample('event-detector') });
    const summary = await runIn(window, { session, document });
    expect(summary).toMatchObject({
      phase: 'done',
      problem: null,
      outputs: { event: { status: 'present', node: 'event' } },
    });
    const { storm } = (recorded('event-detector') as { showcase: Record<string, Record<string, unknown>> }).showcase;
    for (const [end, want] of [
      ['imageScores.scores', (storm['image'] as { top: readonly Top[] }).top],
      ['soundScores.scores', (storm['sound'] as { top: readonly Top[] }).top],
      ['textScores.scores', (storm['text'] as { top: readonly Top[] }).top],
      ['fuse.scores', storm['product of experts'] as readonly Top[]],
    ] as const) {
      const best = await bestOf(window, summary.run, end);
      expect(best[0].label).toBe(want[0].label);
      for (const { label, probability } of want)
        expect(Math.abs((best.find((b) => b.label === label)?.value ?? 0) - probability)).toBeLessThan(0.02);
    }
    const picture = await window.call('preview', { run: summary.run, end: 'photo.image', width: 200, height: 150 });
    expect(picture).toMatchObject({ kind: 'image', type: expect.stringContaining('image') });
    const started = await window.hear('runStarted');
    expect(started.nodes).toHaveLength(document.nodes.length);
    const ended = window.heard.filter((e) => e.event === 'runNode' && e.state === 'ran');
    expect(new Set(ended.map((e) => (e.event === 'runNode' ? e.node : '')))).toEqual(new Set(started.nodes));
    const again = await runIn(window, { session, document });
    const fresh = Object.entries(again.nodes).filter(([, node]) => node.state !== 'cached');
    // Outputs only pass on what came from the cache.
    expect(fresh.map(([id]) => id)).toEqual(['event', 'report']);
    expect((await bestOf(window, again.run, 'fuse.scores'))[0].label).toBe(storm['event']);
    expect((await window.call('runs', { session })).runs.map((run) => run.run)).toEqual([again.run, summary.run]);
  });

  it('to a node in the middle runs what that needs and nothing else, although the rest is broken', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: copySample('event-detector') });
    const broken = {
      ...document,
      nodes: document.nodes.map((n) => (n.id === 'fuse' ? { ...n, type: 'fusion.unheardOf' } : n)),
    };
    const summary = await runIn(window, { session, document: broken, targets: ['imageScores'] });
    expect(summary).toMatchObject({ phase: 'done', outputs: {} });
    expect(Object.keys(summary.nodes).sort()).toEqual([
      'cut',
      'imageModel',
      'imageScores',
      'normalise',
      'photo',
      'shrink',
    ]);
    expect((await bestOf(window, summary.run, 'imageScores.scores'))[0].label).toBe('storm at sea');
    const all = await runIn(window, { session, document: broken });
    expect(all.phase).toBe('done');
    expect(all.nodes).toHaveProperty('soundScores');
    expect(all.nodes).not.toHaveProperty('event');
  });

  it('takes chosen files, text and JSON for its inputs, and no file outside the folder (faults 10, 11)', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: copySample('event-detector') });
    const summary = await runIn(window, {
      session,
      document,
      inputs: {
        image: { form: 'file', path: 'media/parade.jpg' },
        sound: { form: 'file', path: 'media/parade.wav' },
        caption: { form: 'text', text: 'drums and a marching crowd on the street' },
      },
    });
    expect((await bestOf(window, summary.run, 'fuse.scores'))[0].label).toBe('street parade');
    for (const outside of ['../../etc/passwd', '/etc/passwd', '//server/x', 'media/%2e%2e/x', 'a\0b']) {
      const failed = await runIn(window, { session, document, inputs: { image: { form: 'file', path: outside } } });
      expect(failed).toMatchObject({ phase: 'failed', problem: { code: 'path-outside' } });
      expect(failed.problem?.message).toContain('"image"');
    }
    const absent = await runIn(window, {
      session,
      document,
      inputs: { image: { form: 'file', path: 'media/no.jpg' } },
    });
    expect(absent.problem?.code).toBe('file-missing');
  });

  it('that fails keeps how far it came, to be looked at, and names the node', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('picture-classifier');
    writeFileSync(path.join(path.dirname(file), 'media/broken.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2));
    const { session, document } = await window.call('openDocument', { path: file });
    const node = document.nodes.find((n) => n.type === 'model.onnx');
    const refusing = {
      ...document,
      nodes: document.nodes.map((n) => (n === node ? { ...n, params: { ...n.params, device: 'directml' } } : n)),
    };
    const failed = await runIn(window, { session, document: refusing });
    expect(failed).toMatchObject({
      phase: 'failed',
      problem: { code: 'device-unavailable', where: { node: node?.id } },
    });
    expect(Object.values(failed.nodes).some((n) => n.state === 'ran')).toBe(true);
    const image = failed.ports.find((port) => port.kind === 'image' && port.passed > 0);
    expect(
      await window.call('preview', { run: failed.run, end: image?.end ?? '', width: 64, height: 64 }),
    ).toMatchObject({ kind: 'image' });
    const corrupt = await runIn(window, {
      session,
      document,
      inputs: { image: { form: 'file', path: 'media/broken.jpg' } },
    });
    expect(corrupt.problem?.code).toBe('media-corrupt');
    expect((await runIn(window, { session, document })).phase).toBe('done');
  });

  it('is cancelled at once, and a newer one takes the place of an older', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await openEndless(window);
    const { run } = await window.call('startRun', { session, document });
    await window.hear('runNode', (e) => e.run === run && e.node === 'model' && e.state === 'running');
    const atMs = performance.now();
    await window.call('cancelRun', { run });
    const ended = await window.hear('runEnded', (e) => e.summary.run === run);
    expect(performance.now() - atMs).toBeLessThan(500);
    expect(ended.summary).toMatchObject({ phase: 'cancelled', problem: { code: 'cancelled' } });
    const first = await window.call('startRun', { session, document });
    await window.hear('runNode', (e) => e.run === first.run && e.node === 'model');
    const second = await window.call('startRun', { session, document, targets: ['x'] });
    expect((await window.hear('runEnded', (e) => e.summary.run === first.run)).summary.phase).toBe('cancelled');
    expect((await window.hear('runEnded', (e) => e.summary.run === second.run)).summary.phase).toBe('done');
    expect((await window.call('runs', { session })).runs.map((r) => r.run)).toEqual([second.run, run]);
  });

  it('whose engine is killed fails with the name of the node; the window is told and the next run works (fault 93)', async () => {
    const studio = await startStudio();
    const window = openWindow(studio);
    const other = openWindow(studio, 'window02');
    const { session, document } = await openEndless(window);
    const { run } = await window.call('startRun', { session, document });
    await window.hear('runNode', (e) => e.run === run && e.node === 'model' && e.state === 'running');
    process.kill(studio.enginePid() ?? 0, 'SIGKILL');
    const { summary } = await window.hear('runEnded', (e) => e.summary.run === run);
    expect(summary).toMatchObject({ phase: 'failed', problem: { code: 'engine-died' } });
    expect(summary.problem?.message).toContain('"model"');
    expect(await window.hear('engineEnded')).toMatchObject({ problem: { code: 'engine-died' } });
    await other.hear('engineEnded');
    expect(await window.call('preview', { run, end: 'x.tensor', width: 10, height: 10 })).toBeNull();
    expect((await runIn(window, { session, document, targets: ['x'] })).phase).toBe('done');
  });

  it('is kept for the last six of a session', async () => {
    const window = openWindow(await startStudio());
    const folder = tempFolder();
    const document = pipeline({ t: ['input.text', { text: 'a' }], out: 'output.text' }, ['t.text > out.value']);
    writeFileSync(path.join(folder, 't.tributary.json'), writeDocument(document));
    const { session } = await window.call('openDocument', { path: folder });
    const runs = [];
    for (let i = 0; i < 8; i++)
      runs.push(await runIn(window, { session, document, inputs: { t: { form: 'text', text: `number ${i}` } } }));
    expect((await window.call('runs', { session })).runs.map((r) => r.run)).toEqual(
      runs
        .slice(2)
        .reverse()
        .map((r) => r.run),
    );
    const look = (run: string) => window.call('preview', { run, end: 't.text', width: 10, height: 10 });
    expect(await look(runs[1].run)).toBeNull();
    expect(await look(runs[2].run)).toMatchObject({ kind: 'text', text: 'number 2' });
    const stranger = openWindow(await startStudio(), 'window02');
    expect(await stranger.call('preview', { run: runs[7].run, end: 't.text', width: 10, height: 10 })).toBeNull();
  });
});

describe('a batch', () => {
  it('runs over all media, tells progress and answers, and goes on past a broken one', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('picture-classifier');
    writeFileSync(path.join(path.dirname(file), 'media/broken.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2));
    const { session, document } = await window.call('openDocument', { path: file });
    const { results } = recorded('picture-classifier') as { results: Record<string, { top: readonly Top[] }> };
    const names = [...Object.keys(results), 'broken.jpg'];
    const items = names.map((name) => ({ name, inputs: { image: { form: 'file' as const, path: `media/${name}` } } }));
    const { run } = await window.call('startBatch', { session, document, items });
    const last = await window.hear('batch', (e) => e.run === run && e.phase !== 'running');
    expect(last).toMatchObject({ phase: 'done', done: names.length, failed: 1, total: names.length, leftMs: 0 });
    const rows = window.heard.flatMap((e) => (e.event === 'batch' && e.last !== null ? [e.last] : []));
    expect(rows.map((row) => row.name).sort()).toEqual([...names].sort());
    for (const row of rows) {
      if (row.name === 'broken.jpg') expect(row).toMatchObject({ problem: { code: 'media-corrupt' }, answers: {} });
      else expect(row.answers['scene']).toContain(results[row.name].top[0].label);
    }
    const first = window.heard.find((e) => e.event === 'batch' && e.done === 1);
    expect(first).toMatchObject({ leftMs: expect.any(Number), phase: 'running' });
    const kept = (await window.call('runs', { session })).runs;
    expect(kept).toHaveLength(6);
    expect(kept.map((r) => r.batchItem).sort()).toEqual(
      rows
        .slice(-6)
        .map((row) => row.name)
        .sort(),
    );
  });

  it('is cancelled between its items', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await openEndless(window);
    const items = Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, inputs: {} }));
    const { run } = await window.call('startBatch', { session, document, items });
    await window.hear('batch', (e) => e.run === run);
    await window.call('cancelRun', { run });
    const last = await window.hear('batch', (e) => e.run === run && e.phase === 'cancelled');
    expect(last).toMatchObject({ done: 0, total: 5 });
  });
});

it('edits of parameters run again only what hangs below', async () => {
  const window = openWindow(await startStudio());
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'add.onnx'), addOne());
  const { session, document } = await window.call('openDocument', { path: copySample('picture-classifier') });
  await runIn(window, { session, document });
  await window.call('appendJournal', { session, lines: [move(document, document.nodes[0].id, 3)] });
  const top = document.nodes.find((n) => n.type === 'result.softmax');
  const changed = {
    ...document,
    nodes: document.nodes.map((n) => (n === top ? { ...n, params: { ...n.params, temperature: 2 } } : n)),
  };
  const { nodes } = await runIn(window, { session, document: changed });
  expect(nodes[top?.id ?? '']?.state).toBe('ran');
  expect(nodes['model']?.state).toBe('cached');
});
