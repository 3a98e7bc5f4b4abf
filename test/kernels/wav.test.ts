import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeLimits } from '../../core/define/limits.ts';
import { Problem } from '../../core/problems/problem.ts';
import { parseWav, readWavHeader } from '../../nodes/kernels/wav.ts';
import { recordedFiles } from '../reference/audioCases.ts';

const limits = makeLimits();

interface Chunk {
  readonly id: string;
  readonly data: Uint8Array;
  /** As the header says it; the data's own length unless given. */
  readonly size?: number;
  readonly pad?: boolean;
}

function wav(chunks: readonly Chunk[], riff = 'RIFF', riffSize?: number): Uint8Array {
  const parts: Buffer[] = [];
  for (const { id, data, size, pad = true } of chunks) {
    const head = Buffer.alloc(8);
    head.write(id, 'latin1');
    head.writeUInt32LE(size ?? data.length, 4);
    parts.push(head, Buffer.from(data));
    if (pad && data.length % 2 === 1) parts.push(Buffer.alloc(1));
  }
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(12);
  head.write(riff, 'latin1');
  head.writeUInt32LE(riffSize ?? body.length + 4, 4);
  head.write('WAVE', 8, 'latin1');
  return Uint8Array.from(Buffer.concat([head, body]));
}

function format(tag: number, channels: number, rate: number, bits: number): Chunk {
  const data = Buffer.alloc(16);
  data.writeUInt16LE(tag, 0);
  data.writeUInt16LE(channels, 2);
  data.writeUInt32LE(rate, 4);
  data.writeUInt32LE((rate * channels * bits) / 8, 8);
  data.writeUInt16LE((channels * bits) / 8, 12);
  data.writeUInt16LE(bits, 14);
  return { id: 'fmt ', data };
}

const four = Uint8Array.from(new Uint8Array(Int16Array.of(16384, -16384, 8192, -32768).buffer));
const fourValues = [0.5, -0.5, 0.25, -1];

function samplesOf(file: Uint8Array): number[][] {
  return parseWav(file, 'x.wav', limits).channels.map((x) => [...x]);
}
function codeOf(file: Uint8Array, overrides = limits): string {
  try {
    parseWav(file, 'x.wav', overrides);
    return 'read';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.message).toContain('x.wav');
    return error.data.code;
  }
}

it('reads what libsndfile writes, to its values, in twelve forms', () => {
  const { wav: files } = recordedFiles();
  expect(files.length).toBe(12);
  for (const { file, channels, rate, subtype, form } of files) {
    const sound = parseWav(Uint8Array.from(Buffer.from(file, 'base64')), `${subtype} ${form}`, limits);
    expect(sound.sampleRateHz).toBe(rate);
    expect(sound.channels.map((x) => [...x])).toEqual(channels);
  }
});

describe('chunks', () => {
  const fmt = format(1, 1, 8000, 16);
  it('of odd length are padded, or not where a writer forgot', () => {
    const odd = { id: 'LIST', data: Uint8Array.of(1, 2, 3) };
    expect(samplesOf(wav([odd, fmt, odd, { id: 'data', data: four }]))).toEqual([fourValues]);
    expect(samplesOf(wav([fmt, { ...odd, pad: false }, { id: 'data', data: four }]))).toEqual([fourValues]);
  });

  it('behind the samples are left alone', () => {
    const list = { id: 'LIST', data: new Uint8Array(100).fill(7) };
    expect(samplesOf(wav([fmt, { id: 'data', data: four }, list]))).toEqual([fourValues]);
  });

  it('of samples that are cut off give what is there, in whole frames', () => {
    const stereo = format(1, 2, 8000, 16);
    expect(samplesOf(wav([stereo, { id: 'data', data: four.subarray(0, 7), size: 4000, pad: false }]))).toEqual([
      [0.5],
      [-0.5],
    ]);
  });

  it('without a length, as a program writes them into a pipe, run to the end', () => {
    expect(samplesOf(wav([fmt, { id: 'data', data: four, size: 0xffffffff }], 'RIFF', 0xffffffff))).toEqual([
      fourValues,
    ]);
    expect(samplesOf(wav([fmt, { id: 'data', data: four, size: 0 }], 'RIFF', 0))).toEqual([fourValues]);
  });

  it('larger than what was read of the file ask for more', () => {
    const file = wav([fmt, { id: 'LIST', data: new Uint8Array(5000) }, { id: 'data', data: four }]);
    expect(readWavHeader(file.subarray(0, 1000), file.length, 'x.wav')).toEqual({ form: 'more' });
    expect(readWavHeader(file, file.length, 'x.wav')).toMatchObject({ form: 'plain', layout: { dataBytes: 8 } });
  });
});

