import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { resizeAntialiased, resizePlain } from '../nodes/kernels/resize.ts';
import { type AntialiasFilter, makeTaps } from '../nodes/kernels/resizeTaps.ts';
import { findPython, median, timeCalls } from './measure.ts';

/** The antialiased resize of decoded pictures, in SIMD registers and by plain loops, against Pillow on one thread, in turns. */
const turns = 5;
const rounds = 12;
const cases: readonly (readonly [width: number, height: number, number, number, AntialiasFilter])[] = [
  [640, 480, 149, 112, 'bilinear'],
  [1280, 720, 640, 360, 'bilinear'],
  [1920, 1080, 398, 224, 'bicubic'],
  [640, 480, 320, 240, 'lanczos'],
  [320, 240, 640, 480, 'bicubic'],
];

const python = findPython(['PIL']);
const peer =
  typeof python === 'string'
    ? null
    : spawn(python.command, [fileURLToPath(new URL('peers/resize.py', import.meta.url))], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
const lines = peer === null ? null : createInterface(peer.stdout)[Symbol.asyncIterator]();
const answer = async (): Promise<Record<string, unknown>> => JSON.parse((await lines?.next())?.value ?? '{}');
const version = peer === null ? null : (await answer())['pillow'];
console.log(
  `${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; medians of ${turns} turns of ${rounds}; ${peer === null ? python : `Pillow ${version}`}`,
);
const folder = mkdtempSync(path.join(tmpdir(), 'tributary-resize-'));
try {
  for (const [width, height, outWidth, outHeight, filter] of cases) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    const file = path.join(folder, 'pixels');
    writeFileSync(file, data);
    const simd = () => resizeAntialiased(data, width, height, 3, outWidth, outHeight, filter);
    const plain = () =>
      resizePlain(
        { data, width, channels: 3 },
        height,
        makeTaps(width, outWidth, filter),
        makeTaps(height, outHeight, filter),
      );
    const hash = createHash('sha256').update(simd()).digest('hex');
    const ms: { simd: number[]; plain: number[]; peer: number[] } = { simd: [], plain: [], peer: [] };
    for (let turn = 0; turn < turns; turn++) {
      ms.simd.push(median(await timeCalls(async () => simd(), rounds, 3)));
      ms.plain.push(median(await timeCalls(async () => plain(), rounds, 3)));
      if (peer === null) continue;
      peer.stdin.write(`${JSON.stringify({ file, width, height, outWidth, outHeight, filter, rounds })}\n`);
      const theirs = (await answer()) as { ms: number[]; hash: string };
      if (theirs.hash !== hash) throw new Error(`Pillow's bytes differ for ${width}x${height} ${filter}`);
      ms.peer.push(median(theirs.ms));
    }
    const [mine, loops] = [median(ms.simd), median(ms.plain)];
    const pillow = median(ms.peer);
    console.log(
      `${width}x${height} to ${outWidth}x${outHeight}, ${filter}: ${mine.toFixed(2)} ms; plain loops ${(loops / mine).toFixed(1)}x as long` +
        (peer === null ? '' : `, Pillow ${(pillow / mine).toFixed(2)}x (same bytes)`),
    );
  }
} finally {
  peer?.kill();
  rmSync(folder, { recursive: true, force: true });
}
