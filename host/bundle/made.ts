import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import type { Manifest } from '../../core/serve/manifest.ts';
import type { PipelineSignature } from '../../core/serve/signature.ts';
import { findTool } from '../ffmpeg/find.ts';
import { ownVersion, packageVersion } from '../files/userPath.ts';

const run = promisify(execFile);

/** Whether requests may bring media that only ffmpeg opens: video, and any sound but WAV. */
export function needsFfmpeg({ inputs }: PipelineSignature): boolean {
  return inputs.some(({ kind, type }) => [kind, type?.kind].some((one) => one === 'audio' || one === 'video'));
}

/** What makes a bundle, and on what. Nothing of it names a person or a place. */
export async function madeHere(ffmpeg: boolean, devices: Manifest['made']['devices']): Promise<Manifest['made']> {
  const [tributary, onnxruntime, sharp, system] = await Promise.all([
    ownVersion(),
    packageVersion('onnxruntime-node'),
    packageVersion('sharp'),
    systemName(),
  ]);
  return {
    tributary,
    node: process.versions.node,
    onnxruntime,
    sharp,
    ffmpeg: ffmpeg ? await ffmpegVersion() : null,
    os: system,
    arch: process.arch,
    cpu: os.cpus()[0]?.model.trim().replaceAll(/\s+/g, ' ') ?? process.arch,
    devices,
  };
}

async function systemName(): Promise<string> {
  const release = process.platform === 'linux' ? await readFile('/etc/os-release', 'utf8').catch(() => '') : '';
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? `${os.type()} ${os.release()}`;
}

async function ffmpegVersion(): Promise<string | null> {
  try {
    const { path } = await findTool('ffmpeg', process.env);
    const { stdout } = await run(path, ['-hide_banner', '-version'], { timeout: 10_000 });
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}
