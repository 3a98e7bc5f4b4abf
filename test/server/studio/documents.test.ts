import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { undoEdit } from '../../../core/graph/history.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import type { OpenedSession } from '../../../core/studio/api.ts';
import { openDocument } from '../../../host/files/documentFile.ts';
import { addOne } from '../../host/models/fixture.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, move, openWindow, samplesFolder, startStudio, type Window } from './studio.ts';

function xOf(document: PipelineDocument, id: string): number | undefined {
  return document.nodes.find((node) => node.id === id)?.position.x;
}

/** Moves a node `times` times, each an edit of its own. */
async function drag(window: Window, opened: OpenedSession, id: string, times: number): Promise<PipelineDocument> {
  let { document } = opened;
  for (let x = 1; x <= times; x++) {
    const line = move(document, id, 1000 + x);
    await window.call('appendJournal', { session: opened.session, lines: [line] });
    document = {
      ...document,
      nodes: document.nodes.map((n) => (n.id === id ? { ...n, position: { ...n.position, x: 1000 + x } } : n)),
    };
  }
  return document;
}

describe('a document and its journal', () => {
  it('comes back after a kill with every edit that was answered and its undo history (fault 20)', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const before = readFileSync(file);
    const first = openWindow(await startStudio(state));
    const opened = await first.call('openDocument', { path: file });
    expect(opened).toMatchObject({ path: file, readOnly: false, recovered: false, unsaved: false, alsoOpen: null });
    const id = opened.document.nodes[0].id;
    const moved = await drag(first, opened, id, 200);
    // The first studio is not closed: another starts as after a kill.
    const again = await openWindow(await startStudio(state)).call('openDocument', { path: file });
    expect(again).toMatchObject({ recovered: true, unsaved: true });
    expect(again.document).toEqual(moved);
    expect(again.history.at).toBe(200);
    let undone = { document: again.document, history: again.history };
    while (undone.history.at > 0) undone = undoEdit(undone);
    expect(writeDocument(undone.document)).toBe(before.toString());
    expect(readFileSync(file)).toEqual(before);
  });

  it('keeps undo over a save and an orderly end, and then has nothing unsaved', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const studio = await startStudio(state);
    const window = openWindow(studio);
    const opened = await window.call('openDocument', { path: file });
    const document = await drag(window, opened, opened.document.nodes[0].id, 3);
    const saved = await window.call('saveDocument', { session: opened.session, document });
    expect(readFileSync(file, 'utf8')).toBe(writeDocument(saved.document));
    await studio.close();
    const again = await openWindow(await startStudio(state)).call('openDocument', { path: file });
    expect(again).toMatchObject({ recovered: false, unsaved: false, warnings: [] });
    expect(again.history.at).toBe(3);
  });

  it('cuts a torn tail off before it goes on (fault 19)', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const studio = await startStudio(state);
    const window = openWindow(studio);
    const opened = await window.call('openDocument', { path: file });
    const id = opened.document.nodes[0].id;
    await drag(window, opened, id, 2);
    await studio.close();
    const journal = path.join(state, 'journals', readdirSync(path.join(state, 'journals'))[0]);
    writeFileSync(journal, `${readFileSync(journal, 'utf8')}{"line":"edit","edit":{"label":"tor`);
    const next = await startStudio(state);
    const second = openWindow(next);
    const half = await second.call('openDocument', { path: file });
    expect(half.history.at).toBe(2);
    await second.call('appendJournal', { session: half.session, lines: [{ line: 'undo' }] });
    await next.close();
    const last = await openWindow(await startStudio(state)).call('openDocument', { path: file });
    expect(last.history).toMatchObject({ at: 1 });
    expect(xOf(last.document, id)).toBe(1001);
  });

  it('takes lines that come twice only once', async () => {
    const window = openWindow(await startStudio());
    const opened = await window.call('openDocument', { path: copySample('detector') });
    const { session, document } = opened;
    const id = document.nodes[0].id;
    const lines = [move(document, id, 5), { line: 'undo' as const }];
    expect(await window.call('appendJournal', { session, lines, at: 0 })).toEqual({ lines: 2 });
    expect(await window.call('appendJournal', { session, lines, at: 0 })).toEqual({ lines: 2 });
    expect(await window.call('appendJournal', { session, lines: [...lines, { line: 'redo' }], at: 0 })).toEqual({
      lines: 3,
    });
    const again = await window.call('openDocument', { path: opened.path ?? '' });
    expect(again.history).toMatchObject({ at: 1, edits: [{ label: `Move ${id}` }] });
    await rejects(() => window.call('appendJournal', { session, lines }), 'session-unknown');
    await rejects(
      () => window.call('appendJournal', { session: again.session, lines: [{ line: 'saved', sha256: 'f' }] }),
      'usage',
    );
  });

  it('sets a journal aside whose file was changed by something else meanwhile', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const studio = await startStudio(state);
    const window = openWindow(studio);
    const opened = await window.call('openDocument', { path: file });
    await drag(window, opened, opened.document.nodes[0].id, 1);
    await studio.close();
    const other = { ...opened.document, name: 'changed elsewhere' };
    writeFileSync(file, writeDocument(other));
    const again = await openWindow(await startStudio(state)).call('openDocument', { path: file });
    expect(again).toMatchObject({ recovered: false, unsaved: false, document: { name: 'changed elsewhere' } });
    expect(again.warnings).toMatchObject([{ code: 'document-conflict', severity: 'warning' }]);
    expect(readdirSync(path.join(state, 'journals')).some((name) => name.endsWith('.old'))).toBe(true);
  });

  it('goes on after a kill between the file and the journal', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const studio = await startStudio(state);
    const window = openWindow(studio);
    const opened = await window.call('openDocument', { path: file });
    const document = await drag(window, opened, opened.document.nodes[0].id, 1);
    await studio.close();
    // The rename had happened, the journal's line not yet.
    writeFileSync(file, writeDocument(document));
    const again = await openWindow(await startStudio(state)).call('openDocument', { path: file });
    expect(again).toMatchObject({ unsaved: false, recovered: false, warnings: [], history: { at: 1 } });
  });
});

