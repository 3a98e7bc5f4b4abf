import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { librosaLogMel } from '../kernels/logMel.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { loweredLibrosa, loweredMfcc } from '../kernels/loweredMel.ts';
import { ofLanes } from '../kernels/loweredSound.ts';
import { reportEmptyBands } from '../kernels/mel.ts';
import { mfccOf } from '../kernels/mfcc.ts';
import { frameDim, reportBand, upperHz } from '../kernels/soundPorts.ts';

export const mfcc = defineNode({
  type: 'audio.mfcc',
  version: 1,
  title: 'MFCC',
  summary: "Mel-frequency cepstral coefficients by librosa's definition.",
  keywords: ['cepstrum', 'dct', 'librosa', 'features', 'speech'],
  details:
    'librosa.feature.mfcc: an orthonormal DCT-II over the log-mel spectrogram in dB (ref 1, amin 1e-10, top_db 80).',
  inputs: { audio: port.audio({ doc: 'Sound; channels become the first axis.' }) },
  outputs: { mfcc: port.tensor({ doc: 'float32[channels, coefficients, frames].' }) },
  params: {
    coefficients: p.int({ default: 20, min: 1, max: 1024, doc: 'n_mfcc: how many, the lowest first.' }),
    mels: p.int({ default: 128, min: 1, max: 1024, doc: 'n_mels: bands of the spectrogram below it.' }),
    fftLength: p.int({ default: 2048, min: 2, max: 1_048_576, unit: 'samples', doc: 'n_fft.' }),
    hop: p.int({ default: 512, min: 1, max: 1_048_576, unit: 'samples', doc: 'hop_length.' }),
    minHz: p.number({ default: 0, min: 0, max: 384000, unit: 'Hz', doc: 'fmin.' }),
    maxHz: p.optionalNumber({ min: 1, max: 384000, unit: 'Hz', doc: 'fmax; null: half the sample rate.' }),
    pad: p.choice(['zero', 'reflect', 'none'], { default: 'zero', doc: 'pad_mode; none is center=False.' }),
    scale: p.choice(['slaney', 'htk'], { default: 'slaney', doc: 'Mel scale: htk=False or htk=True.' }),
    lifter: p.number({ default: 0, min: 0, max: 1000, doc: 'Sinusoidal lifter; 0: none.', advanced: true }),
  },
  infer: ({ inputs, params, report }) => {
    const { audio } = inputs;
    reportBand(params.maxHz, audio.sampleRateHz, report);
    reportEmptyBands({ ...params, norm: 'slaney' }, audio.sampleRateHz, report);
    if (params.coefficients > params.mels) {
      report('param-invalid', {
        message: `coefficients is ${params.coefficients}, but ${params.mels} bands give no more than ${params.mels}.`,
        fix: 'Make coefficients at most mels.',
        where: { param: 'coefficients' },
        mend: { setParam: { name: 'coefficients', value: params.mels } },
      });
    }
    const shape = [audio.channels, params.coefficients, frameDim(audio, params)];
    return { mfcc: { kind: 'tensor', sequence: audio.sequence, dtype: 'float32', shape } };
  },
  run: ({ inputs, params, host, signal }) => {
    const { audio } = inputs;
    const { coefficients, mels, lifter } = params;
    const logMel = librosaLogMel(audio, optionsOf(params, audio.sampleRateHz), host.limits, signal);
    const frames = logMel.shape[2];
    const size = coefficients * frames;
    const data = new Float32Array(audio.channels.length * size);
    for (let c = 0; c < audio.channels.length; c++) {
      const rows = logMel.data.subarray(c * mels * frames, (c + 1) * mels * frames);
      data.set(mfccOf(rows, mels, coefficients, lifter), c * size);
    }
    return { mfcc: { kind: 'tensor', dtype: 'float32', shape: [audio.channels.length, coefficients, frames], data } };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const options = optionsOf(params, audio.sampleRateHz);
    const logMel = loweredLibrosa(onnx, audio, types.audio, options);
    const rows = loweredMfcc(onnx, logMel, params.mels, params.coefficients, params.lifter);
    return { mfcc: tensorResult(ofLanes(onnx, rows, audio, types.audio.channels)) };
  },
  lowerTolerance: 1e-5,
  examples: [
    {
      title: 'Silence: -100 dB in each of 4 bands, so the first coefficient is -100 * sqrt(4)',
      params: { coefficients: 2, mels: 4, fftLength: 64, hop: 64, pad: 'none' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [new Float32Array(64)] } },
      outputs: { mfcc: { kind: 'tensor', dtype: 'float32', shape: [1, 2, 1], data: Float32Array.of(-200, 0) } },
      tolerance: 1e-4,
    },
  ],
});

/** librosa.feature.mfcc's own options of the spectrogram below it. */
function optionsOf<P extends { readonly maxHz: number | null; readonly minHz: number }>(params: P, rateHz: number) {
  const maxHz = upperHz(params.maxHz, params.minHz, rateHz);
  return { ...params, maxHz, norm: 'slaney', reference: 'one', floor: 1e-10, topDb: 80 } as const;
}
