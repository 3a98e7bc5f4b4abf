import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface GpuFacts {
  readonly name: string;
  readonly driver: string;
  readonly memoryBytes: number;
}
export interface GpuSample {
  /** By `performance.now`. */
  readonly atMs: number;
  readonly bytes: number;
  readonly utilisationPercent: number;
  readonly temperatureC: number | null;
}
export interface GpuWatch {
  readonly tool: string;
  /** Ends the watching and gives all that was seen. */
  stop(): Promise<readonly GpuSample[]>;
}

const MiB = 1024 * 1024;
const factsQuery = 'name,driver_version,memory.total';
const useQuery = 'memory.used,utilization.gpu,temperature.gpu';
const everyMs = 100;
const answerMs = 5000;

/** Every GPU that a tool of its maker tells of; empty where none does. Never rejects. */
export async function findGpus(drm = '/sys/class/drm'): Promise<readonly GpuFacts[]> {
  const nvidia = await ask('nvidia-smi', [`--query-gpu=${factsQuery}`, '--format=csv,noheader,nounits']);
  if (nvidia !== null) return parseNvidiaFacts(nvidia);
  const amd = await amdCards(drm);
  return Promise.all(amd.map((card) => amdFacts(card)));
}

/**
 * Watches the first GPU, which is the one that the runtime takes, until it is stopped; null where no tool tells.
 * nvidia-smi goes on by itself as a process of its own; the files of amdgpu are read by a timer, a few short reads each.
 */
export async function watchGpu(drm = '/sys/class/drm'): Promise<GpuWatch | null> {
  const visible = visibleGpu(process.env['CUDA_VISIBLE_DEVICES']);
  const nvidia = visible === null ? null : await watchNvidia(visible);
  if (nvidia !== null) return nvidia;
  const [card] = await amdCards(drm);
  return card === undefined ? null : watchAmd(card);
}

/** How nvidia-smi is to be told the GPU that CUDA programs see as their first; null: they see none. */
export function visibleGpu(setting: string | undefined): string | null {
  if (setting === undefined) return '0';
  const first = setting.split(',')[0].trim();
  return first === '' || first.startsWith('-') || first === 'NoDevFiles' ? null : first;
}

/** Lines of `name, driver_version, memory.total` in MiB. A name may hold commas. */
export function parseNvidiaFacts(text: string): readonly GpuFacts[] {
  return lines(text).flatMap((line) => {
    const parts = line.split(',').map((part) => part.trim());
    if (parts.length < 3) return [];
    const memory = Number(parts.at(-1));
    return [
      {
        name: parts.slice(0, -2).join(', '),
        driver: parts.at(-2) ?? '',
        memoryBytes: Number.isFinite(memory) ? memory * MiB : 0,
      },
    ];
  });
}

/** A line of `memory.used, utilization.gpu, temperature.gpu`; what a GPU does not tell stands as `[N/A]`. */
export function parseNvidiaUse(line: string, atMs: number): GpuSample | null {
  const [used, busy, temperature] = line.split(',').map((part) => Number.parseFloat(part));
  if (used === undefined || Number.isNaN(used)) return null;
  return {
    atMs,
    bytes: used * MiB,
    utilisationPercent: busy === undefined || Number.isNaN(busy) ? 0 : busy,
    temperatureC: temperature === undefined || Number.isNaN(temperature) ? null : temperature,
  };
}

async function watchNvidia(gpu: string): Promise<GpuWatch | null> {
  const samples: GpuSample[] = [];
  const child = spawn(
    'nvidia-smi',
    [`--id=${gpu}`, `--query-gpu=${useQuery}`, '--format=csv,noheader,nounits', `-lms`, String(everyMs)],
    { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true },
  );
  let rest = '';
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  // The first line says that there is a driver behind the tool: without one it ends.
  const speaks = new Promise<boolean>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      const atMs = performance.now();
      const whole = (rest + part).split('\n');
      rest = whole.pop() ?? '';
      for (const line of whole) {
        const sample = parseNvidiaUse(line, atMs);
        if (sample !== null) samples.push(sample);
      }
      if (samples.length > 0) resolve(true);
    });
    ended.then(() => resolve(false));
    setTimeout(() => resolve(false), answerMs).unref();
  });
  const stop = async (): Promise<readonly GpuSample[]> => {
    child.kill();
    await ended;
    return samples;
  };
  if (await speaks) return { tool: 'nvidia-smi', stop };
  await stop();
  return null;
}

/** Folders of cards that the amdgpu driver serves. */
async function amdCards(drm: string): Promise<readonly string[]> {
  const names = await readdir(drm).catch(() => []);
  const cards = names.filter((name) => /^card\d+$/.test(name)).sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)));
  const found: string[] = [];
  for (const name of cards) {
    const device = path.join(drm, name, 'device');
    if ((await readNumber(path.join(device, 'mem_info_vram_used'))) !== null) found.push(device);
  }
  return found;
}

async function amdFacts(device: string): Promise<GpuFacts> {
  const name = (await readText(path.join(device, 'product_name'))) ?? '';
  const kernel = (await readText('/proc/sys/kernel/osrelease')) ?? '';
  return {
    name: name === '' ? 'AMD GPU' : name,
    driver: `amdgpu ${kernel}`.trim(),
    memoryBytes: (await readNumber(path.join(device, 'mem_info_vram_total'))) ?? 0,
  };
}

/** One look at a card of amdgpu; null when it does not answer. */
export async function readAmd(device: string, atMs: number): Promise<GpuSample | null> {
  const bytes = await readNumber(path.join(device, 'mem_info_vram_used'));
  if (bytes === null) return null;
  const busy = await readNumber(path.join(device, 'gpu_busy_percent'));
  const [sensor] = await readdir(path.join(device, 'hwmon')).catch(() => []);
  const milli = sensor === undefined ? null : await readNumber(path.join(device, 'hwmon', sensor, 'temp1_input'));
  return { atMs, bytes, utilisationPercent: busy ?? 0, temperatureC: milli === null ? null : milli / 1000 };
}

function watchAmd(device: string): GpuWatch {
  const samples: GpuSample[] = [];
  let last: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    last = last.then(async () => {
      const sample = await readAmd(device, performance.now());
      if (sample !== null) samples.push(sample);
    });
  }, everyMs);
  timer.unref();
  return {
    tool: 'amdgpu',
    stop: async () => {
      clearInterval(timer);
      await last;
      return samples;
    },
  };
}

/** What a program prints; null when it is not there, fails or takes too long. */
export function ask(program: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: answerMs, windowsHide: true }, (error, stdout) => {
      resolve(error === null ? stdout : null);
    });
  });
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function readNumber(file: string): Promise<number | null> {
  const text = await readText(file);
  return text === null || text === '' || Number.isNaN(Number(text)) ? null : Number(text);
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
