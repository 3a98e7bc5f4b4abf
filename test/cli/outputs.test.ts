import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseDestinations, type SaveTools, saveOutputs } from '../../cli/outputs.ts';
import { makeLimits } from '../../core/define/limits.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { BoxesValue, ImageValue, MaskValue } from '../../core/kinds/value.ts';
import type { PublishedOutput, RunResult } from '../../core/run/result.ts';
import { makeFileHost } from '../../host/files/host.ts';
import { openWorkspace } from '../../host/files/workspace.ts';
import { makeImageHost } from '../../host/image/host.ts';
import { rejects } from '../rejects.ts';
import { tempFolder } from '../temp-folder.ts';

const signal = new AbortController().signal;
const grey: ImageValue = {
  kind: 'image',
  width: 60,
  height: 40,
  colour: 'rgb',
  data: new Uint8Array(60 * 40 * 3).fill(128),
  geometry: originalGeometry(60, 40),
};
const boxes: BoxesValue = {
  kind: 'boxes',
  imageWidth: 60,
  imageHeight: 40,
  coordinates: Float32Array.of(10, 10, 50, 30),
  scores: Float32Array.of(0.9),
  classes: Int32Array.of(0),
  labels: ['cat'],
};
const mask: MaskValue = { kind: 'mask', width: 2, height: 1, data: Uint8Array.of(0, 1), labels: null };

async function makeTools(folder: string, style: Partial<ReturnType<SaveTools['styleOf']>> = {}) {
  const workspace = await openWorkspace(folder);
  const limits = makeLimits();
  const { sourceBytes } = makeFileHost({ workspace, limits });
  const image = makeImageHost({ limits, sourceBytes, resolveSource: workspace.resolveSource });
  const tools: SaveTools = { image, styleOf: () => ({ show: 5, colours: true, ...style }), signal };
  const read = async (name: string): Promise<ImageValue> =>
    image.decode({ kind: 'media', path: path.join(folder, name), name }, signal);
  return { tools, read };
}

function resultOf(outputs: Readonly<Record<string, PublishedOutput>>): RunResult {
  return { outputs, nodes: {}, warnings: [], wallMs: 1 };
}

function single(value: BoxesValue | MaskValue | ImageValue): PublishedOutput {
  return { status: 'present', kind: value.kind, sequence: 'one', items: [{ t: 0, value }] };
}

it('draws boxes on a copy of the picture that was given, beside their table', async () => {
  const folder = tempFolder();
  const { tools, read } = await makeTools(folder);
  writeFileSync(path.join(folder, 'photo.png'), await tools.image.encode(grey, 'png', signal));
  const source = { kind: 'media', path: path.join(folder, 'photo.png'), name: 'photo.png' } as const;
  const destinations = { folder: path.join(folder, 'out'), files: {} };
  const saved = await saveOutputs(resultOf({ found: single(boxes) }), { image: source }, destinations, null, tools);
  expect(saved.map(({ file }) => path.relative(folder, file))).toEqual(['out/found.csv', 'out/found.png']);
  expect(readFileSync(path.join(folder, 'out/found.csv'), 'utf8')).toContain('0,cat,0.9,10,10,50,30');
  const drawn = await read('out/found.png');
  expect([drawn.width, drawn.height]).toEqual([60, 40]);
  const pixel = (x: number, y: number) => Array.from(drawn.data.subarray((y * 60 + x) * 3, (y * 60 + x) * 3 + 3));
  expect(pixel(10, 20)).not.toEqual([128, 128, 128]);
  expect(pixel(3, 37)).toEqual([128, 128, 128]);
  expect((await read('photo.png')).data).toEqual(grey.data);
  // A sample is named by its path from the pipeline's folder.
  const sample = { image: { kind: 'media', path: 'photo.png', name: 'photo.png' } } as const;
  const again = await saveOutputs(resultOf({ found: single(boxes) }), sample, destinations, 'item', tools);
  expect(again.map(({ file }) => path.basename(file))).toEqual(['item.found.csv', 'item.found.png']);
});

it('writes the table alone when no picture of that size is at hand, and says so when a picture is asked for', async () => {
  const folder = tempFolder();
  const { tools } = await makeTools(folder);
  const small = { ...grey, width: 30, data: grey.data.subarray(0, 30 * 40 * 3) };
  const result = resultOf({ found: single(boxes), picture: single(small) });
  await saveOutputs(result, {}, { folder, files: {} }, null, tools);
  expect(readdirSync(folder).sort()).toEqual(['found.csv', 'picture.png']);
  const files = { found: path.join(folder, 'drawn.png') };
  await rejects(() => saveOutputs(result, {}, { folder: null, files }, null, tools), 'usage');
  expect(existsSync(files.found)).toBe(false);
  const fitting = resultOf({ found: single(boxes), picture: single(grey) });
  await saveOutputs(fitting, {}, { folder: null, files }, null, tools);
  expect(existsSync(files.found)).toBe(true);
});

it('writes masks in colours for eyes or numbers for programs', async () => {
  const folder = tempFolder();
  const eyes = await makeTools(folder);
  const destinations = { folder, files: {} };
  await saveOutputs(resultOf({ sky: single(mask) }), {}, destinations, null, eyes.tools);
  const coloured = await eyes.read('sky.png');
  expect(Array.from(coloured.data)).toEqual([0xff, 0x3d, 0x57, 0x2f, 0x9b, 0xff]);
  const programs = await makeTools(folder, { colours: false });
  await saveOutputs(resultOf({ sky: single(mask) }), {}, destinations, null, programs.tools);
  const plain = await eyes.read('sky.png');
  expect(Array.from(plain.data.filter((_, i) => i % (plain.data.length / 2) === 0))).toEqual([0, 1]);
});

it('numbers the items of a sequence and leaves missing outputs out', async () => {
  const folder = tempFolder();
  const { tools } = await makeTools(folder, { ending: 'jpg' });
  const frames: PublishedOutput = {
    status: 'present',
    kind: 'image',
    sequence: 'many',
    items: [0, 1].map((t) => ({ t, value: grey })),
  };
  const problem = { code: 'media-corrupt', message: '', fix: '', where: {}, severity: 'error' } as const;
  const result = resultOf({ frames, sound: { status: 'missing', problem } });
  await saveOutputs(result, {}, { folder, files: {} }, null, tools);
  expect(readdirSync(folder).sort()).toEqual(['frames-0001.jpg', 'frames-0002.jpg']);
});

it('takes names of outputs, folders, and paths that hold a =', async () => {
  expect(parseDestinations(['a=x.png', 'out'], ['a', 'b'])).toEqual({ folder: 'out', files: { a: 'x.png' } });
  expect(parseDestinations(['./run=3/out'], ['a'])).toEqual({ folder: './run=3/out', files: {} });
  expect((await rejects(() => parseDestinations(['boxs=x.png'], ['boxes']), 'usage')).fix).toContain('"boxes"');
});