describe('what cannot be read has its own problem', () => {
  const fmt = format(1, 1, 8000, 16);
  const data = { id: 'data', data: four };
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['no samples', wav([fmt, { id: 'data', data: new Uint8Array() }]), 'media-empty'],
    [
      'no samples, with a list behind',
      wav([fmt, { id: 'data', data: new Uint8Array() }, { id: 'LIST', data: four }]),
      'media-empty',
    ],
    ['half a sample', wav([fmt, { id: 'data', data: Uint8Array.of(1) }]), 'media-empty'],
    ['no data chunk', wav([fmt]), 'media-empty'],
    [
      'NaN',
      wav([format(3, 1, 8000, 32), { id: 'data', data: new Uint8Array(Float32Array.of(0, Number.NaN).buffer) }]),
      'media-nonfinite',
    ],
    [
      'infinity in double',
      wav([format(3, 1, 8000, 64), { id: 'data', data: new Uint8Array(Float64Array.of(-Infinity).buffer) }]),
      'media-nonfinite',
    ],
    [
      'a double beyond float32',
      wav([format(3, 1, 8000, 64), { id: 'data', data: new Uint8Array(Float64Array.of(1e300).buffer) }]),
      'media-nonfinite',
    ],
    ['64-bit sizes', wav([fmt, data], 'RF64'), 'media-format'],
    ['big-endian', wav([fmt, data], 'RIFX'), 'media-format'],
    ['ADPCM', wav([format(2, 1, 8000, 16), data]), 'media-format'],
    ['samples before their format', wav([data, fmt]), 'media-corrupt'],
    ['no format', wav([{ id: 'LIST', data: four }]), 'media-corrupt'],
    [
      'no channels',
      wav([{ ...format(1, 1, 8000, 16), data: new Uint8Array(16).fill(0).map((_, i) => (i === 0 ? 1 : 0)) }, data]),
      'media-corrupt',
    ],
    ['five bytes a sample', wav([format(1, 1, 8000, 40), data]), 'media-corrupt'],
    ['a short format chunk', wav([{ id: 'fmt ', data: new Uint8Array(14) }, data]), 'media-corrupt'],
    ['something else', Uint8Array.from(Buffer.from('this is not a WAV file')), 'media-corrupt'],
    ['nothing', new Uint8Array(), 'media-corrupt'],
  ];
  for (const [what, file, code] of cases) {
    it(`${what}: ${code}`, () => expect(codeOf(file)).toBe(code));
  }

  it('limits are held before memory is taken', () => {
    expect(codeOf(wav([fmt, data]), makeLimits({ audioSeconds: 4 / 8000 }))).toBe('read');
    expect(codeOf(wav([fmt, data]), makeLimits({ audioSeconds: 3 / 8000 }))).toBe('media-too-large');
    expect(codeOf(wav([fmt, data]), makeLimits({ audioBytes: 15 }))).toBe('media-too-large');
  });

  it('says where the NaN is', () => {
    const file = wav([
      format(3, 2, 100, 32),
      { id: 'data', data: new Uint8Array(Float32Array.of(0, 0, 0, Number.NaN).buffer) },
    ]);
    expect(() => parseWav(file, 'x.wav', limits)).toThrow(/NaN at 0\.01 s in channel 2/);
  });
});

it('any bytes are read or refused with a problem, whatever they are', () => {
  const whole = wav([format(1, 2, 8000, 24), { id: 'LIST', data: four }, { id: 'data', data: new Uint8Array(60) }]);
  for (let n = 0; n < whole.length; n++) codeOf(whole.slice(0, n));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
      const file = whole.slice();
      for (const [at, byte] of changes) file[at] = byte;
      codeOf(file);
    }),
    { numRuns: 2000 },
  );
});
