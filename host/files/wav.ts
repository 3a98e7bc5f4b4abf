import type { AudioValue } from '../../core/kinds/value.ts';

export type WavEncoding = 'int16' | 'int24' | 'float32';

const bytesPerSample = { int16: 2, int24: 3, float32: 4 } as const;

/**
 * Sound as a WAV file. Whole numbers are rounded to nearest, halves to even, and clip beyond -1 to 1 (full scale is
 * 2^15 or 2^23); float32 (WAVE_FORMAT_IEEE_FLOAT) keeps what was computed.
 */
export function encodeWav(audio: AudioValue, encoding: WavEncoding = 'float32'): Uint8Array {
  const channels = audio.channels.length;
  const samples = audio.channels[0]?.length ?? 0;
  const width = bytesPerSample[encoding];
  const float = encoding === 'float32';
  // A format that is not PCM owes an (empty) extension and a fact chunk.
  const headerBytes = float ? 58 : 44;
  const dataBytes = samples * channels * width;
  const file = new Uint8Array(headerBytes + dataBytes + (dataBytes & 1));
  const view = new DataView(file.buffer);
  const ascii = (at: number, text: string) => file.set(new TextEncoder().encode(text), at);
  ascii(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, float ? 18 : 16, true);
  view.setUint16(20, float ? 3 : 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, audio.sampleRateHz, true);
  view.setUint32(28, audio.sampleRateHz * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, 8 * width, true);
  if (float) {
    ascii(38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, samples, true);
  }
  ascii(headerBytes - 8, 'data');
  view.setUint32(headerBytes - 4, dataBytes, true);
  const write = sampleWriter(view, encoding);
  for (let c = 0; c < channels; c++) {
    const data = audio.channels[c];
    for (let i = 0; i < samples; i++) write(headerBytes + (i * channels + c) * width, data[i]);
  }
  return file;
}

function sampleWriter(view: DataView, encoding: WavEncoding): (at: number, x: number) => void {
  if (encoding === 'float32') return (at, x) => view.setFloat32(at, x, true);
  if (encoding === 'int16') return (at, x) => view.setInt16(at, wholeSample(x, 32768), true);
  return (at, x) => {
    const whole = wholeSample(x, 8388608);
    view.setUint16(at, whole & 0xffff, true);
    view.setInt8(at + 2, whole >> 16);
  };
}

function wholeSample(x: number, scale: number): number {
  const scaled = x * scale;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
  return Math.max(-scale, Math.min(scale - 1, Number.isNaN(rounded) ? 0 : rounded));
}
