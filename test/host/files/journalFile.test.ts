import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { beginJournal, continueJournal, readJournalText, setAsideJournal } from '../../../host/files/journalFile.ts';
import { takeLock } from '../../../host/files/locks.ts';
import { rejects } from '../../rejects.ts';
import { tempFolder } from '../../temp-folder.ts';

it('a journal is appended to, cut where it is torn, and set aside', async () => {
  const file = path.join(tempFolder(), 'deep/er/j.jsonl');
  expect(await readJournalText(file)).toBeNull();
  const first = await beginJournal(file, 'grüße\n');
  await first.append('two\n');
  await first.close();
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from('to'), Buffer.of(0xe6, 0xbc)]));
  const text = (await readJournalText(file)) ?? '';
  expect(text.startsWith('grüße\ntwo\nto')).toBe(true);
  const again = await continueJournal(file, 'grüße\ntwo\n');
  await Promise.all([again.append('three\n')]);
  await again.close();
  expect(readFileSync(file, 'utf8')).toBe('grüße\ntwo\nthree\n');
  await rejects(() => again.append('four\n'), 'output-unwritable');
  expect(await setAsideJournal(file)).toBe(`${file}.old`);
  expect(await setAsideJournal(file)).toBeNull();
  await rejects(() => continueJournal(file, ''), 'output-unwritable');
});

it('a lock is one holder at a time: ours, a living one, and never a dead one', async () => {
  const file = path.join(tempFolder(), 'locks/a.json');
  const first = await takeLock(file);
  expect(first.heldBy).toBeNull();
  const written = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify({ ...written, pid: process.ppid }));
  expect((await takeLock(file)).heldBy).toMatchObject({ pid: process.ppid });
  // Not ours to let go.
  await first.release();
  expect((await takeLock(file)).heldBy).not.toBeNull();
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const gone of [
    { pid },
    { pid: process.ppid, bootedAt: 5 },
    { pid: process.pid },
    { host: 'elsewhere', since: 1 },
  ]) {
    writeFileSync(file, JSON.stringify({ ...written, ...gone }));
    const taken = await takeLock(file);
    expect(taken.heldBy, JSON.stringify(gone)).toBeNull();
    await taken.release();
  }
  writeFileSync(file, JSON.stringify({ ...written, host: 'elsewhere' }));
  expect((await takeLock(file)).heldBy).toMatchObject({ host: 'elsewhere' });
  writeFileSync(file, 'garbage');
  expect((await takeLock(file)).heldBy).toBeNull();
});
