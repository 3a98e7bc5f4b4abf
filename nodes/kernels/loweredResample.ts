import type { LoweredAudio, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { AudioType } from '../../core/kinds/type.ts';
import { lanesOf } from './loweredSound.ts';
import { notLowerable } from './notLowerable.ts';
import { filterBank, type ResampleQuality } from './resample.ts';

/** Kernels of one block, at least. */
const leastKernels = 32;
/** Most weights that a change of rate may put into a file: 16 MiB. */
const mostWeights = 1 << 22;

/**
 * `resample` as one strided Conv: `up` kernels (or a multiple), one for each place between input samples that outputs come to lie on, move on
 * by `down` samples together; what they give, read place by place, is the sound at the new rate. Each lane alone:
 * [N, channels, samples]. Throws `not-lowerable` for rates whose ratio is of large numbers.
 */
export function loweredResample(
  onnx: OnnxGraph,
  audio: LoweredAudio,
  type: AudioType,
  toHz: number,
  quality: ResampleQuality,
): OnnxValue {
  const { samples, sampleRateHz: fromHz } = audio;
  if (fromHz === toHz) return samples;
  const { up: ratioUp, down: ratioDown, bank } = filterBank(fromHz, toHz, quality);
  // Few kernels at a time use a processor badly: several rounds of the ratio make one block.
  const rounds = Math.ceil(leastKernels / ratioUp);
  const [up, down] = [ratioUp * rounds, ratioDown * rounds];
  const own = bank === null ? 0 : 2 * bank.reach + 1;
  const taps = own + Math.floor(((up - 1) * down) / up);
  if (bank === null || up * taps > mostWeights)
    throw notLowerable(
      `From ${fromHz} to ${toHz} Hz the ratio is ${ratioUp}:${ratioDown}, for which the filters would take more than ${mostWeights} weights.`,
      'Resample to a rate with a smaller ratio first, or let this part run outside the ONNX file.',
    );
  const { reach, weights } = bank;
  const data = new Float32Array(up * taps);
  for (let r = 0; r < up; r++) {
    const whole = Math.floor((r * down) / up);
    const row = (r * ratioDown) % ratioUp;
    for (let k = 0; k < own; k++) data[r * taps + whole + k] = weights[row * own + k];
  }
  const kernels = onnx.constant({ kind: 'tensor', dtype: 'float32', shape: [up, 1, taps], data });
  const lanes = lanesOf(onnx, audio, type.channels);
  // Silence behind the end for at least as many blocks as are cut to length below.
  const pads = [reach, taps + down];
  const blocks = onnx.op('Conv', [lanes, kernels], { strides: [down], kernel_shape: [taps], pads }, 'resampled');
  const count = onnx.dim(samples, 2);
  // ceil(samples * up / down)
  const scaled = onnx.op('Add', [onnx.op('Mul', [count, onnx.integers([up])]), onnx.integers([down - 1])]);
  const length = onnx.op('Div', [scaled, onnx.integers([down])]);
  const turned = up === 1 ? blocks : onnx.op('Transpose', [blocks], { perm: [0, 2, 1] });
  const front = onnx.op('Shape', [samples], { start: 0, end: 2 });
  const shape = onnx.op('Concat', [front, onnx.integers([-1])], { axis: 0 });
  const line = onnx.op('Reshape', [turned, shape]);
  return onnx.op('Slice', [line, onnx.integers([0]), length, onnx.integers([2])], {}, 'resampled');
}
