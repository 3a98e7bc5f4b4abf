import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NodeHost } from '../../../core/define/host.ts';
import type { Item, Json, MediaSource, Value } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { folder } from '../../../nodes/input/folder.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { defaultParams, testNode } from '../../test-node.ts';
import { infer } from '../tensor/wires.ts';
import { fileHost, media } from './given.ts';

testNode(folder, { host: fileHost({ 'notes/2.txt': 'second', 'notes/10.txt': 'tenth' }) });

interface Ran {
  readonly items: readonly Item[];
  readonly notes: Readonly<Record<string, Json>>;
}

async function run(
  external: MediaSource | Value | null,
  params: Readonly<Record<string, Json>>,
  host: NodeHost,
  signal = new AbortController().signal,
): Promise<Ran> {
  if (folder.stream === null) throw new Error('input.folder is a stream');
  const items: Item[] = [];
  const notes: Record<string, Json> = {};
  const note = (name: string, value: Json) => {
    notes[name] = value;
  };
  const all = { inputs: {}, params: defaultParams(folder, params), files: {}, host, signal, note, external };
  for await (const { t, outputs } of folder.stream(all)) items.push({ t, value: outputs.items });
  return { items, notes };
}

const npy: { readonly cases: readonly { readonly name: string; readonly file: string }[] } = JSON.parse(
  readFileSync(new URL('../../reference/npy.json', import.meta.url), 'utf8'),
);
const array = Uint8Array.from(Buffer.from(npy.cases.find((c) => c.name === 'one axis')?.file ?? '', 'base64'));

describe('input.folder', () => {
  const files = {
    'in/a.json': '{"a":1}',
    'in/b.json': '{"a":',
    'in/c.json': '[2]',
    'text/1.txt': 'one',
    'text/2.txt': Uint8Array.of(0xff),
    'arrays/x.npy': array,
  };
  const host = fileHost(files);
  it('gives one item for each file, decoded as the kind says', async () => {
    expect((await run(media('arrays'), { kind: 'tensor' }, host)).items).toMatchObject([
      { t: 0, value: { shape: [5] } },
    ]);
    const picture: Value = {
      kind: 'mask',
      width: 1,
      height: 1,
      data: new Uint8Array(1),
      labels: null,
    };
    const asked: string[] = [];
    const refuse = async (source: MediaSource): Promise<never> => {
      asked.push(source.name);
      throw new Problem('media-corrupt', { message: `"${source.name}" is corrupt`, fix: 'Mend it.' });
    };
    const base = pureHost();
    const media3 = fileHost(
      files,
      {},
      {
        image: { ...base.image, decode: refuse },
        audio: { decode: refuse },
        video: { ...base.video, probe: refuse },
      },
    );
    for (const kind of ['image', 'audio', 'video'])
      await rejects(() => run(media('arrays'), { kind }, media3), 'media-corrupt');
    expect(asked).toEqual(['x.npy', 'x.npy', 'x.npy']);
    await rejects(() => run(picture, {}, host), 'input-kind');
  });
  it('fails at a corrupt file, or leaves it out and says so', async () => {
    await rejects(() => run(media('in'), { kind: 'json' }, host), 'media-corrupt');
    const { items, notes } = await run(media('in'), { kind: 'json', onCorrupt: 'skip' }, host);
    expect(items).toEqual([
      { t: 0, value: { kind: 'json', json: { a: 1 } } },
      { t: 2, value: { kind: 'json', json: [2] } },
    ]);
    expect(notes).toEqual({ skipped: ['b.json'] });
    const texts = await run(media('text'), { kind: 'text', onCorrupt: 'skip' }, host);
    expect(texts.notes).toEqual({ skipped: ['2.txt'] });
  });
  it('does not take a broken machine for a corrupt file', async () => {
    const broken = fileHost(
      files,
      {},
      {
        audio: {
          decode: () => Promise.reject(new Problem('tool-missing', { message: 'no ffmpeg', fix: 'Install it.' })),
        },
      },
    );
    await rejects(() => run(media('in'), { kind: 'audio', onCorrupt: 'skip' }, broken), 'tool-missing');
  });
  it('says that a folder gives nothing', async () => {
    expect((await rejects(() => run(media('empty'), {}, host), 'media-empty')).message).toContain('no files');
    const none = { 'bad/a.json': '{', 'bad/b.json': '[' };
    const skip = { kind: 'json', onCorrupt: 'skip' };
    expect((await rejects(() => run(media('bad'), skip, fileHost(none)), 'media-empty')).message).toContain(
      'none of its 2',
    );
  });
  it('says that no folder was given', async () => {
    await rejects(() => run(null, {}, host), 'input-missing');
  });
  // Row 10 of the faults.
  it('refuses a sample folder that leaves the pipeline folder', async () => {
    for (const path of ['/etc', '../up', 'a/../../b', 'C:\\x', '\\\\server\\share', '\\x', 'a\\..\\b', 'a\0b'])
      await rejects(() => run(null, { folder: path }, host), 'path-outside');
    await expect(
      run(null, { folder: 'in/..x', kind: 'json' }, fileHost({ 'in/..x/1.json': '1' })),
    ).resolves.toBeDefined();
  });
  it('stops between files when the signal says so', async () => {
    const controller = new AbortController();
    let reads = 0;
    const base = fileHost(files);
    const slow: NodeHost = {
      ...base,
      files: {
        ...base.files,
        sourceBytes: async () => {
          reads++;
          controller.abort(new Problem('cancelled', { message: 'stopped', fix: 'Run it again.' }));
          return new TextEncoder().encode('1');
        },
      },
    };
    await rejects(() => run(media('in'), { kind: 'json' }, slow, controller.signal), 'cancelled');
    expect(reads).toBe(1);
  });
  it('gives a sequence of the kind', () => {
    const { types } = infer(folder, {}, { kind: 'audio' });
    expect(types.items).toMatchObject({ kind: 'audio', sequence: { count: 'many' } });
    expect(folder.outputs(defaultParams(folder, { kind: 'audio' }), {}).items.kinds).toEqual(['audio']);
  });
});
