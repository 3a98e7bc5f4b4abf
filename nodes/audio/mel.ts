import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { loweredMel } from '../kernels/loweredMel.ts';
import { lanesOf, ofLanes } from '../kernels/loweredSound.ts';
import { requireKnownFrames } from '../kernels/loweredSpectrum.ts';
import { makeMelFilters, melOfChannels, reportEmptyBands } from '../kernels/mel.ts';
import { frameDim, reportBand, reportWindow, upperHz } from '../kernels/soundPorts.ts';
import { windowNames } from '../kernels/window.ts';

export const mel = defineNode({
  type: 'audio.mel',
  version: 1,
  title: 'Mel spectrogram',
  summary: 'Energy in mel bands over time, without a logarithm.',
  keywords: ['spectrogram', 'filterbank', 'librosa', 'torchaudio'],
  details: 'The defaults are those of librosa.feature.melspectrogram.',
  inputs: { audio: port.audio({ doc: 'Sound; channels become the first axis.' }) },
  outputs: { mel: port.tensor({ doc: 'float32[channels, mels, frames].' }) },
  params: {
    fftLength: p.int({ default: 2048, min: 2, max: 1_048_576, unit: 'samples', doc: 'Length of a frame and its FFT.' }),
    hop: p.int({ default: 512, min: 1, max: 1_048_576, unit: 'samples', doc: 'From one frame to the next.' }),
    windowLength: p.optionalInt({ min: 1, max: 1_048_576, unit: 'samples', doc: 'Window; null: fftLength.' }),
    window: p.choice(windowNames, { default: 'hann', doc: 'Shape of the (periodic) window.' }),
    pad: p.choice(['zero', 'reflect', 'none'], {
      default: 'zero',
      doc: 'What stands beyond the ends for half a frame; none: frames lie inside the sound.',
    }),
    mels: p.int({ default: 128, min: 1, max: 4096, doc: 'Number of bands.' }),
    minHz: p.number({ default: 0, min: 0, max: 384000, unit: 'Hz', doc: 'Lower edge of the lowest band.' }),
    maxHz: p.optionalNumber({ min: 1, max: 384000, unit: 'Hz', doc: 'Upper edge; null: half the sample rate.' }),
    scale: p.choice(['slaney', 'htk'], { default: 'slaney', doc: 'Mel scale: of the Auditory Toolbox, or of HTK.' }),
    norm: p.choice(['slaney', 'none'], {
      default: 'slaney',
      doc: 'Height of the triangles: area one (slaney), or one (none).',
    }),
    power: p.choice(['2', '1'], { default: '2', doc: 'Sums energies (2) or magnitudes (1).' }),
  },
  infer: ({ inputs, params, report }) => {
    const { audio } = inputs;
    reportWindow(params.windowLength, params.fftLength, report);
    reportBand(params.maxHz, audio.sampleRateHz, report);
    reportEmptyBands(params, audio.sampleRateHz, report);
    const shape = [audio.channels, params.mels, frameDim(audio, params)];
    return { mel: { kind: 'tensor', sequence: audio.sequence, dtype: 'float32', shape } };
  },
  run: ({ inputs, params, host, signal }) => {
    const { sampleRateHz, channels } = inputs.audio;
    const maxHz = upperHz(params.maxHz, params.minHz, sampleRateHz);
    const filters = makeMelFilters({ ...params, sampleRateHz, maxHz });
    const layout = { ...params, windowLength: params.windowLength ?? params.fftLength };
    const power = params.power === '2' ? 2 : 1;
    return { mel: melOfChannels(channels, layout, filters, power, host.limits, signal) };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const { sampleRateHz } = audio;
    const filters = makeMelFilters({
      ...params,
      sampleRateHz,
      maxHz: upperHz(params.maxHz, params.minHz, sampleRateHz),
    });
    const layout = { ...params, windowLength: params.windowLength ?? params.fftLength };
    requireKnownFrames(types.audio, layout);
    const lanes = lanesOf(onnx, audio, types.audio.channels);
    const mels = loweredMel(onnx, lanes, layout, filters, params.power === '2' ? 2 : 1);
    return { mel: tensorResult(ofLanes(onnx, mels, audio, types.audio.channels)) };
  },
  lowerTolerance: 2e-6,
  examples: [
    {
      title: 'A constant of 1: all its energy is at 0 Hz, below the lowest band of height one',
      params: { fftLength: 8, hop: 8, window: 'rectangular', pad: 'none', mels: 2, norm: 'none', scale: 'htk' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [new Float32Array(8).fill(1)] } },
      outputs: { mel: { kind: 'tensor', dtype: 'float32', shape: [1, 2, 1], data: Float32Array.of(0, 0) } },
      tolerance: 1e-6,
    },
  ],
});
