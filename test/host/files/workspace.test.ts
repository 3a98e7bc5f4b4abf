import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openWorkspace, outsideReason } from '../../../host/files/workspace.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

function makeTree(): { readonly folder: string; readonly inside: string } {
  const folder = tempFolder();
  const inside = path.join(folder, 'pipeline');
  mkdirSync(path.join(inside, 'models'), { recursive: true });
  writeFileSync(path.join(inside, 'models', 'net.onnx'), 'net');
  writeFileSync(path.join(folder, 'secret.txt'), 'canary');
  return { folder, inside };
}

it('opens files inside, by relative paths', async () => {
  const { inside } = makeTree();
  const workspace = await openWorkspace(inside);
  expect(await workspace.resolvePath('models/net.onnx')).toBe(path.join(inside, 'models', 'net.onnx'));
  expect(await workspace.resolvePath('./models/../models/net.onnx').catch(() => 'refused')).toBe('refused');
  expect(await workspace.resolvePath('./models/net.onnx')).toBe(path.join(inside, 'models', 'net.onnx'));
});

it.each([
  ['', 'empty'],
  ['../secret.txt', '..'],
  ['models/../../secret.txt', '..'],
  ['/etc/passwd', 'absolute'],
  ['\\\\server\\share\\x', 'another machine'],
  ['//server/share/x', 'another machine'],
  ['C:\\x', 'drive letter'],
  ['c:x', 'drive letter'],
  ['models\\net.onnx', 'backslash'],
  ['%2e%2e/secret.txt', '% codes'],
  ['%2E%2E%2Fsecret.txt', '% codes'],
  ['models/net.onnx\0.txt', 'NUL'],
])('refuses %j', async (name, reason) => {
  const { inside } = makeTree();
  const workspace = await openWorkspace(inside);
  expect(workspace.resolveAtOnce(name)).toBe(null);
  const problem = await rejects(() => workspace.resolvePath(name), 'path-outside');
  expect(problem.message).toContain(reason);
});

it('refuses links that leave, also in the middle and towards what is not there', async () => {
  const { folder, inside } = makeTree();
  symlinkSync(path.join(folder, 'secret.txt'), path.join(inside, 'link.txt'));
  symlinkSync(folder, path.join(inside, 'up'));
  symlinkSync(path.join(inside, 'models', 'net.onnx'), path.join(inside, 'stays.onnx'));
  const workspace = await openWorkspace(inside);
  expect([workspace.resolveAtOnce('link.txt'), workspace.resolveAtOnce('up/secret.txt')]).toEqual([null, null]);
  expect(workspace.resolveAtOnce('stays.onnx')).toBe(path.join(inside, 'models', 'net.onnx'));
  await rejects(() => workspace.resolvePath('link.txt'), 'path-outside');
  await rejects(() => workspace.resolvePath('up/secret.txt'), 'path-outside');
  await rejects(() => workspace.resolvePath('up/not-there.txt'), 'path-outside');
  expect(await workspace.resolvePath('stays.onnx')).toBe(path.join(inside, 'models', 'net.onnx'));
});

it('works when the folder itself is reached by a link', async () => {
  const { folder, inside } = makeTree();
  symlinkSync(inside, path.join(folder, 'alias'));
  const workspace = await openWorkspace(path.join(folder, 'alias'));
  expect(await workspace.resolvePath('models/net.onnx')).toBe(path.join(inside, 'models', 'net.onnx'));
});

it('does not take a folder whose name starts alike for the inside', async () => {
  const { folder, inside } = makeTree();
  mkdirSync(path.join(folder, 'pipeline-other'));
  writeFileSync(path.join(folder, 'pipeline-other', 'x'), '');
  symlinkSync(path.join(folder, 'pipeline-other', 'x'), path.join(inside, 'x'));
  const workspace = await openWorkspace(inside);
  await rejects(() => workspace.resolvePath('x'), 'path-outside');
});

it('names a near miss for a file that is not there', async () => {
  const { inside } = makeTree();
  const workspace = await openWorkspace(inside);
  const problem = await rejects(() => workspace.resolvePath('models/nett.onnx'), 'file-missing');
  expect(problem.fix).toContain('models/net.onnx');
  await rejects(() => openWorkspace(path.join(inside, 'nowhere')), 'file-missing');
});

it('gives absolute sources back as they are and holds relative ones inside', async () => {
  const { folder, inside } = makeTree();
  const workspace = await openWorkspace(inside);
  const absolute = path.join(folder, 'secret.txt');
  expect(await workspace.resolveSource({ kind: 'media', path: absolute, name: 'x' })).toBe(absolute);
  await rejects(() => workspace.resolveSource({ kind: 'media', path: '../secret.txt', name: 'x' }), 'path-outside');
  await rejects(() => workspace.resolveSource({ kind: 'media', bytes: new Uint8Array(1), name: 'x' }), 'file-missing');
});

it('never lets a path through whose parts climb, whatever surrounds them', () => {
  const part = fc.constantFrom('..', '.', 'a', '%2e%2e', 'b c', '');
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const name = parts.join('/');
      const resolved = path.posix.resolve('/root/inside', decodeURIComponent(name));
      const leaves = resolved !== '/root/inside' && !resolved.startsWith('/root/inside/');
      if (leaves) expect(outsideReason(name)).not.toBeNull();
    }),
  );
});
