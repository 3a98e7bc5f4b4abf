import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { HeaderSize } from '../host/image/headerSize.ts';
import { mostBytes, mostPixels, scaleFor } from '../host/image/jpeg/shrinkJpeg.ts';
import { TurboDecoder } from '../host/image/jpeg/turbo.ts';
import { turboModule } from '../host/image/jpeg/turboModule.ts';
import { resizeAntialiased } from '../nodes/kernels/resize.ts';
import { median } from './measure.ts';
import { photograph } from './pictures.ts';

/**
 * Processor time to decode and shrink a JPEG: by libjpeg-turbo in WebAssembly and our resize, and by libvips, in turns.
 * Where the first costs less is where `shrinkJpeg` takes it: its bounds are set by this table.
 */
const turns = 5;
const msATurn = 400;
sharp.concurrency(1);
sharp.cache(false);
const turbo = new TurboDecoder(await turboModule());

function byTurbo(bytes: Uint8Array, full: HeaderSize, from: HeaderSize, to: HeaderSize): void {
  const pixels = turbo.decode(bytes, full, scaleFor(from, to), 3);
  if (pixels === null) throw new Error('libjpeg-turbo does not decode the picture');
  resizeAntialiased(pixels.data, pixels.width, pixels.height, 3, to.width, to.height, 'bilinear');
}

async function byVips(bytes: Uint8Array, to: HeaderSize): Promise<void> {
  await sharp(bytes, { ignoreIcc: true, failOn: 'error', sequentialRead: true, autoOrient: true })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'linear', fastShrinkOnLoad: false })
    .raw()
    .toBuffer();
}

/** Milliseconds of all threads for one picture, as many at work as Node has threads for. */
async function cost(one: () => Promise<void> | void): Promise<number> {
  const before = process.cpuUsage();
  const startMs = performance.now();
  let count = 0;
  const again = async (): Promise<void> => {
    while (performance.now() - startMs < msATurn) {
      await one();
      count++;
    }
  };
  await Promise.all([again(), again(), again(), again()]);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

const media = fileURLToPath(new URL('../samples/picture-classifier/media', import.meta.url));
const pictures: (readonly [string, Uint8Array])[] = readdirSync(media)
  .filter((name) => name.endsWith('.jpg'))
  .map((name) => [name, readFileSync(path.join(media, name))]);
for (const [width, height] of [
  [320, 240],
  [640, 480],
  [1280, 720],
  [1920, 1080],
])
  pictures.push([`noise, ${width}x${height}`, await photograph(width, height)]);

console.log(`${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; medians of ${turns} turns`);
const ratios = { taken: [] as number[], left: [] as number[] };
for (const [name, bytes] of pictures)
  for (const shorter of [112, 224]) {
    const full = await sharp(bytes).metadata();
    const { width, height } = full.autoOrient;
    const factor = shorter / Math.min(width, height);
    const to = { width: Math.round(width * factor), height: Math.round(height * factor) };
    if (factor >= 1) continue;
    const scale = scaleFor({ width, height }, to);
    const taken = bytes.length <= mostBytes && (width / scale) * (height / scale) <= mostPixels;
    const ms: { turbo: number[]; vips: number[] } = { turbo: [], vips: [] };
    for (let turn = 0; turn < turns; turn++) {
      ms.turbo.push(await cost(() => byTurbo(bytes, full, { width, height }, to)));
      ms.vips.push(await cost(() => byVips(bytes, to)));
    }
    const ratio = median(ms.vips.map((one, i) => one / ms.turbo[i]));
    ratios[taken ? 'taken' : 'left'].push(ratio);
    console.log(
      `${name}, ${Math.round(bytes.length / 1024)} KiB, to ${to.width}x${to.height} at 1/${scale}: ${median(ms.turbo).toFixed(2)} ms, libvips ${median(ms.vips).toFixed(2)} ms: ${ratio.toFixed(2)}x; ${taken ? 'by libjpeg-turbo' : 'left to libvips'}`,
    );
  }
console.log(
  `libvips's processor time over ours: ${median(ratios.taken).toFixed(2)}x where we decode (aim 1 or more), ${median(ratios.left).toFixed(2)}x where we leave it to libvips (aim 1 or less)`,
);
