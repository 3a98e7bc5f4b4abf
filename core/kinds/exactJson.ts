import type { BoxesValue, Json, Value } from './value.ts';

/** Most numbers that are written out; past it a value is described, and `omitted` says so. */
const defaultMaxNumbers = 100_000;

/**
 * A value as plain JSON, for machines, with nothing rounded. Numbers keep their exact float32 value in the fewest digits; NaN and infinities
 * become strings. Pictures, sound and masks are described, not written out.
 */
export function exactJson(value: Value, maxNumbers = defaultMaxNumbers): Json {
  switch (value.kind) {
    case 'image':
      return { kind: 'image', width: value.width, height: value.height, colour: value.colour };
    case 'mask':
      return {
        kind: 'mask',
        width: value.width,
        height: value.height,
        labels: value.labels,
        pixels: pixelCounts(value.data),
      };
    case 'audio':
      return {
        kind: 'audio',
        sampleRateHz: value.sampleRateHz,
        channels: value.channels.length,
        samples: value.channels[0]?.length ?? 0,
      };
    case 'video':
      return {
        kind: 'video',
        name: value.source.name,
        width: value.width,
        height: value.height,
        frameRateHz: value.frameRateHz,
        durationSeconds: value.durationSeconds,
      };
    case 'text':
      return { kind: 'text', text: value.text };
    case 'json':
      return { kind: 'json', json: value.json };
    case 'tensor':
      return { kind: 'tensor', dtype: value.dtype, shape: value.shape, ...elements(value.data, maxNumbers) };
    case 'embedding':
      return { kind: 'embedding', length: value.data.length, unit: value.unit, ...elements(value.data, maxNumbers) };
    case 'scores': {
      const { labels } = value;
      const scores = Array.from(value.data, (score, i) => ({
        class: i,
        ...(labels === null ? {} : { label: labels[i] ?? '' }),
        score: numberJson(score),
      }));
      return { kind: 'scores', form: value.form, scores };
    }
    case 'boxes':
      return { kind: 'boxes', imageWidth: value.imageWidth, imageHeight: value.imageHeight, boxes: boxRows(value) };
  }
}

function boxRows(value: BoxesValue): Json {
  return Array.from(value.scores, (score, i) => ({
    class: value.classes[i],
    ...(value.labels === null ? {} : { label: value.labels[value.classes[i]] ?? '' }),
    score: numberJson(score),
    x1: numberJson(value.coordinates[4 * i]),
    y1: numberJson(value.coordinates[4 * i + 1]),
    x2: numberJson(value.coordinates[4 * i + 2]),
    y2: numberJson(value.coordinates[4 * i + 3]),
  }));
}

function elements(data: ArrayLike<number | bigint | string>, maxNumbers: number): { [key: string]: Json } {
  if (data.length > maxNumbers) return { omitted: `${data.length} elements; write them to a file instead` };
  const single = data instanceof Float32Array;
  const plain: Json[] = [];
  for (let i = 0; i < data.length; i++) {
    const x = data[i];
    // Whole numbers past 2^53 would change silently in most readers.
    if (typeof x === 'bigint') plain.push(Number.isSafeInteger(Number(x)) ? Number(x) : String(x));
    else if (typeof x === 'number') plain.push(single ? numberJson(x) : finiteJson(x));
    else plain.push(x);
  }
  return { data: plain };
}

/** Class index → pixels, for the classes that occur. */
function pixelCounts(data: Uint8Array): Json {
  const counts = new Uint32Array(256);
  for (const x of data) counts[x]++;
  return Object.fromEntries(
    [...counts.entries()].filter(([, count]) => count > 0).map(([i, count]) => [String(i), count]),
  );
}

/** The shortest decimal that is the same float32. */
export function numberJson(x: number): Json {
  if (!Number.isFinite(x)) return finiteJson(x);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === Math.fround(x)) return short;
  }
  return Number(x.toPrecision(9));
}

function finiteJson(x: number): Json {
  return Number.isFinite(x) ? x : String(x);
}
