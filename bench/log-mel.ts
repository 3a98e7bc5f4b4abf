import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeLimits } from '../core/define/limits.ts';
import { readWhole } from '../host/files/host.ts';
import { makeFft } from '../nodes/kernels/fft.ts';
import { fft400, makeFft400 } from '../nodes/kernels/fft400.ts';
import { whisperLogMel } from '../nodes/kernels/logMel.ts';
import { parseWav } from '../nodes/kernels/wav.ts';
import { makeWindow } from '../nodes/kernels/window.ts';
import { findPython, median, timeCalls } from './measure.ts';

/**
 * Whisper's log-mel of 30 s of speech against transformers' WhisperFeatureExtractor, in rounds that alternate, so that both
 * meet the same machine. Target: 1.5 times as fast, aim 3 times. Then the FFT of length 400 against the general plan.
 */
const rounds = 3;
const repeats = 25;

const file = fileURLToPath(new URL('../test/reference/speech.wav', import.meta.url));
const name = path.basename(file);
const [words] = parseWav(await readWhole(file, { name, maxBytes: 1 << 20 }), name, makeLimits()).channels;
const sound = new Float32Array(480_000);
for (let i = 0; i < sound.length; i++) sound[i] = words[i % words.length];

const python = findPython(['numpy', 'transformers']);
const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-'));
interface PeerAnswer {
  readonly transformers: string;
  readonly torch: string | null;
  readonly torchThreads?: number;
  readonly times: readonly number[];
  readonly oneThread?: readonly number[];
  readonly values: readonly number[];
}
function askPeer(command: string): PeerAnswer | string {
  const raw = path.join(folder, 'sound.f32');
  writeFileSync(raw, sound);
  const script = fileURLToPath(new URL('./peers/log-mel.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(command, [script, raw, String(repeats)], { encoding: 'utf8' });
  if (status !== 0) return stderr.trim().split('\n').at(-1) ?? `it ended with ${status}`;
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as PeerAnswer;
}

const ours: number[] = [];
const theirs: number[] = [];
const theirsAlone: number[] = [];
let peer: PeerAnswer | string = typeof python === 'string' ? python : '';
try {
  for (let round = 0; round < rounds; round++) {
    ours.push(...(await timeCalls(() => whisperLogMel(sound, 80), repeats, round === 0 ? 30 : 3)));
    if (typeof python === 'string') continue;
    peer = askPeer(python.command);
    if (typeof peer === 'string') break;
    theirs.push(...peer.times);
    theirsAlone.push(...(peer.oneThread ?? []));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const own = median(ours);
console.log(`Whisper log-mel of 30 s, one thread: ${own.toFixed(1)} ms (best ${Math.min(...ours).toFixed(1)})`);
if (typeof peer === 'string') console.log(`No ratio: ${peer}.`);
else {
  const engine = peer.torch === null ? 'numpy' : `torch ${peer.torch}, ${peer.torchThreads} threads`;
  const label = `transformers ${peer.transformers} (${engine})`;
  console.log(`${label}: ${median(theirs).toFixed(1)} ms (best ${Math.min(...theirs).toFixed(1)})`);
  console.log(`${(median(theirs) / own).toFixed(2)} times as fast (target 1.5, aim 3)`);
  if (theirsAlone.length > 0) {
    const alone = median(theirsAlone);
    console.log(`the same with torch held to one thread: ${alone.toFixed(1)} ms, ratio ${(alone / own).toFixed(2)}`);
  }
  const mel = whisperLogMel(sound, 80);
  const { values } = peer;
  let worst = 0;
  for (let m = 0, i = 0; m < 80; m += 7) {
    for (let f = 0; f < 3000; f += 37, i++) worst = Math.max(worst, Math.abs(mel[m * 3000 + f] - values[i]));
  }
  console.log(`largest difference of their values: ${worst.toExponential(1)}`);
}

const window = makeWindow('hann', 400);
const space = makeFft400();
const general = makeFft(400);
const re = new Float64Array(400);
const im = new Float64Array(400);
const pairs = 1500;
const special = await timeCalls(
  () => {
    for (let i = 0; i < pairs; i++) fft400(space, sound, i * 300, i * 300 + 160, window);
  },
  repeats,
  5,
);
const plan = await timeCalls(
  () => {
    for (let i = 0; i < pairs; i++) {
      for (let k = 0, at = i * 300; k < 400; k++, at++) {
        re[k] = sound[at] * window[k];
        im[k] = sound[at + 160] * window[k];
      }
      general.forward(re, im);
    }
  },
  repeats,
  5,
);
console.log(
  `3000 FFTs of length 400: ${median(special).toFixed(1)} ms written out, ${median(plan).toFixed(1)} ms by the general plan`,
);
