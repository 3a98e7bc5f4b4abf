import { setTimeout as sleep } from 'node:timers/promises';
import { makeLimits } from '../../core/define/limits.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { ImageValue, TensorValue, Value } from '../../core/kinds/value.ts';
import { makeImageHost } from '../../host/image/host.ts';
import { makePreview } from '../../host/preview/preview.ts';
import { pureHost } from '../../test/pure-host.ts';

/** The engine's side: holds a picture of 1920x1080 and a tensor, and sends the one asked for whole, or its preview. */
export interface Asked {
  readonly what: 'image' | 'tensor';
  readonly whole: boolean;
  readonly width: number;
  readonly height: number;
}

const values: Readonly<Record<Asked['what'], Value>> = { image: picture(1920, 1080), tensor: tensor(8_000_000) };
const host = pureHost({
  image: makeImageHost({ limits: makeLimits(), sourceBytes: async () => new Uint8Array() }),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
});

process.on('message', (asked: Asked) => {
  void answer(asked);
});

async function answer({ what, whole, width, height }: Asked): Promise<void> {
  const value = values[what];
  const before = performance.now();
  const port = { end: 'a.b', passed: 1, times: [0], at: async () => value, upstreamImage: async () => null };
  const sent = whole
    ? value
    : await makePreview(port, { run: 'r', end: 'a.b', width, height }, host, new AbortController().signal);
  process.send?.({ sent, madeMs: performance.now() - before });
}

/** Smooth shapes with some noise, as a camera gives. */
function picture(width: number, height: number): ImageValue {
  const data = new Uint8Array(width * height * 3);
  let seed = 1;
  for (let i = 0; i < data.length; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    data[i] = 128 + 90 * Math.sin(x / 90 + (i % 3)) * Math.cos(y / 70) + (seed >>> 28) - 8;
  }
  return { kind: 'image', width, height, colour: 'rgb', data, geometry: originalGeometry(width, height) };
}

function tensor(length: number): TensorValue {
  const data = new Float32Array(length).map((_, i) => Math.sin(i * 0.001));
  return { kind: 'tensor', dtype: 'float32', shape: [1, 8, 1000, length / 8000], data };
}
