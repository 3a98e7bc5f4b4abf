import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { paramSet } from '../../../core/graph/changes.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import type { StudioArgs } from '../../../core/studio/api.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, move, openWindow, runIn, samplesFolder, startStudio, type Window } from './studio.ts';
import { jobEnd, writeEndless, writeProducts } from './tinyPipelines.ts';

const int8 = { options: { to: 'int8' as const }, latencyMs: null };

async function shrunkIn(window: Window, args: StudioArgs<'startShrink'>) {
  const { job } = await window.call('startShrink', args);
  const end = await jobEnd(window, job);
  if (end.phase !== 'done') throw new Error(`it ended ${end.phase}: ${end.problem?.message}`);
  return { job, result: await window.call('shrunk', { session: args.session, job }) };
}

function withRecord(document: PipelineDocument): PipelineDocument {
  const files = [
    { path: 'models/net.onnx', sha256: 'a'.repeat(64), licence: 'MIT', source: 'https://example.org/net' },
  ];
  return { ...document, files };
}

describe('shrinking in the studio', () => {
  it('gives a report, and an edit that lets the pipeline use the model with where it comes from', async () => {
    const window = openWindow(await startStudio());
    const file = writeProducts();
    const folder = path.dirname(file);
    const opened = await window.call('openDocument', { path: file });
    const { session } = opened;
    const document = withRecord(opened.document);
    const { job, result } = await shrunkIn(window, { session, document, ...int8 });
    const { report, files, standing } = result;
    expect(standing).toBe('waiting');
    expect(files).toEqual([{ path: 'models/net.int8.onnx', from: 'models/net.onnx', sha256: files[0].sha256 }]);
    expect(existsSync(path.join(folder, files[0].path))).toBe(true);
    expect(report.bytesAfter).toBeLessThan(report.bytesBefore);
    expect(report.latency).toBeNull();
    expect(report.answers).toMatchObject({ samples: 1, identical: false });
    // One output, whose numbers moved: both are told.
    expect(report.answers.worst?.answers.map(({ output }) => output)).toEqual(['out']);

    const { label, changes } = await window.call('applyShrink', { session, job, document });
    expect(label).toBe('make net.onnx int8');
    const after = applyChanges(document, changes);
    expect(after.nodes.find(({ id }) => id === 'model')?.params['model']).toBe('models/net.int8.onnx');
    expect(after.files.find((one) => one.path === 'models/net.int8.onnx')).toEqual({
      path: 'models/net.int8.onnx',
      sha256: files[0].sha256,
      licence: 'MIT',
      source: 'https://example.org/net; made int8 by Tributary',
    });
    expect((await runIn(window, { session, document: after })).phase).toBe('done');
    // Undo and redo need the file from now on.
    expect((await rejects(() => window.call('discardShrunk', { session, job }), 'usage')).fix).toContain('Undo');
    await window.call('closeDocument', { session });
    expect(existsSync(path.join(folder, files[0].path))).toBe(true);
  });

  it('leaves nothing behind that was discarded, or that nobody decided about', async () => {
    const window = openWindow(await startStudio());
    const file = writeProducts();
    const models = path.join(path.dirname(file), 'models');
    const { session, document } = await window.call('openDocument', { path: file });
    const first = await shrunkIn(window, { session, document, ...int8 });
    await window.call('discardShrunk', { session, job: first.job });
    expect(readdirSync(models)).toEqual(['net.onnx']);
    expect((await window.call('shrunk', { session, job: first.job })).standing).toBe('discarded');
    await rejects(() => window.call('applyShrink', { session, job: first.job, document }), 'usage');

    const second = await shrunkIn(window, { session, document, ...int8, path: 'models/small.onnx' });
    expect(readdirSync(models)).toEqual(['net.onnx', 'small.onnx']);
    const third = await shrunkIn(window, { session, document, options: { to: 'int4' }, latencyMs: null });
    expect(readdirSync(models)).toEqual(['net.int4.onnx', 'net.onnx']);
    await rejects(() => window.call('shrunk', { session, job: second.job }), 'usage');
    await window.call('closeDocument', { session });
    expect(readdirSync(models)).toEqual(['net.onnx']);

    const again = await window.call('openDocument', { path: file });
    const kept = await shrunkIn(window, { session: again.session, document, ...int8 });
    await window.call('keepShrunk', { session: again.session, job: kept.job });
    await window.call('closeDocument', { session: again.session });
    expect(readdirSync(models)).toEqual(['net.int8.onnx', 'net.onnx']);
    expect(third.result.report.to).toBe('int4');
  });

  it('does not take away what a person has the pipeline use by hand', async () => {
    const window = openWindow(await startStudio());
    const file = writeProducts();
    const { session, document } = await window.call('openDocument', { path: file });
    const { job } = await shrunkIn(window, { session, document, ...int8 });
    const changes = paramSet(document, 'model', 'model', 'models/net.int8.onnx');
    await window.call('appendJournal', { session, lines: [{ line: 'edit', edit: { label: 'Choose', changes } }] });
    await window.call('discardShrunk', { session, job });
    expect(existsSync(path.join(path.dirname(file), 'models/net.int8.onnx'))).toBe(true);
  });

  it('refuses an edit of a node that has another model by now', async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: writeProducts() });
    const { job } = await shrunkIn(window, { session, document, ...int8 });
    const other = applyChanges(document, paramSet(document, 'model', 'model', 'models/other.onnx'));
    await rejects(() => window.call('applyShrink', { session, job, document: other }), 'advice-stale');
    // It can still be decided about, and moving a node changes nothing.
    const moved = applyChanges(document, move(document, 'model', 400).edit.changes);
    expect((await window.call('applyShrink', { session, job, document: moved })).changes).toHaveLength(1);
  });

  it('knows how right the answers are where a file says what is true', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('picture-classifier');
    const { session, document } = await window.call('openDocument', { path: file });
    const truth = path.join(tempFolder(), 'truth.json');
    writeFileSync(truth, JSON.stringify({ 'sunset.jpg': 'sunset', 'reef.jpg': 'reef' }));
    const samples = ['sunset', 'reef'].map((name) => ({
      name: `${name}.jpg`,
      inputs: { image: { form: 'file' as const, path: `media/${name}.jpg` } },
    }));
    const { result } = await shrunkIn(window, {
      session,
      document,
      samples,
      truth,
      options: { to: 'float16' },
      latencyMs: null,
    });
    expect(result.report.answers).toMatchObject({ samples: 2, quality: { what: 'accuracy', samples: 2 } });
    const { job } = await window.call('startShrink', { session, document, ...int8, truth: path.join(truth, 'x') });
    expect((await jobEnd(window, job)).phase).toBe('failed');
  });

  it('gives a sample a folder of its own before it makes anything', async () => {
    const window = openWindow(await startStudio(tempFolder(), { samples: samplesFolder }));
    const sample = path.join(samplesFolder, 'text-classifier');
    const before = readdirSync(path.join(sample, 'models'));
    const { session, document } = await window.call('openDocument', { path: sample });
    const { job, result } = await shrunkIn(window, { session, document, ...int8 });
    expect(readdirSync(path.join(sample, 'models'))).toEqual(before);
    const { changes } = await window.call('applyShrink', { session, job, document });
    const after = applyChanges(document, changes);
    expect(after.files.some(({ path: name }) => name === result.files[0].path)).toBe(true);
    expect((await runIn(window, { session, document: after })).phase).toBe('done');
  });

  it('can be cancelled, and then leaves no file', async () => {
    const window = openWindow(await startStudio());
    const file = writeEndless();
    const folder = path.dirname(file);
    const before = readdirSync(folder);
    const { session, document } = await window.call('openDocument', { path: file });
    const { job } = await window.call('startShrink', { session, document, ...int8 });
    await window.hear('job', (event) => event.job === job && event.kind === 'shrink');
    await window.call('cancelJob', { job });
    expect(await jobEnd(window, job)).toMatchObject({ phase: 'cancelled', problem: { code: 'cancelled' } });
    expect(readdirSync(folder).filter((name) => name.endsWith('.onnx'))).toEqual(
      before.filter((name) => name.endsWith('.onnx')),
    );
    await rejects(() => window.call('shrunk', { session, job }), 'usage');
  });
});
