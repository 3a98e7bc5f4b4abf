import { existsSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../host/files/host.ts';
import { addOne } from '../../host/models/fixture.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { copySample, openWindow, runIn, samplesFolder, startStudio } from './studio.ts';

const photo = readFileSync(path.join(samplesFolder, 'picture-classifier/media/city.jpg'));
const clip = readFileSync(path.join(samplesFolder, 'sound-classifier/media/siren-16k.wav'));

async function* chunks(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function begin(sample = 'picture-classifier') {
  const studio = await startStudio();
  const window = openWindow(studio);
  const file = copySample(sample);
  const opened = await window.call('openDocument', { path: file });
  const upload = (name: string, bytes: Uint8Array) => studio.upload(window.client, opened.session, name, chunks(bytes));
  return { studio, window, upload, ...opened };
}

describe('what is dropped', () => {
  it('goes where its content says, under its own name, with the node that takes it', async () => {
    const { upload, folder, window, session } = await begin();
    expect(await upload('my city.jpg', photo)).toMatchObject({
      path: 'media/my city.jpg',
      role: 'image',
      node: { type: 'input.image', params: { file: 'media/my city.jpg' } },
    });
    expect(await upload('lying.png', clip)).toMatchObject({
      path: 'media/lying.png',
      role: 'audio',
      node: { type: 'input.audio' },
    });
    expect(await upload('add.onnx', addOne())).toMatchObject({
      path: 'models/add.onnx',
      role: 'model',
      node: { type: 'model.onnx', params: { model: 'models/add.onnx' } },
    });
    const film = readFileSync(path.join(samplesFolder, 'video-events/media/day.mp4'));
    expect(await upload('day.mp4', film)).toMatchObject({ role: 'video', node: { type: 'input.video' } });
    const tokenizer = readFileSync(path.join(samplesFolder, 'text-classifier/models/tokenizer.json'));
    expect(await upload('tokenizer.json', tokenizer)).toMatchObject({
      path: 'models/tokenizer.json',
      role: 'tokenizer',
    });
    expect(await upload('labels.txt', Buffer.from('a\nb\n'))).toMatchObject({
      path: 'models/labels (2).txt',
      role: 'labels',
    });
    expect(await upload('note.txt', Buffer.from('hello'))).toMatchObject({ path: 'media/note.txt', role: 'text' });
    expect(await upload('data.json', Buffer.from('{"a": 1}'))).toMatchObject({
      role: 'other',
      node: { type: 'input.json' },
    });
    expect(await upload('blob.xyz', Uint8Array.of(0, 1, 2))).toMatchObject({
      path: 'media/blob.xyz',
      role: 'other',
      node: null,
    });
    expect(await upload('empty', new Uint8Array(0))).toMatchObject({ role: 'text', path: 'media/empty' });
    await rejects(() => upload('not.onnx', Buffer.from('not a model at all')), 'model-invalid');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(window.heard.some((event) => event.event === 'libraryChanged' && event.session === session)).toBe(true);
  });

  it('never replaces: the same content is the same file, other content gets a number', async () => {
    const { upload, folder } = await begin();
    const before = readFileSync(path.join(folder, 'media/reef.jpg'));
    const one = await upload('reef.jpg', photo);
    const two = await upload('reef.jpg', clip);
    const again = await upload('reef.jpg', photo);
    expect([one.path, two.path, again.path]).toEqual([
      'media/reef (2).jpg',
      'media/reef (3).jpg',
      'media/reef (2).jpg',
    ]);
    expect(again.sha256).toBe(one.sha256);
    expect(readFileSync(path.join(folder, 'media/reef.jpg'))).toEqual(before);
  });

  it('by an awkward name stays in the folder and works (fault 34)', async () => {
    const { upload, folder, window, session, document } = await begin();
    const outside = readdirSync(path.dirname(folder));
    const names = [
      '-i',
      '|',
      'a\nb.jpg',
      '../../x.jpg',
      '..',
      '.',
      '',
      'C:\\temp\\y.jpg',
      '/etc/z.jpg',
      'nul\0.jpg',
      'CON',
      'aux.jpg',
      '.hidden.jpg',
      '%2e%2e%2fq.jpg',
      ' spaces .jpg ',
      'trailing.',
      `${'長'.repeat(300)}.jpg`,
      '\u202egpj.exe',
      '\ud800.jpg',
      "'; rm -rf ~;'.jpg",
      '$(id).jpg',
      'a*?<>"b.jpg',
    ];
    for (const [i, name] of names.entries()) {
      const picture = Buffer.concat([photo, Buffer.from(`${i}`)]);
      const { path: there } = await upload(name, picture);
      expect(there, name).toMatch(/^media\/[^/\\\p{Cc}\p{Cf}\p{Cs}]{1,120}$/u);
      expect(existsSync(path.join(folder, there)), name).toBe(true);
      if (i % 4 !== 0) continue;
      const run = await runIn(window, { session, document, inputs: { image: { form: 'file', path: there } } });
      expect({ name, there, phase: run.phase, problem: run.problem }).toMatchObject({ phase: 'done' });
    }
    expect(readdirSync(path.dirname(folder))).toEqual(outside);
    expect(readdirSync(path.join(folder, 'media')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('is refused over the limit, or when it breaks off, and leaves nothing', async () => {
    const { studio, window, folder, session } = await begin();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield photo.subarray(0, 500);
      throw new Error('the connection is gone');
    }
    const before = readdirSync(path.join(folder, 'media'));
    await rejects(() => studio.upload(window.client, session, 'x.jpg', broken()), 'output-unwritable');
    await rejects(() => studio.upload(window.client, 'nobody', 'x.jpg', chunks(photo)), 'session-unknown');
    await rejects(() => studio.upload('stranger', session, 'x.jpg', chunks(photo)), 'session-unknown');
    expect(readdirSync(path.join(folder, 'media'))).toEqual(before);
    expect(readdirSync(folder).some((name) => name.startsWith('.'))).toBe(false);
  });

  it('from this machine: copied with external data; a pipeline stays where it is', async () => {
    const { window, session, folder } = await begin();
    const external = path.resolve(samplesFolder, '../test/reference/models/external.onnx');
    const model = await window.call('importFile', { session, path: external });
    expect(model).toMatchObject({ path: 'models/external.onnx', role: 'model' });
    expect(existsSync(path.join(folder, 'models/external.bin'))).toBe(true);
    expect(await window.call('inspectModel', { session, path: model.path })).toMatchObject({ changed: false });
    const other = copySample('detector');
    expect(await window.call('importFile', { session, path: other })).toMatchObject({
      path: other,
      role: 'document',
      node: null,
    });
    await rejects(() => window.call('importFile', { session, path: 'relative.jpg' }), 'usage');
    await rejects(() => window.call('importFile', { session, path: path.dirname(other) }), 'file-unreadable');
    await rejects(() => window.call('importFile', { session, path: '/no/such/file.jpg' }), 'file-missing');
  });

  it('into a sample that is open as a copy goes into a folder of its own, and the sample stays as it is', async () => {
    const state = tempFolder();
    const studio = await startStudio(state);
    const window = openWindow(studio);
    const folder = path.join(samplesFolder, 'picture-classifier');
    const before = readdirSync(path.join(folder, 'media'));
    const { session, document } = await window.call('openDocument', { path: folder, copy: true });
    const { path: there } = await studio.upload(
      window.client,
      session,
      'mine.jpg',
      chunks(Buffer.concat([photo, photo])),
    );
    expect(readdirSync(path.join(folder, 'media'))).toEqual(before);
    const run = await runIn(window, { session, document, inputs: { image: { form: 'file', path: there } } });
    expect(run.phase).toBe('done');
    await window.call('removeMedia', { session, path: 'media/city.jpg' });
    expect(readdirSync(path.join(folder, 'media'))).toEqual(before);
    const { items } = await window.call('library', { session });
    expect(items.map((item) => item.path)).toContain('media/mine.jpg');
    expect(items.map((item) => item.path)).not.toContain('media/city.jpg');
    const target = path.join(tempFolder(), 'mine.tributary.json');
    await window.call('saveDocument', { session, document, path: target });
    expect(existsSync(path.join(path.dirname(target), 'media/mine.jpg'))).toBe(true);
    expect(readdirSync(path.join(state, 'untitled'))).toEqual([]);
  });
});

describe('the library', () => {
  it('shows media with thumbnails, waveforms and texts, broken ones with their problem', async () => {
    const { studio, window, folder, session } = await begin('event-detector');
    writeFileSync(path.join(folder, 'media/broken.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2));
    writeFileSync(path.join(folder, 'media/list.mp4'), '#EXTM3U\n/etc/passwd\n');
    symlinkSync('/etc/passwd', path.join(folder, 'media/link.txt'));
    let { items } = await window.call('library', { session });
    while (items.some((item) => item.kind === 'other' && item.problem === undefined)) {
      const told = window.heard.length;
      while (window.heard.length === told) await new Promise((resolve) => setTimeout(resolve, 50));
      items = (await window.call('library', { session })).items;
    }
    const of = (name: string) => items.find((item) => item.path === `media/${name}`);
    expect(of('storm.jpg')).toMatchObject({ kind: 'image', blob: expect.any(String) });
    expect(studio.blob(of('storm.jpg')?.blob ?? '')?.mime).toMatch(/^image\//);
    expect(of('storm.wav')?.peaks?.length).toBeGreaterThan(10);
    expect(of('storm.txt')?.text).toBe(
      decodeUtf8(readFileSync(path.join(folder, 'media/storm.txt')), '').slice(0, 2000),
    );
    expect(of('broken.jpg')).toMatchObject({ problem: { code: 'media-corrupt' } });
    // A list that calls itself a film is shown as the text that it is, and what it names is not opened.
    expect(of('list.mp4')).toMatchObject({ kind: 'text', text: expect.stringMatching(/^#EXTM3U\s+\/etc\/passwd/) });
    expect(of('link.txt')).toBeUndefined();
    expect(items.every((item) => !item.path.startsWith('models/') && !/README/.test(item.path))).toBe(true);
  });

  it('lets go of a file into the trash of the folder, and of nothing else', async () => {
    const { window, folder, session } = await begin();
    await window.call('removeMedia', { session, path: 'media/city.jpg' });
    expect(existsSync(path.join(folder, 'media/city.jpg'))).toBe(false);
    const [name] = readdirSync(path.join(folder, '.trash'));
    expect(name).toMatch(/ city\.jpg$/);
    expect(readFileSync(path.join(folder, '.trash', name))).toEqual(photo);
    for (const outside of ['../x.jpg', '/etc/passwd', `.trash/${name}`.replace(name, '../../x')])
      await rejects(() => window.call('removeMedia', { session, path: outside }), 'path-outside');
    await rejects(() => window.call('removeMedia', { session, path: 'models/scenes.onnx' }), 'usage');
    await rejects(() => window.call('removeMedia', { session, path: 'media/city.jpg' }), 'file-missing');
  });
});

describe('models and missing files', () => {
  it('a model tells what it takes, gives and is made of; one that is not the recorded is told', async () => {
    const { window, folder, session } = await begin();
    const info = await window.call('inspectModel', { session, path: 'models/scenes.onnx' });
    expect(info).toMatchObject({ changed: false, inputs: [{ dtype: 'float32' }], outputs: [{ dtype: 'float32' }] });
    expect(info.operators[0].count).toBeGreaterThanOrEqual(info.operators[1].count);
    expect(info.weights).toBeGreaterThan(1000);
    writeFileSync(path.join(folder, 'models/scenes.onnx'), addOne());
    expect(await window.call('inspectModel', { session, path: 'models/scenes.onnx' })).toMatchObject({ changed: true });
    await rejects(() => window.call('inspectModel', { session, path: 'models/no.onnx' }), 'model-missing');
    await rejects(() => window.call('inspectModel', { session, path: 'models/labels.txt' }), 'model-invalid');
    await rejects(() => window.call('inspectModel', { session, path: '../x.onnx' }), 'path-outside');
  });

  it('a model that was moved and renamed is found again by its hash', async () => {
    const { window, folder, session, document } = await begin();
    const elsewhere = tempFolder();
    const model = readFileSync(path.join(folder, 'models/scenes.onnx'));
    unlinkSync(path.join(folder, 'models/scenes.onnx'));
    const lost = await window.call('findMissing', { session, document });
    expect(lost.files).toMatchObject([{ path: 'models/scenes.onnx', foundAt: null }]);
    writeFileSync(path.join(elsewhere, 'scenes.onnx'), addOne());
    writeFileSync(path.join(elsewhere, 'renamed.onnx'), model);
    const found = await window.call('findMissing', { session, document, folders: [elsewhere] });
    expect(found.files).toMatchObject([{ path: 'models/scenes.onnx', foundAt: path.join(elsewhere, 'renamed.onnx') }]);
  });
});

describe('the start', () => {
  it('shows every sample with what goes in and what came out', async () => {
    const studio = await startStudio(tempFolder(), { samples: samplesFolder });
    const window = openWindow(studio);
    let { samples, recent } = await window.call('welcome', {});
    if (samples.some((card) => card.inputs.some((i) => i.kind === 'image' && i.blob === undefined))) {
      await window.hear('welcomeChanged');
      ({ samples, recent } = await window.call('welcome', {}));
    }
    expect(recent).toEqual([]);
    expect(samples).toHaveLength(6);
    expect(samples[0]).toMatchObject({
      title: 'Event detector',
      kindsIn: ['image', 'audio', 'text'],
      models: 3,
      p50Ms: null,
    });
    expect(samples.every((card) => card.answer !== null && card.description.length > 20)).toBe(true);
    for (const { kind, blob, peaks, text } of samples.flatMap((card) => card.inputs)) {
      if (kind === 'image' || kind === 'video') expect(studio.blob(blob ?? '')?.mime).toMatch(/^image\//);
      if (kind === 'audio') expect(peaks?.length).toBeGreaterThan(10);
      if (kind === 'text') expect(text?.length).toBeGreaterThan(5);
    }
    expect(new Set(samples.map((card) => card.answer?.kind))).toEqual(new Set(['scores', 'boxes', 'moments']));
  });

  it('knows how long a sample takes here once it has run warm', async () => {
    const state = tempFolder();
    const studio = await startStudio(state, { samples: samplesFolder });
    const window = openWindow(studio);
    const folder = path.join(samplesFolder, 'picture-classifier');
    const { session, document } = await window.call('openDocument', { path: folder, copy: true });
    await runIn(window, { session, document });
    for (const name of ['rain', 'reef', 'lights'])
      await runIn(window, { session, document, inputs: { image: { form: 'file', path: `media/${name}.jpg` } } });
    const card = async (in_: typeof window) =>
      (await in_.call('welcome', {})).samples.find((sample) => sample.path.includes('picture-classifier'));
    const p50 = (await card(window))?.p50Ms;
    expect(p50).toBeGreaterThan(0);
    await studio.close();
    expect((await card(openWindow(await startStudio(state, { samples: samplesFolder }))))?.p50Ms).toBe(p50);
  });

  it('keeps settings, lists recent files and folders, tells of the machine and its devices', async () => {
    const state = tempFolder();
    const first = openWindow(await startStudio(state));
    await first.call('setSettings', { settings: { theme: 'dark', zoom: 1.25 } });
    await first.call('setSettings', { settings: { zoom: null } });
    const file = copySample('detector');
    await first.call('openDocument', { path: file });
    const window = openWindow(await startStudio(state));
    expect(await window.call('about', {})).toMatchObject({
      version: expect.stringMatching(/^\d/),
      settings: { theme: 'dark' },
    });
    const { recent } = await window.call('welcome', {});
    expect(recent).toMatchObject([{ path: file, name: 'Detector', folder: path.dirname(file), present: true }]);
    unlinkSync(file);
    expect((await window.call('welcome', {})).recent).toMatchObject([{ present: false }]);
    await window.call('forgetRecent', { path: file });
    expect((await window.call('welcome', {})).recent).toEqual([]);
    writeFileSync(path.join(path.dirname(file), '.hidden.json'), '');
    writeFileSync(path.join(path.dirname(file), 'program.exe'), '');
    const listing = await window.call('listFolder', { path: path.dirname(file) });
    expect(listing.parent).toBe(path.dirname(path.dirname(file)));
    expect(listing.entries.slice(0, 2)).toMatchObject([
      { name: 'media', folder: true },
      { name: 'models', folder: true },
    ]);
    const names = listing.entries.map((entry) => entry.name);
    expect(names).toContain('reference.json');
    expect(names).not.toContain('.hidden.json');
    expect(names).not.toContain('program.exe');
    expect((await window.call('listFolder', { path: null })).path).not.toBe('');
    await rejects(() => window.call('listFolder', { path: '/no/such/folder' }), 'file-missing');
    const { devices } = await window.call('devices', {});
    expect(devices[0]).toMatchObject({ device: 'cpu', works: true, problem: null });
    expect(devices.filter((device) => !device.works).every((device) => device.problem !== null)).toBe(true);
  });
});
