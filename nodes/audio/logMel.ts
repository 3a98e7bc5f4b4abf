import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { librosaLogMel, reportLogMel, whisperFrames, whisperLogMelTensor, whisperRateHz } from '../kernels/logMel.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { loweredLogMel } from '../kernels/loweredMel.ts';
import { ofLanes } from '../kernels/loweredSound.ts';
import { monoChannel, requireRate, upperHz } from '../kernels/soundPorts.ts';
import { frameCount } from '../kernels/spectrogram.ts';

export const logMel = defineNode({
  type: 'audio.logMel',
  version: 1,
  title: 'Log-mel spectrogram',
  summary: "Logarithmic mel spectrogram by Whisper's or librosa's definition.",
  keywords: ['whisper', 'librosa', 'spectrogram', 'decibel', 'features'],
  details:
    '`whisper` is transformers.WhisperFeatureExtractor: 25 ms frames every 10 ms at 16 kHz, log10 clipped to 8 below the largest, (x + 4) / 4; it uses mels and padSeconds only. `librosa` is feature.melspectrogram followed by power_to_db.',
  inputs: (params: { readonly definition: 'whisper' | 'librosa'; readonly sampleRateHz: number | null }) => ({
    audio: port.audio({
      ...(params.definition === 'whisper'
        ? { sampleRateHz: whisperRateHz, channels: 1 }
        : { sampleRateHz: params.sampleRateHz ?? undefined }),
      doc: 'Sound; for Whisper one channel at 16 kHz. Channels of other sounds become an axis.',
    }),
  }),
  outputs: {
    logMel: port.tensor({ doc: 'float32[channels, mels, frames], or [1, channels, mels, frames] with batchAxis.' }),
  },
  params: {
    definition: p.choice(['whisper', 'librosa'], { default: 'whisper', doc: 'Whose definition; see below.' }),
    mels: p.optionalInt({ min: 1, max: 1024, doc: 'Bands; null: 80 for Whisper (large-v3: 128), 128 for librosa.' }),
    padSeconds: p.optionalNumber({
      default: 30,
      min: 0.1,
      max: 600,
      unit: 's',
      doc: 'Whisper: the sound is padded with silence, or cut, to this length; null: taken as it is.',
    }),
    batchAxis: p.boolean({
      default: false,
      doc: 'Puts an axis of 1 before the channels: [1, channels, mels, frames].',
    }),
    sampleRateHz: p.optionalInt({ min: 1, max: 768000, unit: 'Hz', doc: 'librosa: rate demanded; null: any.' }),
    fftLength: p.int({ default: 2048, min: 2, max: 1_048_576, unit: 'samples', doc: 'librosa: n_fft.' }),
    hop: p.int({ default: 512, min: 1, max: 1_048_576, unit: 'samples', doc: 'librosa: hop_length.' }),
    minHz: p.number({ default: 0, min: 0, max: 384000, unit: 'Hz', doc: 'librosa: fmin.' }),
    maxHz: p.optionalNumber({ min: 1, max: 384000, unit: 'Hz', doc: 'librosa: fmax; null: half the sample rate.' }),
    pad: p.choice(['zero', 'reflect', 'none'], {
      default: 'zero',
      doc: 'librosa: pad_mode ("constant" is zero) of centred frames; none is center=False.',
    }),
    scale: p.choice(['slaney', 'htk'], { default: 'slaney', doc: 'librosa: htk=False or htk=True.', advanced: true }),
    norm: p.choice(['slaney', 'none'], { default: 'slaney', doc: 'librosa: norm of the filters.', advanced: true }),
    reference: p.choice(['one', 'largest'], { default: 'one', doc: 'librosa: ref=1.0 or ref=np.max.', advanced: true }),
    floor: p.number({ default: 1e-10, min: 1e-30, max: 1, doc: 'librosa: amin, smallest energy.', advanced: true }),
    topDb: p.optionalNumber({
      default: 80,
      min: 0,
      max: 300,
      unit: 'dB',
      doc: 'librosa: top_db, clipped to this much below the largest; null: not clipped.',
      advanced: true,
    }),
  },
  infer: ({ inputs, params, report }) => {
    const { audio } = inputs;
    const whisper = params.definition === 'whisper';
    reportLogMel(params, audio.sampleRateHz, report);
    const layout = whisper ? null : { fftLength: params.fftLength, hop: params.hop, pad: params.pad };
    const known = typeof audio.samples === 'number' ? audio.samples : null;
    const frames =
      layout === null ? whisperFrames(known, params.padSeconds) : known === null ? null : frameCount(known, layout);
    const shape = [whisper ? 1 : audio.channels, params.mels ?? (whisper ? 80 : 128), frames];
    return {
      logMel: {
        kind: 'tensor',
        sequence: audio.sequence,
        dtype: 'float32',
        shape: params.batchAxis ? [1, ...shape] : shape,
      },
    };
  },
  run: ({ inputs, params, host, signal }) => {
    const { audio } = inputs;
    let result: TensorValue;
    if (params.definition === 'whisper') {
      requireRate(audio, whisperRateHz, "Whisper's log-mel");
      const x = monoChannel(audio, "Whisper's log-mel");
      result = whisperLogMelTensor(x, params.mels ?? 80, params.padSeconds);
    } else {
      requireRate(audio, params.sampleRateHz, 'This log-mel');
      const maxHz = upperHz(params.maxHz, params.minHz, audio.sampleRateHz);
      result = librosaLogMel(audio, { ...params, mels: params.mels ?? 128, maxHz }, host.limits, signal);
    }
    return { logMel: params.batchAxis ? { ...result, shape: [1, ...result.shape] } : result };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const rows = ofLanes(onnx, loweredLogMel(onnx, audio, types.audio, params), audio, types.audio.channels);
    return { logMel: tensorResult(params.batchAxis ? onnx.op('Unsqueeze', [rows, onnx.integers([1])]) : rows) };
  },
  lowerTolerance: 5e-5,
  examples: [
    {
      title: 'One second of silence, not padded: the floor of Whisper, (-10 + 4) / 4',
      params: { padSeconds: null },
      inputs: { audio: { kind: 'audio', sampleRateHz: 16000, channels: [new Float32Array(16000)] } },
      outputs: {
        logMel: { kind: 'tensor', dtype: 'float32', shape: [1, 80, 100], data: new Float32Array(8000).fill(-1.5) },
      },
      tolerance: 1e-6,
    },
  ],
});
