import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { findGpus, parseNvidiaFacts, parseNvidiaUse, visibleGpu, watchGpu } from '../../../host/profile/gpu.ts';
import { tempFolder } from '../../temp-folder.ts';

const MiB = 1024 * 1024;
const before = { path: process.env['PATH'], visible: process.env['CUDA_VISIBLE_DEVICES'] };
afterEach(() => {
  process.env['PATH'] = before.path;
  if (before.visible === undefined) delete process.env['CUDA_VISIBLE_DEVICES'];
  else process.env['CUDA_VISIBLE_DEVICES'] = before.visible;
});

/** Puts a program named nvidia-smi first on the path. */
function standIn(script: string): string {
  const folder = tempFolder();
  const file = path.join(folder, 'nvidia-smi');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env['PATH'] = `${folder}:${before.path}`;
  return folder;
}

/** A card as the amdgpu driver shows it. */
function amdCard(files: Readonly<Record<string, string>>): string {
  const drm = tempFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(drm, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  return drm;
}

describe('what nvidia-smi prints', () => {
  it('names every GPU, with driver and memory', () => {
    expect(parseNvidiaFacts('NVIDIA H200, 570.133.20, 143771\nNVIDIA GeForce RTX 4090, 570.133.20, 24564\n')).toEqual([
      { name: 'NVIDIA H200', driver: '570.133.20', memoryBytes: 143771 * MiB },
      { name: 'NVIDIA GeForce RTX 4090', driver: '570.133.20', memoryBytes: 24564 * MiB },
    ]);
    expect(parseNvidiaFacts('Quadro, of old, 390.157, 2002\n')[0]).toMatchObject({
      name: 'Quadro, of old',
      driver: '390.157',
    });
    expect(parseNvidiaFacts('GB10, 580.95.05, [N/A]\n')).toEqual([
      { name: 'GB10', driver: '580.95.05', memoryBytes: 0 },
    ]);
    expect(parseNvidiaFacts('No devices were found\n')).toEqual([]);
  });

  it('says memory, use and temperature, as far as it can', () => {
    expect(parseNvidiaUse('1024, 37, 41', 5)).toEqual({
      atMs: 5,
      bytes: 1024 * MiB,
      utilisationPercent: 37,
      temperatureC: 41,
    });
    expect(parseNvidiaUse('1, [N/A], [N/A]', 5)).toEqual({
      atMs: 5,
      bytes: MiB,
      utilisationPercent: 0,
      temperatureC: null,
    });
    expect(parseNvidiaUse('[Insufficient Permissions], 3, 4', 5)).toBeNull();
    expect(parseNvidiaUse('', 5)).toBeNull();
  });

  it('is asked of the GPU that programs see as their first', () => {
    expect(visibleGpu(undefined)).toBe('0');
    expect(visibleGpu('2,0')).toBe('2');
    expect(visibleGpu('GPU-8f2b3c1d')).toBe('GPU-8f2b3c1d');
    expect(visibleGpu('')).toBeNull();
    expect(visibleGpu('-1')).toBeNull();
  });
});

describe.skipIf(process.platform === 'win32')('watching a GPU by nvidia-smi', () => {
  const lines = ['1000, 10, 40', '3000, 90, 55', '2000, 50, 54'];
  const talks = `case "$*" in
*-lms*) echo "$$ $*" > "$(dirname "$0")/asked"; for line in "${lines[0]}" "${lines[1]}" "${lines[2]}"; do echo "$line"; sleep 0.02; done; exec sleep 600;;
*) echo "NVIDIA H200, 570.133.20, 143771";;
esac`;

  it('reads until it is stopped, and ends the process', async () => {
    const folder = standIn(talks);
    process.env['CUDA_VISIBLE_DEVICES'] = '3';
    expect(await findGpus(tempFolder())).toEqual([
      { name: 'NVIDIA H200', driver: '570.133.20', memoryBytes: 143771 * MiB },
    ]);
    const watch = await watchGpu(tempFolder());
    expect(watch?.tool).toBe('nvidia-smi');
    const [pid, ...asked] = readFileSync(path.join(folder, 'asked'), 'utf8').trim().split(' ');
    expect(asked.join(' ')).toBe(
      '--id=3 --query-gpu=memory.used,utilization.gpu,temperature.gpu --format=csv,noheader,nounits -lms 100',
    );
    await wait(400);
    const samples = (await watch?.stop()) ?? [];
    expect(
      samples.map(({ bytes, utilisationPercent, temperatureC }) => [bytes / MiB, utilisationPercent, temperatureC]),
    ).toEqual([
      [1000, 10, 40],
      [3000, 90, 55],
      [2000, 50, 54],
    ]);
    expect(() => process.kill(Number(pid), 0)).toThrow();
  });

  it('is given up when it ends without a line, as without a driver', async () => {
    standIn('echo "NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver." ; exit 9');
    expect(await findGpus(tempFolder())).toEqual([]);
    expect(await watchGpu(tempFolder())).toBeNull();
  });

  it('is not begun where programs see no GPU', async () => {
    standIn(talks);
    process.env['CUDA_VISIBLE_DEVICES'] = '';
    expect(await watchGpu(tempFolder())).toBeNull();
  });
});

describe('a GPU of amdgpu', () => {
  it('is read from its files', async () => {
    standIn('exit 9');
    const drm = amdCard({
      'card0/device/vendor': '0x8086',
      'card1/device/mem_info_vram_used': String(3 * MiB),
      'card1/device/mem_info_vram_total': String(16384 * MiB),
      'card1/device/product_name': 'Radeon RX 7800 XT',
      'card1/device/gpu_busy_percent': '42',
      'card1/device/hwmon/hwmon3/temp1_input': '51000',
      'card1-DP-1/status': 'connected',
    });
    const [gpu] = await findGpus(drm);
    expect(gpu).toMatchObject({ name: 'Radeon RX 7800 XT', memoryBytes: 16384 * MiB });
    expect(gpu.driver).toMatch(/^amdgpu/);
    const watch = await watchGpu(drm);
    expect(watch?.tool).toBe('amdgpu');
    await wait(350);
    const samples = (await watch?.stop()) ?? [];
    expect(samples.length).toBeGreaterThan(0);
    expect(samples[0]).toMatchObject({ bytes: 3 * MiB, utilisationPercent: 42, temperatureC: 51 });
  });

  it('may tell less', async () => {
    standIn('exit 9');
    const drm = amdCard({ 'card0/device/mem_info_vram_used': String(MiB) });
    expect((await findGpus(drm))[0]).toMatchObject({ name: 'AMD GPU', memoryBytes: 0 });
    const watch = await watchGpu(drm);
    await wait(250);
    expect((await watch?.stop())?.[0]).toMatchObject({ bytes: MiB, utilisationPercent: 0, temperatureC: null });
  });
});

it('no GPU is no failure', async () => {
  process.env['PATH'] = tempFolder();
  expect(await findGpus(path.join(tempFolder(), 'none'))).toEqual([]);
  expect(await watchGpu(path.join(tempFolder(), 'none'))).toBeNull();
});
