import type { AudioValue } from '../../core/kinds/value.ts';

/** Sound as a WAV file of 32-bit floats (WAVE_FORMAT_IEEE_FLOAT), so that what was computed is what is kept. */
export function encodeWav(audio: AudioValue): Uint8Array {
  const channels = audio.channels.length;
  const samples = audio.channels[0]?.length ?? 0;
  const dataBytes = samples * channels * 4;
  const file = new Uint8Array(58 + dataBytes);
  const view = new DataView(file.buffer);
  const ascii = (at: number, text: string) => file.set(new TextEncoder().encode(text), at);
  ascii(0, 'RIFF');
  view.setUint32(4, 50 + dataBytes, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 18, true);
  view.setUint16(20, 3, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, audio.sampleRateHz, true);
  view.setUint32(28, audio.sampleRateHz * channels * 4, true);
  view.setUint16(32, channels * 4, true);
  view.setUint16(34, 32, true);
  // A format that is not PCM owes an (empty) extension and a fact chunk.
  view.setUint16(36, 0, true);
  ascii(38, 'fact');
  view.setUint32(42, 4, true);
  view.setUint32(46, samples, true);
  ascii(50, 'data');
  view.setUint32(54, dataBytes, true);
  for (let c = 0; c < channels; c++) {
    const data = audio.channels[c];
    for (let i = 0; i < samples; i++) view.setFloat32(58 + (i * channels + c) * 4, data[i], true);
  }
  return file;
}
