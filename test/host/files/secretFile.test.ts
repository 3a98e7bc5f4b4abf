import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { keptSecret } from '../../../host/files/secretFile.ts';
import { tempFolder } from '../../temp-folder.ts';

it('is made once and read by its owner only', async () => {
  const file = path.join(tempFolder(), 'below/secret');
  const secret = await keptSecret(file);
  expect(secret).toMatch(/^[\w-]{43}$/);
  expect(await keptSecret(file)).toBe(secret);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('is made anew when it is broken or could have been read by others', async () => {
  const file = path.join(tempFolder(), 'secret');
  writeFileSync(file, 'short', { mode: 0o600 });
  const secret = await keptSecret(file);
  expect(secret).not.toBe('short');
  expect(readFileSync(file, 'utf8')).toBe(secret);
  if (process.platform === 'win32') return;
  chmodSync(file, 0o644);
  expect(await keptSecret(file)).not.toBe(secret);
});

it('is one when two ask at the same time', async () => {
  const file = path.join(tempFolder(), 'secret');
  const kept = new Set(await Promise.all(Array.from({ length: 8 }, () => keptSecret(file))));
  expect(kept.size).toBe(1);
  expect(readdirSync(path.dirname(file))).toEqual(['secret']);
});

it('lasts as long as the process where nothing can be kept', async () => {
  const file = path.join(tempFolder(), 'file');
  writeFileSync(file, '');
  expect(await keptSecret(path.join(file, 'secret'))).toMatch(/^[\w-]{43}$/);
});
