import { describe, expect, it } from 'vitest';
import type { MediaItem } from '../../../core/studio/api.ts';
import { batchItems } from '../../../renderer/commands/libraryBatch.ts';

const specs = new Map([
  ['input.image', { external: 'image' as const }],
  ['input.audio', { external: 'audio' as const }],
  ['input.text', { external: 'text' as const }],
]);
function node(id: string, type: string) {
  return { id, type, version: 1, params: {}, position: { x: 0, y: 0 } };
}
function medium(path: string, kind: MediaItem['kind']) {
  return { path, name: path.replace(/^.*\//, ''), kind };
}

describe('a run over the library', () => {
  it('takes each file that fits the one input', () => {
    const document = { inputs: { picture: { node: 'a' } }, nodes: [node('a', 'input.image')] };
    const items = batchItems(document, specs, [
      medium('media/a.jpg', 'image'),
      medium('media/a.png', 'image'),
      medium('media/b.wav', 'audio'),
    ]);
    expect(items).toEqual([
      { name: 'a.jpg', inputs: { picture: { form: 'file', path: 'media/a.jpg' } } },
      { name: 'a.png', inputs: { picture: { form: 'file', path: 'media/a.png' } } },
    ]);
  });

  const fusion = {
    inputs: { picture: { node: 'a' }, sound: { node: 'b' }, caption: { node: 'c' } },
    nodes: [node('a', 'input.image'), node('b', 'input.audio'), node('c', 'input.text')],
  };

  it('puts files of one name together, and leaves incomplete sets out when there are complete ones', () => {
    const items = batchItems(fusion, specs, [
      medium('media/storm.jpg', 'image'),
      medium('media/storm.wav', 'audio'),
      medium('media/storm.txt', 'text'),
      medium('media/heldout/03.jpg', 'image'),
      medium('media/heldout/03.wav', 'audio'),
    ]);
    expect(items.map((item) => item.name)).toEqual(['storm']);
    expect(Object.keys(items[0].inputs)).toEqual(['picture', 'sound', 'caption']);
  });

  it('takes incomplete sets when none is complete, and no file with a problem', () => {
    const broken = {
      ...medium('media/x.jpg', 'image'),
      problem: { code: 'media-corrupt', message: 'm', fix: 'f', where: {}, severity: 'error' },
    } as const;
    const items = batchItems(fusion, specs, [medium('media/storm.jpg', 'image'), broken as never]);
    expect(items).toEqual([{ name: 'storm', inputs: { picture: { form: 'file', path: 'media/storm.jpg' } } }]);
  });

  it('finds nothing where nothing fits', () => {
    expect(batchItems({ inputs: {}, nodes: [] }, specs, [medium('a.jpg', 'image')])).toEqual([]);
  });
});
