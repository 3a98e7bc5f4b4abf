import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { limitTable } from '../../core/define/limits.ts';
import { buildModel, value } from '../onnx-builder.ts';
import { tempFolder } from '../temp-folder.ts';
import { command } from './command.ts';

const model = buildModel({
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  inputs: [value('x', 'float32', ['batch', 3])],
  outputs: [value('y', 'float32', ['batch', 3])],
  metadata: { author: 'nobody\u001b[31m' },
});

it('says what it can do, and what each command does, with examples', async () => {
  const [none, help, version] = await Promise.all([command([]), command(['--help']), command(['--version'])]);
  expect(none.code).toBe(0);
  expect(none.out).toContain('Commands:');
  expect(help.out).toContain('Exit codes: 0 done');
  expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  const names = ['run', 'check', 'nodes', 'inspect', 'devices', 'limits', 'new'];
  const pages = await Promise.all(names.map((name) => command([name, '--help'])));
  pages.forEach((page, i) => {
    expect(none.out).toContain(`  ${names[i]} `);
    expect(page.code).toBe(0);
    expect(page.out).toContain('Examples:');
    expect(page.out).toContain('--json');
  });
});

it('answers a wrong command with what was meant, exit code 2, and no stack', async () => {
  const wrong = await command(['chekc']);
  expect(wrong.code).toBe(2);
  expect(wrong.out).toBe('');
  expect(wrong.err).toContain('Did you mean check?');
  expect(wrong.err).not.toMatch(/\n\s+at /);
  const option = await command(['check', 'x', '--typo']);
  expect(option.code).toBe(2);
  expect(option.err).toContain('tributary check --help');
  const device = await command(['run', 'x', '--device', 'gpu', '--json']);
  expect(device.code).toBe(2);
  expect(JSON.parse(device.out).error.code).toBe('usage');
  expect((await command(['run', 'x', '--jobs', 'many'])).code).toBe(2);
});

it('lists limits, for people and machines', async () => {
  const [text, json] = await Promise.all([command(['limits']), command(['limits', '--json'])]);
  expect(JSON.parse(json.out)).toEqual(limitTable);
  for (const name of Object.keys(limitTable)) expect(text.out).toContain(name);
});

it('inspects a model without trusting its words', async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'add.onnx'), model);
  writeFileSync(path.join(folder, 'bad.onnx'), 'nothing');
  const text = await command(['inspect', 'add.onnx'], { cwd: folder });
  expect(text.code).toBe(0);
  expect(text.out).toContain('float32[batch, 3]');
  expect(text.out).toContain('Add 1');
  expect(text.out).toContain('nobody\\u001b[31m');
  expect(text.out).not.toContain('\u001b');
  const json = JSON.parse((await command(['inspect', 'add.onnx', '--json'], { cwd: folder })).out);
  expect(json.inputs).toEqual([{ name: 'x', form: 'tensor', dtype: 'float32', shape: ['batch', 3] }]);
  expect((await command(['inspect', 'bad.onnx'], { cwd: folder })).code).toBe(5);
  expect((await command(['inspect', '.'], { cwd: folder })).code).toBe(4);
  const near = await command(['inspect', 'ad.onnx'], { cwd: folder });
  expect(near.code).toBe(4);
  expect(near.err).toContain('add.onnx');
});

it('lists nodes, finds them, and shows one', async () => {
  const [all, found, page, near, json] = await Promise.all([
    command(['nodes']),
    command(['nodes', '--search', 'softmax probabilities']),
    command(['nodes', 'result.softmax']),
    command(['nodes', 'result.sofmax']),
    command(['nodes', '--family', 'result', '--json']),
  ]);
  expect(all.out).toMatch(/^result\n {2}result\./m);
  expect(found.out).toContain('result.softmax');
  expect(found.out).not.toContain('result.nms');
  expect(page.out).toBe(readFileSync(new URL('../../docs/nodes/result/softmax.md', import.meta.url), 'utf8'));
  expect(near.code).toBe(3);
  expect(near.err).toContain('result.softmax');
  const listed = JSON.parse(json.out) as readonly { readonly type: string }[];
  expect(listed.length).toBeGreaterThan(3);
  expect(listed.every((node) => node.type.startsWith('result.'))).toBe(true);
});

