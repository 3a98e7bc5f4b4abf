import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { type LimitName, makeLimits } from '../../../core/define/limits.ts';
import type { MediaSource } from '../../../core/kinds/value.ts';
import { type AudioHostDeps, makeAudioHost } from '../../../host/audio/host.ts';
import { makeVideoHost } from '../../../host/video/host.ts';

/** A folder of this test file's own, removed after it. */
export function mediaFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes a media file with ffmpeg. */
export function makeMedia(file: string, args: readonly string[]): string {
  const made = spawnSync('ffmpeg', ['-hide_banner', '-nostdin', '-v', 'error', '-y', ...args, `file:${file}`]);
  if (made.status !== 0) throw new Error(`ffmpeg could not make ${file}: ${made.stderr}`);
  return file;
}

/** A sine of 440 Hz, half of full scale, as an input of ffmpeg. */
export function sine(seconds: number, rate = 16000, channels = 1): readonly string[] {
  const expression = new Array(channels).fill('0.5*sin(2*PI*440*t)').join('|');
  return ['-f', 'lavfi', '-i', `aevalsrc='${expression}':s=${rate}:d=${seconds}`];
}

/** A program in place of ffmpeg. */
export function script(file: string, text: string): string {
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
  return file;
}

export function media(file: string): MediaSource {
  return { kind: 'media', path: file, name: path.basename(file) };
}

type Overrides = Partial<Record<LimitName, number>>;

function deps(limits: Overrides, env?: AudioHostDeps['env']): AudioHostDeps {
  return { limits: makeLimits(limits), env, resolveSource: async (source) => source.path ?? '' };
}
export function audioHost(limits: Overrides = {}, env?: AudioHostDeps['env']) {
  return makeAudioHost(deps(limits, env));
}
export function videoHost(limits: Overrides = {}, env?: AudioHostDeps['env']) {
  return makeVideoHost(deps(limits, env));
}

export const never = new AbortController().signal;

/** Whether a process is there (and not only waiting to be collected). */
export function alive(pid: number): boolean {
  const found = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim();
  return found !== '' && !found.startsWith('Z');
}

/** The code of the problem that a promise ends in. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no problem',
    (error: unknown) =>
      typeof error === 'object' && error !== null && 'data' in error
        ? String((error.data as { readonly code: string }).code)
        : `not a problem: ${error}`,
  );
}
