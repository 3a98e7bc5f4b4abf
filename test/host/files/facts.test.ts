import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { WantedFile } from '../../../core/check/files.ts';
import type { FileFacts } from '../../../core/define/file-facts.ts';
import type { FileRole } from '../../../core/define/param.ts';
import { readFacts } from '../../../host/files/facts.ts';
import { openWorkspace } from '../../../host/files/workspace.ts';
import { buildModel, value } from '../../onnx-builder.ts';
import { tempFolder } from '../../temp-folder.ts';

function want(file: string, role: FileRole, sha256?: string): WantedFile {
  return { path: file, role, node: 'n', param: 'file', sha256 };
}

async function factsOf(folder: string, ...wanted: WantedFile[]): Promise<FileFacts> {
  const facts = await readFacts(await openWorkspace(folder), wanted);
  expect(facts.size).toBe(1);
  return [...facts.values()][0];
}

/** sha256 of "cat\ndog\n", by sha256sum. */
const catDog = 'f641fdcd8af73b2f6334ab63c13d2eb857cd16f2aa4ea0ba20ba0eb9627918b5';

it('reads labels, one a line, whatever the line ends', async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'labels.txt'), '\ufeffcat\r\n\r\ndog\r\n\r\n');
  expect((await factsOf(folder, want('labels.txt', 'labels'))).labels).toEqual(['cat', '', 'dog']);
  writeFileSync(path.join(folder, 'labels.txt'), '\n\n');
  expect((await factsOf(folder, want('labels.txt', 'labels'))).problem?.code).toBe('asset-invalid');
});

it('says the size and sha256, and warns when it is not the recorded one', async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'labels.txt'), 'cat\ndog\n');
  const facts = await factsOf(folder, want('labels.txt', 'labels', catDog));
  expect(facts).toMatchObject({ bytes: 8, sha256: catDog });
  expect(facts.problem).toBeUndefined();
  const changed = await factsOf(folder, want('labels.txt', 'labels', '0'.repeat(64)));
  expect(changed.problem).toMatchObject({ code: 'model-changed', severity: 'warning' });
  expect(changed.labels).toEqual(['cat', 'dog']);
});

it('sees a change of the file though it keeps its facts in memory', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'labels.txt');
  writeFileSync(file, 'cat\ndog\n');
  await factsOf(folder, want('labels.txt', 'labels'));
  writeFileSync(file, 'cow\ndog\n');
  utimesSync(file, 1, 1);
  expect((await factsOf(folder, want('labels.txt', 'labels'))).labels).toEqual(['cow', 'dog']);
});

it('tells a tokenizer from other JSON', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'tokenizer.json');
  const codeOf = async (text: string) => {
    writeFileSync(file, text);
    return (await factsOf(folder, want('tokenizer.json', 'tokenizer'))).problem?.code;
  };
  expect(await codeOf('{"model":{"type":"BPE","vocab":{"a":0}}}')).toBeUndefined();
  expect(await codeOf('{"model":{"type":"WordLevel","vocab":{"a":0}}}')).toBe('asset-invalid');
  expect(await codeOf('{"vocab":{}}')).toBe('asset-invalid');
  expect(await codeOf('{"model":')).toBe('asset-invalid');
  expect(await codeOf(`${'['.repeat(200_000)}`)).toBe('asset-invalid');
});

it('gives problems for what is missing, outside, or no file', async () => {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'sub'));
  symlinkSync('/etc/hostname', path.join(folder, 'link.onnx'));
  const problemOf = async (file: string, role: FileRole) => (await factsOf(folder, want(file, role))).problem;
  expect(await problemOf('x.onnx', 'onnx')).toMatchObject({ code: 'model-missing', severity: 'error' });
  expect(await problemOf('x.txt', 'labels')).toMatchObject({ code: 'file-missing', severity: 'error' });
  expect(await problemOf('x.wav', 'media')).toMatchObject({ code: 'file-missing', severity: 'warning' });
  expect(await problemOf('link.onnx', 'onnx')).toMatchObject({ code: 'path-outside', severity: 'error' });
  expect(await problemOf('../x.wav', 'media')).toMatchObject({ code: 'path-outside', severity: 'error' });
  expect(await problemOf('sub', 'labels')).toMatchObject({ code: 'file-unreadable' });
  expect(await problemOf('sub', 'media')).toBeUndefined();
});

const addModel = buildModel({
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  inputs: [value('x', 'float32', ['batch', 3])],
  outputs: [value('y', 'float32', ['batch', 3])],
});

it("reads a model's signature without a runtime", async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'add.onnx'), addModel);
  const facts = await factsOf(folder, want('add.onnx', 'onnx'));
  expect(facts.problem).toBeUndefined();
  expect(facts.model?.inputs).toEqual([{ name: 'x', form: 'tensor', dtype: 'float32', shape: ['batch', 3] }]);
  expect(facts.model?.operators).toEqual({ Add: 1 });
  writeFileSync(path.join(folder, 'bad.onnx'), 'version https://git-lfs.github.com/spec/v1');
  expect((await factsOf(folder, want('bad.onnx', 'onnx'))).problem?.code).toBe('model-invalid');
});
