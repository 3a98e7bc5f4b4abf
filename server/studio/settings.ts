import { z } from 'zod';
import type { Json } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { readState, writeState } from '../../host/files/stateFile.ts';

const schema = z.record(z.string().max(64), z.json());
const mostBytes = 256 * 1024;

export type Settings = Readonly<Record<string, Json>>;

export async function readSettings(file: string): Promise<Settings> {
  const parsed = schema.safeParse(await readState(file));
  return parsed.success ? parsed.data : {};
}

/** Puts settings on top of those that are there; null takes one away. */
export async function changeSettings(file: string, changes: Settings): Promise<void> {
  const next = Object.fromEntries(
    Object.entries({ ...(await readSettings(file)), ...changes }).filter(([, value]) => value !== null),
  );
  if (JSON.stringify(next).length > mostBytes) {
    throw new Problem('usage', {
      message: `Settings of more than ${mostBytes / 1024} KiB are not kept.`,
      fix: 'Keep less in the settings.',
    });
  }
  await writeState(file, next);
}
