import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { lanesOf, ofLanes } from '../kernels/loweredSound.ts';
import { loweredStft, requireKnownFrames } from '../kernels/loweredSpectrum.ts';
import { frameDim, reportWindow } from '../kernels/soundPorts.ts';
import { type FrameLayout, frameCount, requireFrames, stftOf } from '../kernels/spectrogram.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';
import { windowNames } from '../kernels/window.ts';

export const stft = defineNode({
  type: 'audio.stft',
  version: 1,
  title: 'STFT',
  summary: 'Short-time Fourier transform: magnitude, power or complex spectrum of each frame.',
  keywords: ['spectrogram', 'fourier', 'fft', 'spectrum'],
  inputs: { audio: port.audio({ doc: 'Sound; channels become the first axis.' }) },
  outputs: {
    spectrum: port.tensor({
      doc: 'float32[channels, fftLength / 2 + 1, frames]; complex: [channels, bins, frames, 2] with real and imaginary part last.',
    }),
  },
  params: {
    fftLength: p.int({ default: 400, min: 2, max: 1_048_576, unit: 'samples', doc: 'Length of a frame and its FFT.' }),
    hop: p.int({ default: 160, min: 1, max: 1_048_576, unit: 'samples', doc: 'From one frame to the next.' }),
    windowLength: p.optionalInt({
      min: 1,
      max: 1_048_576,
      unit: 'samples',
      doc: 'Length of the window, centred in the frame; null: fftLength.',
    }),
    window: p.choice(windowNames, { default: 'hann', doc: 'Shape of the (periodic) window.' }),
    pad: p.choice(['reflect', 'zero', 'none'], {
      default: 'reflect',
      doc: 'What stands beyond the ends.',
      choiceDocs: [
        'the sound mirrored for half a frame, as torch.stft does',
        'zeros for half a frame, as librosa does',
        'nothing: frames lie inside the sound (center=False)',
      ],
    }),
    form: p.choice(['magnitude', 'power', 'complex'], { default: 'magnitude', doc: 'What is given for each bin.' }),
  },
  infer: ({ inputs, params, report }) => {
    reportWindow(params.windowLength, params.fftLength, report);
    const bins = Math.floor(params.fftLength / 2) + 1;
    const shape = [inputs.audio.channels, bins, frameDim(inputs.audio, params)];
    return {
      spectrum: {
        kind: 'tensor',
        sequence: inputs.audio.sequence,
        dtype: 'float32',
        shape: params.form === 'complex' ? [...shape, 2] : shape,
      },
    };
  },
  run: ({ inputs, params, host, signal }) => {
    const { channels } = inputs.audio;
    const layout: FrameLayout = { ...params, windowLength: params.windowLength ?? params.fftLength };
    const samples = channels[0]?.length ?? 0;
    requireFrames(samples, layout);
    const bins = Math.floor(params.fftLength / 2) + 1;
    const plane = [bins, frameCount(samples, layout), ...(params.form === 'complex' ? [2] : [])];
    const shape = [channels.length, ...plane];
    requireTensorRoom('float32', shape, host.limits);
    const size = plane.reduce((a, b) => a * b, 1);
    const data = new Float32Array(channels.length * size);
    for (const [c, x] of channels.entries()) {
      signal.throwIfAborted();
      stftOf(x, layout, params.form, data.subarray(c * size, (c + 1) * size));
    }
    return { spectrum: { kind: 'tensor', dtype: 'float32', shape, data } };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const layout: FrameLayout = { ...params, windowLength: params.windowLength ?? params.fftLength };
    requireKnownFrames(types.audio, layout);
    const { channels } = types.audio;
    const spectrum = loweredStft(onnx, lanesOf(onnx, audio, channels), layout, params.form);
    return { spectrum: tensorResult(ofLanes(onnx, spectrum, audio, channels)) };
  },
  lowerTolerance: 1e-6,
  examples: [
    {
      title: 'A cosine of one turn in four samples, one frame: half the frame length at bin 1',
      params: { fftLength: 4, hop: 4, window: 'rectangular', pad: 'none' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 0, -1, 0)] } },
      outputs: { spectrum: { kind: 'tensor', dtype: 'float32', shape: [1, 3, 1], data: Float32Array.of(0, 2, 0) } },
      tolerance: 1e-6,
    },
    {
      title: 'A sine has its imaginary part at -i',
      params: { fftLength: 4, hop: 4, window: 'rectangular', pad: 'none', form: 'complex' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(0, 1, 0, -1)] } },
      outputs: {
        spectrum: { kind: 'tensor', dtype: 'float32', shape: [1, 3, 1, 2], data: Float32Array.of(0, 0, 0, -2, 0, 0) },
      },
      tolerance: 1e-6,
    },
  ],
});
