import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { targets } from '../../../core/export/targets.ts';
import { paramSet } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { manifestName } from '../../../core/serve/manifest.ts';
import { studioSchemas } from '../../../core/studio/api.ts';
import { targetView } from '../../../server/studio/exporting/optionForms.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, openWindow, startStudio, type Window } from './studio.ts';
import { jobEnd, writeEndless } from './tinyPipelines.ts';

/** A sample of which everything is recorded that exports are made of. */
async function preparedIn(window: Window, sample = 'picture-classifier') {
  const { session, document } = await window.call('openDocument', { path: copySample(sample) });
  const { job } = await window.call('startExportPlan', { session, document });
  const end = await jobEnd(window, job);
  if (end.phase !== 'done') throw new Error(`it ended ${end.phase}: ${end.problem?.message}`);
  return { session, job, document };
}

const slow = 120_000;

describe('exporting in the studio', () => {
  it('shows the files of a target before they are written, writes them, and reproduces what was recorded', {
    timeout: slow,
  }, async () => {
    const window = openWindow(await startStudio());
    const { session, job } = await preparedIn(window);
    const container = { session, job, target: 'container', options: { port: 9000 } };
    const plan = await window.call('plannedExport', container);
    const paths = plan.files.map(({ path: file }) => file);
    expect(paths).toEqual(
      expect.arrayContaining([
        'Dockerfile',
        manifestName,
        'README.md',
        'pipeline/picture-classifier.tributary.json',
        'pipeline/models/scenes.onnx',
      ]),
    );
    expect(plan.bytes).toBe(plan.files.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(plan.problems).toEqual([]);
    expect(plan.golden.length).toBeGreaterThan(0);
    expect(plan.models.map(({ path: file }) => file)).toEqual(['models/scenes.onnx']);
    expect(plan.next.join('\n')).toContain('docker');

    const { text } = await window.call('exportFile', { ...container, path: 'Dockerfile' });
    expect(text).toContain('EXPOSE 9000');
    const usual = await window.call('exportFile', {
      session,
      job,
      target: 'container',
      options: {},
      path: 'Dockerfile',
    });
    expect(usual.text).toContain('EXPOSE 8080');
    // A model is no text.
    const model = await window.call('exportFile', { ...container, path: 'pipeline/models/scenes.onnx' });
    expect(model.text).toBeNull();
    await rejects(() => window.call('exportFile', { ...container, path: '../outside' }), 'usage');

    const folder = path.join(tempFolder(), 'image');
    const end = await jobEnd(window, (await window.call('startExport', { ...container, path: folder })).job);
    expect(end.problem).toBeNull();
    const { exported } = end;
    expect(exported).toMatchObject({ path: folder, files: plan.files.length, bytes: plan.bytes });
    expect(exported?.verdicts?.map(({ sample }) => sample)).toEqual(plan.golden);
    for (const verdict of exported?.verdicts ?? []) expect(verdict).toMatchObject({ outputs: [], ports: [] });
    expect(readFileSync(path.join(folder, 'Dockerfile'), 'utf8')).toBe(text);
    expect(JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8')).contentHash).toBe(plan.contentHash);

    // Again into the same folder, as another version: the older export gives way whole.
    const again = await window.call('startExport', { ...container, release: '2.0.0', path: folder });
    expect((await jobEnd(window, again.job)).phase).toBe('done');
    expect(JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8')).version).toBe('2.0.0');
    expect(readdirSync(path.dirname(folder))).toEqual(['image']);

    // A folder that holds what is somebody's own is left as it is.
    const own = path.join(folder, 'notes.txt');
    writeFileSync(own, 'mine');
    const refused = await window.call('startExport', { ...container, path: folder });
    expect(await jobEnd(window, refused.job)).toMatchObject({
      phase: 'failed',
      problem: { code: 'document-conflict' },
    });
    expect(readFileSync(own, 'utf8')).toBe('mine');
    expect(JSON.parse(readFileSync(path.join(folder, manifestName), 'utf8')).version).toBe('2.0.0');

    // One file, where the target is one.
    const archive = path.join(tempFolder(), 'pipeline.zip');
    const zipped = await window.call('startExport', { session, job, target: 'config', options: {}, path: archive });
    expect(await jobEnd(window, zipped.job)).toMatchObject({
      phase: 'done',
      exported: { path: archive, verdicts: null },
    });
    expect(readFileSync(archive).subarray(0, 2).toString('latin1')).toBe('PK');
  });

  it('tells what is wrong with options, and writes nothing', { timeout: slow }, async () => {
    const window = openWindow(await startStudio());
    const { session, job, document } = await preparedIn(window);
    const wrong = { session, job, target: 'container', options: { image: 'Not An Image' } };
    const plan = await window.call('plannedExport', wrong);
    expect(plan.problems).toMatchObject([{ severity: 'error' }]);
    expect(plan.problems[0].message).toContain('"Not An Image"');
    const folder = path.join(tempFolder(), 'image');
    const refused = await window.call('startExport', { ...wrong, path: folder });
    const end = await jobEnd(window, refused.job);
    expect(end).toMatchObject({ phase: 'failed', problem: { code: plan.problems[0].code } });
    expect(existsSync(folder)).toBe(false);

    const asked = { session, job, options: {} };
    await rejects(() => window.call('plannedExport', { ...asked, target: 'nowhere' }), 'usage');
    await rejects(
      () => window.call('plannedExport', { ...asked, target: 'container', options: { ports: 1 } }),
      'usage',
    );
    await rejects(
      () => window.call('plannedExport', { ...asked, target: 'container', options: { port: 70_000 } }),
      'usage',
    );
    await rejects(() => window.call('plannedExport', { ...asked, target: 'container', release: 'a b' }), 'usage');
    await rejects(() => window.call('startExport', { ...asked, target: 'container', path: 'image' }), 'usage');

    // A preparation ends with the next: what is shown is never of two states.
    const { job: next } = await window.call('startExportPlan', { session, document });
    expect((await jobEnd(window, next)).phase).toBe('done');
    await rejects(() => window.call('plannedExport', { ...asked, target: 'container' }), 'usage');
    expect((await window.call('plannedExport', { ...asked, job: next, target: 'config' })).name).toBe(
      'picture-classifier',
    );
  });

  it('prepares nothing of a pipeline with errors, and can be cancelled', { timeout: slow }, async () => {
    const window = openWindow(await startStudio());
    const { session, document } = await window.call('openDocument', { path: copySample('text-classifier') });
    const model = document.nodes.find(({ type }) => type === 'model.onnx');
    if (model === undefined) throw new Error('the sample has no model');
    const broken = applyChanges(document, paramSet(document, model.id, 'model', 'models/none.onnx'));
    const { job } = await window.call('startExportPlan', { session, document: broken });
    expect(await jobEnd(window, job)).toMatchObject({ phase: 'failed', problem: { severity: 'error' } });
    await rejects(() => window.call('plannedExport', { session, job, target: 'container', options: {} }), 'usage');

    const endless = await window.call('openDocument', { path: writeEndless() });
    const started = await window.call('startExportPlan', { session: endless.session, document: endless.document });
    await window.hear('job', (event) => event.job === started.job);
    await window.call('cancelJob', { job: started.job });
    expect((await jobEnd(window, started.job)).phase).toBe('cancelled');
  });

  it('gives every option of every target a form', () => {
    for (const target of targets) {
      const { options } = targetView(target);
      const own = Object.keys(target.options.shape);
      expect(options.map(({ name }) => name)).toEqual(expect.arrayContaining(own));
      expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
      for (const { name, doc, form, choices } of options) {
        expect(doc, `${target.id}.${name}`).not.toBe('');
        expect(form === 'choice', `${target.id}.${name}`).toBe(choices !== undefined);
      }
    }
    const container = targetView(targets[0]).options;
    expect(container.find(({ name }) => name === 'port')).toMatchObject({
      form: 'number',
      default: 8080,
      min: 1,
      max: 65535,
    });
    expect(container.find(({ name }) => name === 'device')).toMatchObject({ form: 'choice', choices: ['cpu', 'cuda'] });
    const list = { session: 's', job: 'j', target: 'monitoring', options: { targets: ['one:8080', 'two:8080'] } };
    expect(studioSchemas.plannedExport.safeParse(list).success).toBe(true);
  });
});
