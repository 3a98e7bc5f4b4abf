import type { AudioValue } from '../../core/kinds/value.ts';
import type { AudioPreview } from '../../core/studio/preview.ts';
import { encodeWav } from '../files/wav.ts';
import { peaksOf } from './peaks.ts';
import { spectrogramPng } from './spectrogram.ts';
import type { PreviewWork, Rest } from './work.ts';

const channelsOnNode = 2;
const channelsLarge = 16;
const mostHeardSeconds = 60;
/** Silence is told as this, since JSON has no minus infinity. */
const lowestDb = -120;

export async function previewAudio(audio: AudioValue, work: PreviewWork): Promise<AudioPreview> {
  const { large, request, item, rest } = work;
  const { channels, sampleRateHz } = audio;
  const shown = large ? channelsLarge : channelsOnNode;
  const peaks: (readonly number[])[] = [];
  let peak = 0;
  let squares = 0;
  let samples = 0;
  for (const [at, channel] of channels.entries()) {
    const loudness = await peaksOf(channel, request.width, rest);
    peak = Math.max(peak, loudness.peak);
    squares += loudness.squares;
    samples += channel.length;
    if (at < shown) peaks.push(loudness.peaks);
  }
  const mean = samples === 0 ? 0 : squares / samples;
  return {
    kind: 'audio',
    ...item,
    sampleRateHz,
    channels: channels.length,
    seconds: (channels[0]?.length ?? 0) / sampleRateHz,
    peaks,
    peak,
    rmsDb: Math.max(lowestDb, 10 * Math.log10(mean)),
    ...(large && samples > 0 ? await largeParts(audio, work) : {}),
  };
}

async function largeParts(
  audio: AudioValue,
  { request, blobs, rest }: PreviewWork,
): Promise<Pick<AudioPreview, 'spectrogram' | 'sound'>> {
  const spectrogram = blobs.add(await spectrogramPng(audio, request.width, request.height, rest), 'image/png');
  const sound = blobs.add(await wavOf(audio, rest), 'audio/wav');
  return { spectrogram, sound };
}

/** The first 60 s in 16 bits, the first two channels, written second by second. */
async function wavOf({ channels, sampleRateHz }: AudioValue, rest: Rest): Promise<Uint8Array> {
  const heard = channels.slice(0, 2);
  const samples = Math.min(heard[0].length, Math.floor(mostHeardSeconds * sampleRateHz));
  const piece = (from: number, to: number): Uint8Array =>
    encodeWav({ kind: 'audio', sampleRateHz, channels: heard.map((c) => c.subarray(from, to)) }, 'int16');
  const head = piece(0, 0);
  const file = new Uint8Array(head.length + samples * heard.length * 2);
  file.set(head);
  const view = new DataView(file.buffer);
  view.setUint32(4, file.length - 8, true);
  view.setUint32(head.length - 4, file.length - head.length, true);
  const step = Math.max(1, Math.floor(sampleRateHz));
  for (let at = 0; at < samples; at += step) {
    const data = piece(at, Math.min(samples, at + step)).subarray(head.length);
    file.set(data, head.length + at * heard.length * 2);
    await rest();
  }
  return file;
}
