import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findTool } from '../../../host/ffmpeg/find.ts';
import { toolVersion } from '../../../host/ffmpeg/version.ts';
import { codeOf, mediaFolder, never, script } from './media.ts';

const folder = mediaFolder();
const own = path.join(folder, 'own');
mkdirSync(own);
const ffmpeg = script(path.join(own, 'ffmpeg'), 'echo "ffmpeg version n4.4.1-2 Copyright"');
const ffprobe = script(path.join(own, 'ffprobe'), 'true');

it('takes the program that the environment names, and ffprobe beside it', async () => {
  const env = { TRIBUTARY_FFMPEG: ffmpeg, PATH: '/usr/bin' };
  expect(await findTool('ffmpeg', env)).toEqual({ path: ffmpeg, origin: 'environment', warning: null });
  expect((await findTool('ffprobe', env)).path).toBe(ffprobe);
});

it('looks along the PATH, absolute folders only', async () => {
  expect(await findTool('ffmpeg', { PATH: `/nowhere:${own}` })).toMatchObject({ path: ffmpeg, origin: 'PATH' });
  const relative = path.relative(process.cwd(), own);
  expect(await codeOf(findTool('ffmpeg', { PATH: `${relative}::.` }))).toBe('tool-missing');
});

it('says what is missing and how to get it', async () => {
  const plain = path.join(folder, 'plain');
  writeFileSync(plain, 'no program');
  await expect(findTool('ffmpeg', { TRIBUTARY_FFMPEG: plain, PATH: own })).rejects.toMatchObject({
    data: { code: 'tool-missing', message: expect.stringContaining(plain) },
  });
  await expect(findTool('ffprobe', { PATH: '' })).rejects.toMatchObject({
    data: { code: 'tool-missing', fix: expect.stringContaining('apt install ffmpeg') },
  });
});

it('reads the version, and takes a build without a number for a new one', async () => {
  expect(await toolVersion(ffmpeg, never)).toBe(404);
  const git = script(path.join(folder, 'git'), 'echo "ffmpeg version N-109542-g1bf1d4 Copyright"');
  expect(await toolVersion(git, never)).toBe(9900);
});
