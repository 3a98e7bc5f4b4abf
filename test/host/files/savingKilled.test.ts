import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { writeDocument } from '../../../core/graph/write.ts';
import { saveDocument } from '../../../host/files/documentFile.ts';
import { tempFolder } from '../../temp-folder.ts';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const child = ['--import', tsx, fileURLToPath(new URL('./saveChild.ts', import.meta.url))];
const base = {
  schemaVersion: 1,
  name: 'saved',
  description: 'short',
  nodes: [],
  wires: [],
  groups: [],
  notes: [],
  inputs: {},
  outputs: {},
  files: [],
};
const versions = [base, { ...base, description: 'x'.repeat(50_000) }].map(writeDocument);

async function freshFile(): Promise<string> {
  const file = path.join(tempFolder(), 'saved.tributary.json');
  await saveDocument(file, base);
  return file;
}

/** One of the two, whole; and whoever opens the folder next is not kept from it by what was left beside. */
async function expectWhole(file: string): Promise<void> {
  expect(versions.includes(readFileSync(file, 'utf8'))).toBe(true);
  await saveDocument(file, base);
  expect(readFileSync(file, 'utf8')).toBe(versions[0]);
  const documents = readdirSync(path.dirname(file)).filter(
    (name) => name.endsWith('.tributary.json') && !name.startsWith('.'),
  );
  expect(documents).toEqual(['saved.tributary.json']);
}

it('holds the old or the new document whole after a SIGKILL at any moment of saving (fault 16)', async () => {
  for (let round = 0; round < 12; round++) {
    const file = await freshFile();
    const saving = spawn(process.execPath, [...child, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => saving.stdout.once('data', resolve));
    // Saves take about a millisecond: 12 steps of a fraction of that meet every part of one.
    await new Promise((resolve) => setTimeout(resolve, 20 + round * 1.3));
    const gone = new Promise((resolve) => saving.once('exit', resolve));
    saving.kill('SIGKILL');
    await gone;
    await expectWhole(file);
  }
});

it('holds the old or the new document whole when the kill comes with the system call itself (fault 16)', async ({
  skip,
}) => {
  if (spawnSync('strace', ['-V']).status !== 0) skip('strace is not installed here');
  for (const call of ['fsync', 'rename']) {
    for (const when of [1, 2, 3]) {
      const file = await freshFile();
      const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${when}`];
      const traced = spawnSync(
        'strace',
        ['-f', '-qq', '-o', '/dev/null', ...inject, process.execPath, ...child, file],
        {
          timeout: 4000,
          killSignal: 'SIGKILL',
          stdio: 'ignore',
        },
      );
      // Either the call came and was the last, or it never comes and the time ran out: the file is whole all the same.
      expect(traced.status).not.toBe(0);
      await expectWhole(file);
      if (traced.error !== undefined) break;
    }
  }
});
