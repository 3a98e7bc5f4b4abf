import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { gatheredFrames } from '../kernels/loweredFrames.ts';
import { requireKnownFrames } from '../kernels/loweredSpectrum.ts';
import { frameDim, monoChannel } from '../kernels/soundPorts.ts';
import { frameCount, padded, requireFrames } from '../kernels/spectrogram.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';
import { makeWindow, windowNames } from '../kernels/window.ts';

export const frame = defineNode({
  type: 'audio.frame',
  version: 1,
  title: 'Frame',
  summary: 'Cuts a sound into overlapping frames and multiplies each by a window.',
  keywords: ['window', 'hann', 'hamming', 'hop', 'segment'],
  inputs: { audio: port.audio({ channels: 1, doc: 'Sound of one channel.' }) },
  outputs: { frames: port.tensor({ doc: 'float32[frames, frameLength].' }) },
  params: {
    frameLength: p.int({ default: 400, min: 1, max: 1_048_576, unit: 'samples', doc: 'Length of a frame.' }),
    hop: p.int({
      default: 160,
      min: 1,
      max: 1_048_576,
      unit: 'samples',
      doc: 'From the start of a frame to the next.',
    }),
    window: p.choice(windowNames, {
      default: 'hann',
      doc: 'Shape of the window, periodic as scipy.signal.get_window gives it; rectangular leaves samples alone.',
    }),
    pad: p.choice(['none', 'zero', 'reflect'], {
      default: 'none',
      doc: 'What stands beyond the ends.',
      choiceDocs: [
        'nothing: frames lie inside the sound, samples left over at the end are dropped',
        'zeros for half a frame: frame i is centred on sample i * hop',
        'the sound mirrored for half a frame: frame i is centred on sample i * hop',
      ],
    }),
  },
  infer: ({ inputs, params }) => {
    const layout = { fftLength: params.frameLength, hop: params.hop, pad: params.pad };
    return {
      frames: {
        kind: 'tensor',
        sequence: inputs.audio.sequence,
        dtype: 'float32',
        shape: [frameDim(inputs.audio, layout), params.frameLength],
      },
    };
  },
  run: ({ inputs, params, host }) => {
    const { frameLength, hop, pad } = params;
    const x = monoChannel(inputs.audio, 'Frame');
    const layout = { fftLength: frameLength, hop, pad };
    requireFrames(x.length, layout);
    const frames = frameCount(x.length, layout);
    requireTensorRoom('float32', [frames, frameLength], host.limits);
    const window = makeWindow(params.window, frameLength);
    const sound = padded(x, layout);
    const data = new Float32Array(frames * frameLength);
    for (let f = 0, at = 0; f < frames; f++) {
      for (let i = 0, from = f * hop; i < frameLength; i++, at++, from++) data[at] = sound[from] * window[i];
    }
    return { frames: { kind: 'tensor', dtype: 'float32', shape: [frames, frameLength], data } };
  },
  lower: ({ onnx, inputs: { audio }, params, types }) => {
    const { frameLength, hop, window, pad } = params;
    const layout = { fftLength: frameLength, hop, pad };
    requireKnownFrames(types.audio, layout);
    const shape = onnx.floats([...makeWindow(window, frameLength)]);
    return { frames: tensorResult(onnx.op('Mul', [gatheredFrames(onnx, audio.samples, layout), shape])) };
  },
  lowerTolerance: 2e-7,
  examples: [
    {
      title: 'Frames of four samples, every two',
      params: { frameLength: 4, hop: 2, window: 'rectangular' },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 2, 3, 4, 5, 6, 7)] } },
      outputs: {
        frames: { kind: 'tensor', dtype: 'float32', shape: [2, 4], data: Float32Array.of(1, 2, 3, 4, 3, 4, 5, 6) },
      },
    },
    {
      title: 'A Hann window over ones',
      params: { frameLength: 4, hop: 4 },
      inputs: { audio: { kind: 'audio', sampleRateHz: 8000, channels: [Float32Array.of(1, 1, 1, 1)] } },
      outputs: { frames: { kind: 'tensor', dtype: 'float32', shape: [1, 4], data: Float32Array.of(0, 0.5, 1, 0.5) } },
      tolerance: 1e-7,
    },
  ],
});