describe('saving', () => {
  it('refuses over a file that changed on disk, says so by an event, and replaces when told to (fault 17)', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('detector');
    const { session, document } = await window.call('openDocument', { path: file });
    const theirs = writeDocument({ ...document, name: 'theirs' });
    writeFileSync(file, theirs);
    expect(await window.hear('fileChanged')).toEqual({ event: 'fileChanged', session, gone: false });
    const mine = { ...document, name: 'mine' };
    await rejects(() => window.call('saveDocument', { session, document: mine }), 'document-conflict');
    expect(readFileSync(file, 'utf8')).toBe(theirs);
    await window.call('saveDocument', { session, document: mine, replace: true });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ name: 'mine' });
    // And a save of our own is no change of another's.
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(window.heard.filter(({ event }) => event === 'fileChanged')).toHaveLength(1);
    writeFileSync(file, theirs);
    const reloaded = await window.call('reloadDocument', { session });
    expect(reloaded).toMatchObject({ session, document: { name: 'theirs' }, history: { at: 0 } });
    await window.call('saveDocument', { session, document: { ...document, name: 'again' } });
  });

  it('writes what the format knows and nothing else', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('detector');
    const { session, document } = await window.call('openDocument', { path: file });
    const before = readFileSync(file, 'utf8');
    const wrong = { ...document, nodes: [{ ...document.nodes[0], id: 'no spaces please' }] };
    await rejects(() => window.call('saveDocument', { session, document: wrong }), 'document-schema');
    expect(readFileSync(file, 'utf8')).toBe(before);
    const { document: saved } = await window.call('saveDocument', { session, document });
    expect(saved).toEqual(document);
  });

  it('of what the journal does not lead to begins it anew, so that nothing older comes back', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const studio = await startStudio(state);
    const window = openWindow(studio);
    const { session, document } = await window.call('openDocument', { path: file });
    await window.call('saveDocument', { session, document: { ...document, name: 'never journaled' } });
    await studio.close();
    const again = await openWindow(await startStudio(state)).call('openDocument', { path: file });
    expect(again).toMatchObject({ document: { name: 'never journaled' }, unsaved: false, history: { at: 0 } });
  });

  it('under another name takes model, labels and media along, and never over other content', async () => {
    const state = tempFolder();
    const window = openWindow(await startStudio(state));
    const opened = await window.call('openDocument', { path: path.join(samplesFolder, 'detector'), copy: true });
    expect(opened).toMatchObject({ path: null, folder: path.join(samplesFolder, 'detector') });
    const { session, document } = opened;
    await rejects(() => window.call('saveDocument', { session, document }), 'usage');
    const target = tempFolder();
    mkdirSync(path.join(target, 'models'));
    writeFileSync(path.join(target, 'models/labels.txt'), 'other labels\n');
    const file = path.join(target, 'mine.tributary.json');
    await rejects(() => window.call('saveDocument', { session, document, path: file }), 'document-conflict');
    expect(readdirSync(target)).toEqual(['models']);
    writeFileSync(
      path.join(target, 'models/labels.txt'),
      readFileSync(path.join(samplesFolder, 'detector/models/labels.txt')),
    );
    const saved = await window.call('saveDocument', { session, document, path: path.join(target, 'mine') });
    expect(saved).toMatchObject({ path: file, folder: target });
    for (const name of ['models/objects.onnx', 'media/lake.jpg', 'models/labels.txt'])
      expect(readFileSync(path.join(target, name))).toEqual(readFileSync(path.join(samplesFolder, 'detector', name)));
    expect((await window.call('check', { session, document: saved.document })).problems).toEqual([]);
    // From here on it is that file's session; the untitled work is gone.
    await window.call('appendJournal', { session, lines: [move(saved.document, saved.document.nodes[0].id, 9)] });
    expect((await window.call('welcome', {})).recent.map((recent) => recent.path)).toEqual([file]);
    await rejects(
      () => window.call('saveDocument', { session, document, path: copySample('detector') }),
      'document-conflict',
    );
  });

  it('records the hash of what the pipeline stands on', async () => {
    const window = openWindow(await startStudio());
    const file = copySample('detector');
    const { session, document } = await window.call('openDocument', { path: file });
    // A licence and a source are a person's words: nothing finds them out again.
    const recorded = document.files
      .filter((one) => one.path.startsWith('models/'))
      .map(({ path: name, sha256 }) => ({ path: name, sha256 }));
    const bare = { ...document, files: [] };
    const saved = await window.call('saveDocument', { session, document: bare });
    expect([...saved.document.files].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(
      [...recorded].sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
    expect((await openDocument(file, makeLimits())).document.files).toEqual(saved.document.files);
  });

  it('of a document of a newer schema is refused, and it opens for reading (fault 8)', async () => {
    const window = openWindow(await startStudio());
    const file = path.join(tempFolder(), 'new.tributary.json');
    const text = JSON.stringify({ schemaVersion: 99, name: 'new', nodes: [], wires: [], more: 1 });
    writeFileSync(file, text);
    const { session, document, readOnly, warnings } = await window.call('openDocument', { path: file });
    expect(readOnly).toBe(true);
    expect(warnings).toMatchObject([{ code: 'document-newer' }]);
    await rejects(() => window.call('saveDocument', { session, document, replace: true }), 'document-newer');
    await rejects(() => window.call('appendJournal', { session, lines: [{ line: 'undo' }] }), 'usage');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});

describe('two windows', () => {
  it('on one file: the second is told, keeps its own journal, and saves only over the first by name (fault 18)', async () => {
    const state = tempFolder();
    const studio = await startStudio(state);
    const file = copySample('detector');
    const one = openWindow(studio, 'window01');
    const two = openWindow(studio, 'window02');
    const first = await one.call('openDocument', { path: file });
    const second = await two.call('openDocument', { path: file });
    expect(second.alsoOpen).toContain('Another window');
    const id = first.document.nodes[0].id;
    const mine = await drag(two, second, id, 2);
    await drag(one, first, id, 1);
    await rejects(() => two.call('saveDocument', { session: second.session, document: mine }), 'document-conflict');
    await rejects(() => two.call('check', { session: first.session, document: first.document }), 'session-unknown');
    await two.call('saveDocument', { session: second.session, document: mine, replace: true });
    expect(await one.hear('fileChanged')).toMatchObject({ session: first.session });
    // The first goes: the second may have the file.
    await one.call('closeDocument', { session: first.session });
    await two.call('saveDocument', { session: second.session, document: mine });
    studio.leave('window02');
    const third = await openWindow(studio, 'window03').call('openDocument', { path: file });
    expect(third).toMatchObject({ alsoOpen: null, unsaved: false, history: { at: 2 } });
    expect(third.document).toEqual(mine);
  });

  it('of two processes: a live one is named, a dead one is taken over', async () => {
    const state = tempFolder();
    const file = copySample('detector');
    const window = openWindow(await startStudio(state));
    const first = await window.call('openDocument', { path: file });
    const locks = path.join(state, 'locks');
    const lock = path.join(locks, readdirSync(locks)[0]);
    const held = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number };
    await window.call('closeDocument', { session: first.session });
    expect(readdirSync(locks)).toEqual([]);
    writeFileSync(lock, JSON.stringify({ ...held, pid: process.ppid }));
    const second = await window.call('openDocument', { path: file });
    expect(second.alsoOpen).toMatch(new RegExp(`process ${process.ppid}.* since `));
    await window.call('closeDocument', { session: second.session });
    writeFileSync(lock, JSON.stringify({ ...held, pid: 2 ** 22 + 1 }));
    expect((await window.call('openDocument', { path: file })).alsoOpen).toBeNull();
  });

  it('that comes back to its file after a reload goes on where it was', async () => {
    const studio = await startStudio();
    const file = copySample('detector');
    const window = openWindow(studio);
    const first = await window.call('openDocument', { path: file });
    await drag(window, first, first.document.nodes[0].id, 2);
    const second = await window.call('openDocument', { path: file });
    expect(second).toMatchObject({ alsoOpen: null, recovered: true, history: { at: 2 } });
    await rejects(() => window.call('runs', { session: first.session }), 'session-unknown');
  });
});

describe('work without a file', () => {
  it('that was killed is among the recent, comes back with its history, and is forgotten when asked', async () => {
    const state = tempFolder();
    const first = openWindow(await startStudio(state));
    const opened = await first.call('newDocument', {});
    expect(opened).toMatchObject({ path: null, unsaved: false, document: { nodes: [] } });
    expect((await first.call('welcome', {})).recent).toEqual([]);
    const node = { id: 'a', type: 'input.text', version: 1, params: { text: 'hi' }, position: { x: 0, y: 0 } };
    const lines = [
      {
        line: 'edit' as const,
        edit: { label: 'Add', changes: [{ in: 'nodes' as const, index: 0, before: null, after: node }] },
      },
    ];
    await first.call('appendJournal', { session: opened.session, lines });
    const second = openWindow(await startStudio(state));
    const { recent } = await second.call('welcome', {});
    expect(recent).toMatchObject([{ name: 'Untitled (not saved)', present: true, path: opened.recovery }]);
    const again = await second.call('openDocument', { path: recent[0].path });
    expect(again).toMatchObject({
      path: null,
      recovered: true,
      unsaved: true,
      folder: opened.folder,
      history: { at: 1 },
    });
    expect(again.document.nodes).toEqual([node]);
    await second.call('closeDocument', { session: again.session });
    await second.call('forgetRecent', { path: recent[0].path });
    expect((await second.call('welcome', {})).recent).toEqual([]);
    await rejects(() => second.call('openDocument', { path: recent[0].path }), 'file-missing');
    expect(readdirSync(path.join(state, 'untitled'))).toEqual([]);
  });

  it('around a model copies it and proposes a pipeline that checks', async () => {
    const state = tempFolder();
    const model = path.join(tempFolder(), 'my model.onnx');
    writeFileSync(model, addOne());
    const window = openWindow(await startStudio(state));
    const { session, document, folder, unsaved } = await window.call('newDocument', { model });
    expect(unsaved).toBe(true);
    expect(document.files).toMatchObject([{ path: 'models/my model.onnx' }]);
    expect(readFileSync(path.join(folder, 'models/my model.onnx'))).toEqual(readFileSync(model));
    const report = await window.call('check', { session, document });
    expect(report.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    expect(report.inputs).not.toEqual({});
    writeFileSync(model, 'no model');
    await rejects(() => window.call('newDocument', { model }), 'model-invalid');
    expect(readdirSync(path.join(state, 'untitled'))).toHaveLength(1);
  });

  it('that nothing was done to leaves nothing behind', async () => {
    const state = tempFolder();
    const window = openWindow(await startStudio(state));
    const { session } = await window.call('newDocument', {});
    const copy = await window.call('openDocument', { path: path.join(samplesFolder, 'detector'), copy: true });
    await window.call('closeDocument', { session });
    await window.call('closeDocument', { session: copy.session });
    expect(readdirSync(path.join(state, 'untitled'))).toEqual([]);
    expect(readdirSync(path.join(state, 'journals'))).toEqual([]);
    await rejects(() => window.call('closeDocument', { session }), 'session-unknown');
  });
});
