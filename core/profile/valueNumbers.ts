import type { Json, TensorValue, Value } from '../kinds/value.ts';

/** The numbers of a value in a fixed order. Two values with the same `shape` have them at the same places. */
export interface ValueNumbers {
  readonly shape: string;
  readonly length: number;
  readonly at: (i: number) => number;
}

/** Kinds whose numbers name things (masks, texts, videos) have none, only a shape. */
export function numbersOf(value: Value): ValueNumbers {
  switch (value.kind) {
    case 'image':
      return scaled(`image ${value.width} x ${value.height} ${value.colour}`, value.data, 1 / 255);
    case 'audio': {
      const { channels } = value;
      const length = channels[0]?.length ?? 0;
      return {
        shape: `audio ${value.sampleRateHz} Hz ${channels.map((channel) => channel.length)}`,
        length: length * channels.length,
        at: (i) => channels[Math.floor(i / length)][i % length],
      };
    }
    case 'tensor':
      return tensorNumbers(value);
    case 'embedding':
      return scaled(`embedding ${value.data.length}`, value.data, 1);
    case 'scores':
      return scaled(`scores ${value.form} ${value.data.length} ${value.labels?.join('\n') ?? ''}`, value.data, 1);
    case 'boxes': {
      const { scores, coordinates } = value;
      const side = Math.max(value.imageWidth, value.imageHeight, 1);
      return {
        shape: `boxes ${value.imageWidth} x ${value.imageHeight} ${value.classes.join(' ')}`,
        length: scores.length + coordinates.length,
        at: (i) => (i < scores.length ? scores[i] : coordinates[i - scores.length] / side),
      };
    }
    case 'json': {
      const numbers: number[] = [];
      const shape = `json ${jsonShape(value.json, numbers)}`;
      return scaled(shape, numbers, 1);
    }
    case 'mask':
      return scaled(`mask ${value.width} x ${value.height}`, [], 1);
    case 'video':
    case 'text':
      return scaled(value.kind, [], 1);
  }
}

/** Bit by bit: NaN is NaN, and -0 is not 0. */
export function sameBits(a: Value, b: Value): boolean {
  if (a.kind !== b.kind) return false;
  const [x, y] = [numbersOf(a), numbersOf(b)];
  if (x.shape !== y.shape || x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (!Object.is(x.at(i), y.at(i))) return false;
  // What has no numbers, or more to it than they tell.
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text;
  if (a.kind === 'mask' && b.kind === 'mask') return a.data.every((x, i) => x === b.data[i]);
  if (a.kind === 'video' && b.kind === 'video')
    return (
      a.source.name === b.source.name &&
      a.width === b.width &&
      a.height === b.height &&
      a.frameRateHz === b.frameRateHz &&
      a.durationSeconds === b.durationSeconds
    );
  // Whole numbers past 2^53 are not told apart as numbers, and strings are none.
  if (a.kind === 'tensor' && b.kind === 'tensor' && ['int64', 'uint64', 'string'].includes(a.dtype))
    for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) return false;
  return true;
}

function scaled(shape: string, data: ArrayLike<number>, by: number): ValueNumbers {
  return { shape, length: data.length, at: by === 1 ? (i) => data[i] : (i) => data[i] * by };
}

function tensorNumbers(value: TensorValue): ValueNumbers {
  const shape = `tensor ${value.dtype} ${value.shape.join(' x ')}`;
  switch (value.dtype) {
    case 'string':
      return scaled(shape, [], 1);
    case 'int64':
    case 'uint64': {
      const { data } = value;
      return { shape, length: data.length, at: (i) => Number(data[i]) };
    }
    case 'float16': {
      const { data } = value;
      return { shape, length: data.length, at: (i) => halfToNumber(data[i]) };
    }
    default:
      return scaled(shape, value.data, 1);
  }
}

/** Everything but the numbers, keys in order; the numbers go into `numbers`, in the order in which they stand. */
function jsonShape(json: Json, numbers: number[]): string {
  if (typeof json === 'number') {
    numbers.push(json);
    return '#';
  }
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map((entry) => jsonShape(entry, numbers)).join()}]`;
  const entries = Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${jsonShape(entry, numbers)}`).join()}}`;
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
