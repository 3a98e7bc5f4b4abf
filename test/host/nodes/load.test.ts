import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeRegistry } from '../../../core/define/registry.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { loadNodeFolder } from '../../../host/nodes/load.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';
import { callNode } from '../../test-node.ts';

const body = (type: string) => `defineNode({
  type: '${type}', version: 1, title: 'Shout', summary: 'Makes text loud.',
  inputs: { text: port.text({ doc: 'quiet' }) }, outputs: { text: port.text({ doc: 'loud' }) }, params: {},
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: ({ inputs }) => {
    if (inputs.text.text === '') throw new Problem('value-invalid', { message: 'nothing to shout', fix: 'Say something.' });
    return { text: { kind: 'text', text: inputs.text.text.toUpperCase() } };
  },
  examples: [],
})`;
const imports = "import { defineNode, port, Problem } from 'tributary';";

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

it('loads TypeScript and JavaScript, several nodes a file, with imports of their own', async () => {
  const folder = folderOf({
    'shout.ts': `${imports}\nimport { ending } from './_ending.ts';\nexport const shout = ${body('my.shout')};\nexport const loud: string = ending;`,
    '_ending.ts': "export const ending: string = '!';",
    'two.mjs': `${imports}\nimport path from 'node:path';\nexport const a = ${body('my.a')};\nexport const b = ${body('my.b')};\nexport const sep = path.sep;`,
    'shout.test.ts': 'throw new Error("tests are not loaded");',
    'notes.md': 'not code',
    'sub/other.ts': 'throw new Error("folders are not looked into");',
  });
  const nodes = await loadNodeFolder(folder);
  expect(nodes.map((n) => n.type)).toEqual(['my.shout', 'my.a', 'my.b']);
  expect(makeRegistry(nodes).get('my.a')).toBe(nodes[1]);
  const text = { kind: 'text', text: 'hey' } as const;
  expect(await callNode(nodes[0], { inputs: { text } })).toEqual({ text: { kind: 'text', text: 'HEY' } });
});

it('gives nodes the very Problem class that the engine knows', async () => {
  const [node] = await loadNodeFolder(
    folderOf({ 'shout.ts': `${imports}\nexport const shout = ${body('my.shout')};` }),
  );
  const thrown = await callNode(node, { inputs: { text: { kind: 'text', text: '' } } }).catch((e: unknown) => e);
  expect(thrown).toBeInstanceOf(Problem);
});

it('may use packages that lie beside it, CommonJS too', async () => {
  const folder = folderOf({
    'node_modules/louder/package.json': '{"name":"louder","main":"index.cjs"}',
    'node_modules/louder/index.cjs': "const os = require('os'); module.exports = { sign: os.EOL ? '!' : '?' };",
    'shout.ts': `${imports}\nimport louder from 'louder';\nexport const shout = ${body('my.shout')};\nif (louder.sign !== '!') throw new Error('no');`,
  });
  expect((await loadNodeFolder(folder)).length).toBe(1);
});

it.each([
  ['a syntax error', 'export const x = {\n  a: 1,,\n};', /bad\.ts:2:/],
  ['a missing import', "\nimport { x } from './nowhere.ts';\nexport const y = x;", /bad\.ts:2:.*nowhere/],
  ['no node', 'export const answer = 42;', /exports no node.*answer/],
  ['nothing', '', /exports nothing/],
  ['an object without defineNode', "export const n = { type: 'a.b', inputs: {}, outputs: {} };", /defineNode/],
  ['a type out of form', `${imports}\nexport const n = ${body('Shout')};`, /"Shout".*family\.name/],
  ['a fault while loading', `${imports}\n\nthrow new TypeError('boom');`, /bad\.ts.*TypeError: boom/],
  [
    'neither run nor stream',
    `${imports}\nexport const n = defineNode({ type: 'a.b', version: 1, title: 'x', summary: 'y', inputs: {}, outputs: {}, params: {}, infer: () => ({}), examples: [] });`,
    /run or stream/,
  ],
  [
    'a port that is no port',
    `${imports}\nexport const n = defineNode({ type: 'a.b', version: 1, title: 'x', summary: 'y', inputs: { a: {} }, outputs: {}, params: {}, infer: () => ({}), run: () => ({}), examples: [] });`,
    /port "a"/,
  ],
])('refuses %s, naming file and line', async (_what, text, message) => {
  const problem = await rejects(() => loadNodeFolder(folderOf({ 'bad.ts': text })), 'node-file');
  expect(problem.message).toMatch(message);
  expect(problem.where.file).toContain('bad.ts');
});

it('says so when the folder is not there, and takes an empty one for no nodes', async () => {
  await rejects(() => loadNodeFolder(path.join(tempFolder(), 'nowhere')), 'file-missing');
  expect(await loadNodeFolder(tempFolder())).toEqual([]);
});
