import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readInputs } from '../../cli/inputs.ts';
import { checkDocument } from '../../core/check/check.ts';
import { makeLimits } from '../../core/define/limits.ts';
import { makeRegistry } from '../../core/define/registry.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { builtinNodes } from '../../nodes/registry.ts';
import { rejects } from '../rejects.ts';
import { tempFolder } from '../temp-folder.ts';

const inputs = {
  question: 'input.text',
  caption: 'input.text',
  table: 'input.tensor',
  facts: 'input.json',
  notes: 'input.folder',
};
const document: PipelineDocument = {
  schemaVersion: 1,
  name: 'inputs',
  nodes: Object.entries(inputs).map(([id, type]) => ({ id, type, version: 1, params: {}, position: { x: 0, y: 0 } })),
  wires: [],
  groups: [],
  notes: [],
  inputs: Object.fromEntries(Object.keys(inputs).map((name) => [name, { node: name }])),
  outputs: {},
  files: [],
};
const checked = checkDocument(document, makeRegistry(builtinNodes), () => undefined);
const read = (...pairs: string[]) => readInputs(pairs, checked, makeLimits());

function folderOf(...names: string[]): string {
  const folder = tempFolder();
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), name);
  }
  return folder;
}

it('takes text and JSON as they are, and files behind @', async () => {
  const folder = folderOf('a.txt', 'b.json');
  const given = await read('question=a=b', 'facts={"a":[1]}', `caption=@${folder}/a.txt`, `table=${folder}/b.json`);
  expect(given).toEqual({
    form: 'one',
    inputs: {
      question: { kind: 'text', text: 'a=b' },
      facts: { kind: 'json', json: { a: [1] } },
      caption: { kind: 'media', path: path.join(folder, 'a.txt'), name: 'a.txt' },
      table: { kind: 'media', path: path.join(folder, 'b.json'), name: 'b.json' },
    },
  });
  const file = await read(`facts=${folder}/b.json`);
  expect(file).toMatchObject({ inputs: { facts: { kind: 'media' } } });
});

it('gives a folder whole to an input that takes folders, and as a batch to others', async () => {
  const folder = folderOf('x2.npy', 'x10.npy', '.hidden', 'sub/y.npy');
  expect(await read(`notes=${folder}`)).toMatchObject({ form: 'one', inputs: { notes: { path: folder } } });
  const batch = await read(`table=${folder}`, 'question=why');
  expect(batch.form === 'batch' && batch.items.map((item) => item.name)).toEqual(['x2.npy', 'x10.npy']);
  expect(batch.form === 'batch' && batch.items[0].inputs).toEqual({
    question: { kind: 'text', text: 'why' },
    table: { kind: 'media', path: path.join(folder, 'x2.npy'), name: 'x2.npy' },
  });
});

it('pairs several folders by name, and leaves out what has no partner', async () => {
  const folder = folderOf('texts/a.txt', 'texts/b.txt', 'tables/b.npy', 'tables/c.npy');
  const batch = await read(`caption=@${folder}/texts`, `table=${folder}/tables/*.npy`);
  if (batch.form !== 'batch') expect.fail('no batch');
  expect(batch.items.map((item) => [item.name, Object.keys(item.inputs)])).toEqual([
    ['a', ['caption']],
    ['b', ['caption', 'table']],
    ['c', ['table']],
  ]);
});

it('names result files so that no two are alike', async () => {
  const folder = folderOf('a.jpg', 'a.png', 'b c.jpg', 'sub/a.jpg');
  const batch = await read(`table=${folder}/**/*`);
  if (batch.form !== 'batch') expect.fail('no batch');
  const stems = batch.items.map((item) => item.stem);
  expect(new Set(stems).size).toBe(4);
  expect(stems).toContain('b c');
  for (const stem of stems) expect(stem).not.toMatch(/[/\\]/);
});

it('refuses what it cannot take', async () => {
  const folder = folderOf('a.txt');
  mkdirSync(path.join(folder, 'empty'));
  expect((await rejects(() => read('captoin=x'), 'input-unknown')).fix).toContain('"caption"');
  await rejects(() => read('caption'), 'usage');
  await rejects(() => read('=x'), 'usage');
  await rejects(() => read('caption=a', 'caption=b'), 'usage');
  await rejects(() => read('facts={a}'), 'input-kind');
  await rejects(() => read('table=https://example.org/x.npy'), 'usage');
  await rejects(() => read(`table=${folder}/*.npy`), 'file-missing');
  await rejects(() => read(`table=${folder}/empty`), 'file-missing');
  await rejects(() => read(`caption=@${folder}/b.txt`), 'file-missing');
  const twins = folderOf('x/a.txt', 'x/a.md', 'y/a.npy');
  await rejects(() => read(`caption=@${twins}/x`, `table=${twins}/y`), 'usage');
});
