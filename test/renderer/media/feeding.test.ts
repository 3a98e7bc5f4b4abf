import { describe, expect, it } from 'vitest';
import type { PipelineDocument } from '../../../core/graph/document.ts';
import { builtinNodes } from '../../../nodes/registry.ts';
import { batchItems } from '../../../renderer/commands/libraryBatch.ts';
import { captureFault, captureName } from '../../../renderer/media/captureWords.ts';
import { fedInputs, inputsFor } from '../../../renderer/media/feeding.ts';
import { pathInside } from '../../../renderer/media/library.ts';

const specs = new Map(builtinNodes.map((node) => [node.type, node]));
const place = { x: 0, y: 0 };
const document: Pick<PipelineDocument, 'nodes' | 'inputs'> = {
  nodes: [
    { id: 'photo', type: 'input.image', version: 1, params: { file: 'media/a.jpg' }, position: place },
    { id: 'clip', type: 'input.audio', version: 1, params: {}, position: place },
    { id: 'all', type: 'input.folder', version: 1, params: {}, position: place },
    { id: 'resize', type: 'image.resize', version: 1, params: {}, position: place },
  ],
  inputs: { picture: { node: 'photo' } },
};

describe('what feeds the public inputs', () => {
  it('are input nodes that take a file, by the names that they go by', () => {
    const inputs = fedInputs(document, { inputs: { picture: 'photo', clip: 'clip', all: 'all' } }, specs);
    expect(inputs).toEqual([
      { name: 'picture', node: 'photo', kind: 'image', param: 'file', sample: 'media/a.jpg' },
      { name: 'clip', node: 'clip', kind: 'audio', param: 'file', sample: '' },
    ]);
    expect(inputsFor({ kind: 'audio' }, inputs).map((input) => input.name)).toEqual(['clip']);
    expect(inputsFor({ kind: 'other' }, inputs)).toEqual([]);
  });

  it('a run over chosen media: one run per file, or per name where several inputs take part', () => {
    const file = (path: string, kind: 'image' | 'audio') => ({ path, name: path.slice(6), kind });
    const one = { nodes: document.nodes, inputs: { picture: { node: 'photo' } } };
    expect(batchItems(one, specs, [file('media/a.jpg', 'image'), file('media/b.wav', 'audio')])).toEqual([
      { name: 'a.jpg', inputs: { picture: { form: 'file', path: 'media/a.jpg' } } },
    ]);
    const two = { nodes: document.nodes, inputs: { picture: { node: 'photo' }, clip: { node: 'clip' } } };
    const media = [file('media/a.jpg', 'image'), file('media/b.jpg', 'image'), file('media/b.wav', 'audio')];
    expect(batchItems(two, specs, media)).toEqual([
      {
        name: 'b',
        inputs: { picture: { form: 'file', path: 'media/b.jpg' }, clip: { form: 'file', path: 'media/b.wav' } },
      },
    ]);
    expect(batchItems(two, specs, media.slice(0, 2)).map((item) => item.name)).toEqual(['a', 'b']);
  });
});

describe('files', () => {
  it('of the folder are named from there, others are none of it', () => {
    expect(pathInside('/home/a/pipe', '/home/a/pipe/media/x.png')).toBe('media/x.png');
    expect(pathInside('C:\\pipe', 'C:\\pipe\\media\\x.png')).toBe('media/x.png');
    expect(pathInside('/home/a/pipe', '/home/a/pipeline/x.png')).toBeNull();
    expect(pathInside('/home/a/pipe', '/home/a/pipe/../x.png')).toBeNull();
    expect(pathInside('/home/a/pipe', '/home/a/pipe')).toBeNull();
  });

  it('that were captured are named after the moment', () => {
    expect(captureName('photo', 'jpg', new Date(2026, 10, 5, 8, 3, 9))).toBe('photo-2026-11-05-080309.jpg');
  });
});

it.each([
  ['NotAllowedError', /may not be used/],
  ['NotFoundError', /No camera was found/],
  ['NotReadableError', /gives nothing/],
  ['SecurityError', /gives a page no camera/],
  ['UnknownError', /could not be opened: why/],
])('a camera that fails with %s says so in plain words', (name, words) => {
  const { message, fix } = captureFault(new DOMException('why', name), 'camera');
  expect(message).toMatch(words);
  expect(fix.length).toBeGreaterThan(20);
});
