import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openPipeline } from '../../../cli/pipeline.ts';
import { paramSet } from '../../../core/graph/changes.ts';
import { applyChanges } from '../../../core/graph/edit.ts';
import { writeDocument } from '../../../core/graph/write.ts';
import { formOfPipeline, fusedDocument } from '../../../host/compile/fused.ts';
import { part } from '../../../nodes/model/part.ts';
import { copyOfSample } from '../../compiled-form.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

const node = { type: part.type, version: part.version };

async function fused(folder: string) {
  const { checked } = await openPipeline(folder, {});
  return fusedDocument(checked, folder, node);
}

it('is compiled once, and again when anything of it is another or its files are not what they were', async () => {
  const folder = copyOfSample('picture-classifier', tempFolder());
  const home = path.join(folder, '.tributary/compiled');
  const first = await fused(folder);
  const [own] = readdirSync(home);
  const file = path.join(home, own, 'part.onnx');
  const made = statSync(file).mtimeMs;
  expect(first.document.nodes.filter(({ type }) => type === part.type)).toMatchObject([
    { params: { model: `.tributary/compiled/${own}/part.onnx` } },
  ]);
  expect(first.form.parts.map(({ nodes }) => nodes)).toEqual([['normalise', 'model', 'probabilities']]);
  expect(await fused(folder)).toEqual(first);
  expect(statSync(file).mtimeMs).toBe(made);

  // A file that was cut short, and a record that nobody can read.
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.subarray(0, 100));
  expect(await fused(folder)).toEqual(first);
  expect(readFileSync(file)).toEqual(bytes);
  writeFileSync(path.join(home, own, 'compiled.json'), '{"document":"{}","parts":[],"form":3}');
  expect(await fused(folder)).toEqual(first);

  // Another parameter, another file of the same name.
  const { opened } = await openPipeline(folder, {});
  const changed = applyChanges(opened.document, paramSet(opened.document, 'normalise', 'preset', 'half'));
  writeFileSync(opened.file, writeDocument(changed));
  const other = await fused(folder);
  expect(other.document.nodes).not.toEqual(first.document.nodes);
  const labels = path.join(folder, 'models/labels.txt');
  writeFileSync(labels, readFileSync(labels, 'utf8').replace('desert', 'sand'));
  expect((await fused(folder)).document.nodes).not.toEqual(other.document.nodes);
  expect(readdirSync(home)).toHaveLength(3);
});

it('keeps the last few forms of a folder', async () => {
  const folder = copyOfSample('text-classifier', tempFolder());
  for (let i = 0; i < 11; i++) {
    const { opened } = await openPipeline(folder, {});
    writeFileSync(opened.file, writeDocument({ ...opened.document, name: `Version ${i}` }));
    const { document } = await fused(folder);
    const [{ params }] = document.nodes.filter(({ type }) => type === part.type);
    expect(existsSync(path.join(folder, String(params['model'])))).toBe(true);
  }
  expect(readdirSync(path.join(folder, '.tributary/compiled'))).toHaveLength(8);
});

it('tells the form without writing anything, as runs take it and as files are written', async () => {
  const folder = copyOfSample('event-detector', tempFolder());
  const { checked } = await openPipeline(folder, {});
  const files = await formOfPipeline(checked, folder, 'files');
  expect(files.parts).toHaveLength(1);
  expect(files.parts[0].nodes).toContain('fuse');
  expect(files.outside.find(({ node: id }) => id === 'fuse')).toMatchObject({ besides: ['report'] });
  const runs = await formOfPipeline(checked, folder, 'fused');
  expect(runs.parts.map(({ nodes }) => [...nodes].sort())).toEqual([
    ['textModel', 'textScores'],
    ['imageModel', 'imageScores', 'normalise'],
    ['logMel', 'soundModel', 'soundScores'],
  ]);
  expect(existsSync(path.join(folder, '.tributary'))).toBe(false);
});

it('is a problem where nothing can be compiled', async () => {
  const folder = copyOfSample('text-classifier', tempFolder());
  const { opened } = await openPipeline(folder, {});
  const { nodes, wires, ...rest } = opened.document;
  const texts = {
    ...rest,
    outputs: { text: { node: 'out' } },
    nodes: [
      ...nodes.filter(({ id }) => id === 'message'),
      { id: 'out', type: 'output.text', version: 1, params: {}, position: { x: 0, y: 0 } },
    ],
    wires: [{ from: 'message.text', to: 'out.value' }],
    files: [],
  };
  expect(wires.length).toBeGreaterThan(1);
  writeFileSync(opened.file, writeDocument(texts));
  rmSync(path.join(folder, 'models'), { recursive: true });
  const problem = await rejects(() => fused(folder), 'not-lowerable');
  expect(problem.message).toContain('"message": it opens and decodes what comes in (text)');
  expect(existsSync(path.join(folder, '.tributary/compiled'))).toBe(false);
});
