import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { soundingSpan } from '../kernels/level.ts';
import { cutAxis, longerThan, loweredTrim, soundOf, toTheEnd } from '../kernels/loweredSound.ts';

export const trim = defineNode({
  type: 'audio.trim',
  version: 1,
  title: 'Trim',
  summary: 'Cuts a piece out of a sound by time, and silence off its ends.',
  keywords: ['cut', 'slice', 'silence', 'crop', 'start'],
  details:
    'Times are rounded to the nearest sample. Silence is found as librosa.effects.trim does: RMS of 2048 samples every 512, in dB below the loudest; it is cut after the piece was taken.',
  inputs: { audio: port.audio({ doc: 'Any sound.' }) },
  outputs: { audio: port.audio({ doc: 'The piece.' }) },
  params: {
    startSeconds: p.number({ default: 0, min: 0, max: 86400, unit: 's', doc: 'Where the piece starts.' }),
    durationSeconds: p.optionalNumber({
      min: 0.001,
      max: 86400,
      unit: 's',
      doc: 'How long the piece is at most; null: to the end.',
    }),
    silenceDb: p.optionalNumber({
      min: 1,
      max: 120,
      unit: 'dB',
      doc: 'Sound at both ends that is this much below the loudest part is cut off (librosa takes 60); null: kept.',
    }),
  },
  infer: ({ inputs, params }) => {
    const { samples, sampleRateHz } = inputs.audio;
    const known = typeof samples === 'number' && typeof sampleRateHz === 'number' && params.silenceDb === null;
    const length: Dim = known ? spanOf(samples, sampleRateHz, params.startSeconds, params.durationSeconds)[1] : null;
    return { audio: { ...inputs.audio, samples: length } };
  },
  run: ({ inputs, params }) => {
    const { channels, sampleRateHz } = inputs.audio;
    const samples = channels[0]?.length ?? 0;
    const [start, length] = spanOf(samples, sampleRateHz, params.startSeconds, params.durationSeconds);
    if (length === 0) {
      throw new Problem('value-invalid', {
        message: `The piece starts at ${params.startSeconds} s; the sound ends at ${samples / sampleRateHz} s.`,
        fix: 'Let it start earlier.',
      });
    }
    const piece = channels.map((x) => x.subarray(start, start + length));
    const [from, to] = params.silenceDb === null ? [0, length] : soundingSpan(piece, params.silenceDb);
    return { audio: { kind: 'audio', sampleRateHz, channels: piece.map((x) => x.slice(from, to)) } };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const [start, length] = spanOf(toTheEnd, audio.sampleRateHz, params.startSeconds, params.durationSeconds);
    const whole = start === 0 && params.durationSeconds === null;
    const piece = whole ? audio.samples : cutAxis(onnx, audio.samples, 2, start, start + length);
    const present = start === 0 ? undefined : longerThan(onnx, audio.samples, types.audio.samples, start);
    const samples = params.silenceDb === null ? piece : loweredTrim(onnx, piece, params.silenceDb);
    return { audio: { ...soundOf(audio, samples), present } };
  },
  examples: [
    {
      title: 'A quarter of a second from 0.5 s on, at 8 Hz',
      params: { startSeconds: 0.5, durationSeconds: 0.25 },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8, channels: [Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)] } },
      outputs: { audio: { kind: 'audio', sampleRateHz: 8, channels: [Float32Array.of(4, 5)] } },
    },
  ],
});

/** First sample and number of samples; none when the start is behind the end. */
function spanOf(samples: number, sampleRateHz: number, startSeconds: number, durationSeconds: number | null) {
  const start = Math.min(samples, Math.round(startSeconds * sampleRateHz));
  const wanted = durationSeconds === null ? samples : Math.max(1, Math.round(durationSeconds * sampleRateHz));
  return [start, Math.min(wanted, samples - start)] as const;
}