it('shows a node of the user', async () => {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'mine'));
  writeFileSync(
    path.join(folder, 'mine', 'shout.ts'),
    `import { defineNode, port } from 'tributary';
export const shout = defineNode({
  type: 'my.shout', version: 1, title: 'Shout', summary: 'Makes text loud.',
  inputs: { text: port.text({ doc: 'quiet' }) }, outputs: { text: port.text({ doc: 'loud' }) }, params: {},
  infer: ({ inputs }) => ({ text: inputs.text }),
  run: ({ inputs }) => ({ text: { kind: 'text' as const, text: inputs.text.text.toUpperCase() } }),
  examples: [],
});`,
  );
  const shown = await command(['nodes', 'my.shout', '--nodes', 'mine'], { cwd: folder });
  expect(shown.out).toContain('# Shout');
  writeFileSync(path.join(folder, 'mine', 'broken.ts'), 'export const = 1;');
  const broken = await command(['nodes', '--nodes', 'mine'], { cwd: folder });
  expect(broken.code).toBe(3);
  expect(broken.err).toContain('broken.ts:1:');
});

const head = '{"schemaVersion":1,"name":"x","inputs":{},"outputs":{},';

it('checks: every problem with place and fix, exit code 3', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'x.tributary.json');
  writeFileSync(
    file,
    `${head}"nodes":[{"id":"a","type":"result.softmaxx@1"},{"id":"b","type":"result.softmax@1","params":{"temperature":-1,"labels":"../secret.txt"}}],"wires":[{"from":"b.scores","to":"c.x"}]}`,
  );
  const text = await command(['check', folder]);
  expect(text.code).toBe(3);
  for (const code of ['node-unknown', 'param-invalid', 'path-outside', 'wire-dangling', 'no-output'])
    expect(text.out).toContain(`[${code}]`);
  expect(text.out).toContain('fix: ');
  expect(text.out).toContain('result.softmax"');
  const json = JSON.parse((await command(['check', file, '--json'])).out);
  expect(json.ok).toBe(false);
  expect(json.problems.length).toBeGreaterThanOrEqual(5);
  for (const problem of json.problems)
    expect(Object.keys(problem)).toEqual(expect.arrayContaining(['code', 'message', 'fix', 'where', 'severity']));
  expect((await command(['check', path.join(folder, 'nothing')])).code).toBe(4);
  writeFileSync(file, '{');
  const broken = await command(['check', file]);
  expect(broken.code).toBe(3);
  expect(broken.err).toContain('document-json');
});

it('refuses limits that are not there', async () => {
  const wrong = await command(['check', 'x', '--limit', 'imagePixel=3']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain('imagePixels');
  expect((await command(['check', 'x', '--limit', 'imagePixels'])).code).toBe(2);
});

it('records the hashes of files, and warns when one has changed since', async () => {
  const folder = tempFolder();
  const file = path.join(folder, 'x.tributary.json');
  writeFileSync(path.join(folder, 'labels.txt'), 'cat\ndog\n');
  writeFileSync(
    file,
    `${head}"nodes":[{"id":"in","type":"input.tensor@1"},{"id":"s","type":"result.softmax@1","params":{"labels":"labels.txt"}},{"id":"out","type":"output.scores@1"}],"wires":[{"from":"in.tensor","to":"s.logits"},{"from":"s.scores","to":"out.value"}]}`,
  );
  const recorded = await command(['check', file, '--record', '--types']);
  expect(recorded.code).toBe(0);
  expect(recorded.out).toContain('s.scores  scores[2]');
  expect(JSON.parse(readFileSync(file, 'utf8')).files).toEqual([
    { path: 'labels.txt', sha256: 'f641fdcd8af73b2f6334ab63c13d2eb857cd16f2aa4ea0ba20ba0eb9627918b5' },
  ]);
  writeFileSync(path.join(folder, 'labels.txt'), 'cow\ndog\n');
  const changed = await command(['check', file]);
  expect(changed.code).toBe(0);
  expect(changed.out).toContain('[model-changed]');
  expect(changed.out).toContain('0 errors, 1 warning');
});

it('makes a pipeline around a model, which checks', async () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'add.onnx'), model);
  const made = await command(['new', 'mine', '--model', 'add.onnx'], { cwd: folder });
  expect(made.err).toBe('');
  expect(made.code).toBe(0);
  const checked = await command(['check', 'mine', '--json'], { cwd: folder });
  expect(JSON.parse(checked.out)).toMatchObject({ ok: true, inputs: { x: 'x' }, outputs: { y: 'y' } });
  const again = await command(['new', 'mine', '--model', 'add.onnx'], { cwd: folder });
  expect(again.code).toBe(2);
  const [neither, template] = await Promise.all([
    command(['new', 'other'], { cwd: folder }),
    command(['new', 'other', '--template', 'no-such'], { cwd: folder }),
  ]);
  expect([neither.code, template.code]).toEqual([2, 2]);
});
