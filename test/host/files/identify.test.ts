import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { identifyFile } from '../../../host/files/identify.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { addOne } from '../models/fixture.ts';

const samples = fileURLToPath(new URL('../../../samples', import.meta.url));

function identify(name: string, bytes: Uint8Array) {
  const file = path.join(tempFolder(), 'x');
  writeFileSync(file, bytes);
  return identifyFile(file, name, bytes.subarray(0, 65_536));
}

it.each([
  ['picture-classifier/media/city.jpg', 'image'],
  ['picture-classifier/media/meadow-cutout.png', 'image'],
  ['sound-classifier/media/birdsong.mp3', 'audio'],
  ['sound-classifier/media/rain.opus', 'audio'],
  ['sound-classifier/media/speech.flac', 'audio'],
  ['video-events/media/day.mp4', 'video'],
  ['detector/models/objects.onnx', 'model'],
  ['detector/models/labels.txt', 'labels'],
  ['text-classifier/models/tokenizer.json', 'tokenizer'],
  ['text-classifier/media/messages.txt', 'text'],
  ['detector/detector.tributary.json', 'document'],
  ['detector/reference.json', 'json'],
])('%s is %s, by its content', async (file, identity) => {
  const bytes = readFileSync(path.join(samples, file));
  expect(await identify(path.basename(file), bytes)).toBe(identity);
  // Media and models are known without their name, too.
  if (!['labels', 'text'].includes(identity)) expect(await identify('nameless', bytes)).toBe(identity);
});

it('holds names to their content', async () => {
  expect(await identify('a.jpg', Buffer.from('plain words'))).toBe('text');
  expect(await identify('a.txt', Uint8Array.of(1, 0, 2))).toBe('other');
  expect(await identify('a.json', Buffer.from('{"torn": '))).toBe('other');
  expect(await identify('a.npy', Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'))).toBe('tensor');
  expect(await identify('a.bin', addOne())).toBe('model');
  expect(await identify('a.svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBe('text');
  await rejects(() => identify('a.onnx', Buffer.from('words')), 'model-invalid');
});
