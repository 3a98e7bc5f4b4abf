import type { LoweredAudio, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { AudioType, Dim } from '../../core/kinds/type.ts';
import { scalar } from './loweredElementwise.ts';
import { notLowerable } from './notLowerable.ts';

/** Sound in a graph is float32 [N, channels, samples]. */

/** The same sound with other samples, and another rate if one is given. */
export function soundOf(audio: LoweredAudio, samples: OnnxValue, sampleRateHz = audio.sampleRateHz): LoweredAudio {
  return { kind: 'audio', samples, sampleRateHz };
}

/** A part of an axis, from one place up to another. */
export function cutAxis(onnx: OnnxGraph, x: OnnxValue, axis: number, from: number, to: number): OnnxValue {
  return onnx.op('Slice', [x, onnx.integers([from]), onnx.integers([to]), onnx.integers([axis])]);
}

/** Further than any sound reaches. */
export const toTheEnd = Number.MAX_SAFE_INTEGER;

/** float32 [N, 1, samples]: the mean of all channels, or the one of that number from 1. */
export function loweredMono(onnx: OnnxGraph, { samples }: LoweredAudio, channel: number, channels: Dim): OnnxValue {
  if (channels === 1) return samples;
  if (channel > 0) return cutAxis(onnx, samples, 1, channel - 1, channel);
  return onnx.op('ReduceMean', [samples, onnx.integers([1])], { keepdims: 1 }, 'mono');
}

/** Each lane on its own: [N * channels, 1, samples]. */
export function lanesOf(onnx: OnnxGraph, { samples }: LoweredAudio, channels: Dim): OnnxValue {
  return channels === 1 ? samples : onnx.op('Reshape', [samples, onnx.integers([-1, 1, 0])], {}, 'lanes');
}

/** [N * channels, ...rest] back to [N, channels, ...rest]; `rest` are the axes of `lanes` behind its first. */
export function ofLanes(onnx: OnnxGraph, lanes: OnnxValue, { samples }: LoweredAudio, channels: Dim): OnnxValue {
  if (channels === 1) return onnx.op('Unsqueeze', [lanes, onnx.integers([1])]);
  const front = onnx.op('Shape', [samples], { start: 0, end: 2 });
  const rest = onnx.op('Shape', [lanes], { start: 1 });
  return onnx.op('Reshape', [lanes, onnx.op('Concat', [front, rest], { axis: 0 })], {}, 'channels');
}

/**
 * Padded with silence or cut to `length` samples: at the end, or at both (an odd sample at the end). A pad below 0 cuts.
 */
export function loweredLength(
  onnx: OnnxGraph,
  samples: OnnxValue,
  type: AudioType,
  length: number,
  where: 'end' | 'both',
): OnnxValue {
  if (typeof type.samples === 'number') {
    const spare = length - type.samples;
    const before = where === 'end' ? 0 : Math.trunc(spare / 2);
    if (spare === 0) return samples;
    if (spare < 0) return cutAxis(onnx, samples, 2, -before, -before + length);
    return onnx.op('Pad', [samples, onnx.integers([0, 0, before, 0, 0, spare - before])], {}, 'fitted');
  }
  const spare = onnx.op('Sub', [onnx.integers([length]), onnx.dim(samples, 2)]);
  // Div of whole numbers drops the fraction, towards zero.
  const before = where === 'end' ? onnx.integers([0]) : onnx.op('Div', [spare, onnx.integers([2])]);
  const none = onnx.integers([0, 0]);
  const pads = onnx.op('Concat', [none, before, none, onnx.op('Sub', [spare, before])], { axis: 0 });
  return onnx.op('Pad', [samples, pads], {}, 'fitted');
}

/** bool [N], whether sounds go on beyond `start`; undefined where that is known. Throws `not-lowerable` where it never is so. */
export function longerThan(onnx: OnnxGraph, samples: OnnxValue, count: Dim, start: number): OnnxValue | undefined {
  if (typeof count !== 'number') {
    const beyond = onnx.op('Greater', [onnx.dim(samples, 2), onnx.integers([start])]);
    return onnx.op('Expand', [beyond, onnx.dim(samples, 0)], {}, 'present');
  }
  if (count > start) return undefined;
  throw notLowerable(`The piece starts at sample ${start}, and the sound has ${count}.`, 'Let it start earlier.');
}

const everything = [1, 2];

/** `normalise`: levels measured in double over all channels of an item; `target` is a magnitude. */
export function loweredLevel(
  onnx: OnnxGraph,
  samples: OnnxValue,
  measure: 'peak' | 'rms' | 'variance' | 'gain',
  target: number,
): OnnxValue {
  const number = (value: number) => scalar(onnx, 'float64', value);
  const over = (type: string, x: OnnxValue) => onnx.op(type, [x, onnx.integers(everything)], { keepdims: 1 });
  const times = (x: OnnxValue, gain: OnnxValue) => onnx.op('Mul', [x, onnx.cast(gain, 'float32')], {}, 'levelled');
  if (measure === 'gain') return times(samples, number(target));
  if (measure === 'peak') {
    return times(samples, gainTo(onnx, target, onnx.cast(over('ReduceMax', onnx.op('Abs', [samples])), 'float64')));
  }
  const wide = onnx.cast(samples, 'float64');
  if (measure === 'rms') {
    return times(samples, gainTo(onnx, target, onnx.op('Sqrt', [over('ReduceMean', onnx.op('Mul', [wide, wide]))])));
  }
  const centred = onnx.op('Sub', [wide, over('ReduceMean', wide)]);
  const variance = over('ReduceMean', onnx.op('Mul', [centred, centred]));
  const deviation = onnx.op('Sqrt', [onnx.op('Add', [variance, number(1e-7)])]);
  return onnx.cast(onnx.op('Div', [centred, deviation]), 'float32');
}

/** Silence keeps its level. */
function gainTo(onnx: OnnxGraph, target: number, level: OnnxValue): OnnxValue {
  const number = (value: number) => scalar(onnx, 'float64', value);
  const silent = onnx.op('Equal', [level, number(0)]);
  return onnx.op('Where', [silent, number(1), onnx.op('Div', [number(target), level])]);
}

/** `preEmphasised`, with what stands before the first sample. */
export function loweredPreEmphasis(
  onnx: OnnxGraph,
  samples: OnnxValue,
  coefficient: number,
  start: 'extrapolate' | 'repeat' | 'zero',
): OnnxValue {
  const factor = onnx.float(coefficient);
  const first = cutAxis(onnx, samples, 2, 0, 1);
  const earlier = cutAxis(onnx, samples, 2, 0, -1);
  const rest = onnx.op('Sub', [cutAxis(onnx, samples, 2, 1, toTheEnd), onnx.op('Mul', [earlier, factor])]);
  const repeated = onnx.op('Mul', [first, onnx.float(1 - coefficient)]);
  let head = start === 'zero' ? first : repeated;
  if (start === 'extrapolate' && coefficient > 0) {
    // x[0] + 2 x[0] - x[1]; a sound of one sample has no line to go on with.
    const count = onnx.dim(samples, 2);
    const place = onnx.op('Sub', [count, onnx.integers([1])]);
    const second = onnx.op('Gather', [samples, onnx.op('Min', [place, onnx.integers([1])])], { axis: 2 });
    const line = onnx.op('Sub', [onnx.op('Mul', [first, onnx.float(3)]), second]);
    head = onnx.op('Where', [onnx.op('Greater', [count, onnx.integers([1])]), line, repeated]);
  }
  return onnx.op('Concat', [head, rest], { axis: 2 }, 'emphasised');
}

/**
 * `soundingSpan` and the cut, for one item: frames of 2048 samples every 512, whose energies are sums of four blocks of
 * 512 each, in double.
 */
export function loweredTrim(onnx: OnnxGraph, samples: OnnxValue, topDb: number): OnnxValue {
  onnx.oneItem('silence that is cut off leaves each sound another length');
  const [hop, frame] = [512, 2048];
  const half = frame / 2;
  const count = onnx.dim(samples, 2);
  const number = (value: number) => scalar(onnx, 'float64', value);
  // Frame i is centred on sample 512 i; behind the last there is silence up to a whole block.
  const frames = onnx.op('Add', [onnx.op('Div', [count, onnx.integers([hop])]), onnx.integers([1])]);
  const whole = onnx.op('Mul', [onnx.op('Add', [frames, onnx.integers([frame / hop - 1])]), onnx.integers([hop])]);
  const behind = onnx.op('Sub', [whole, onnx.op('Add', [count, onnx.integers([half])])]);
  const pads = onnx.op('Concat', [onnx.integers([0, 0, half, 0, 0]), behind], { axis: 0 });
  const padded = onnx.cast(onnx.op('Pad', [samples, pads]), 'float64');
  const blocks = onnx.op('Reshape', [padded, onnx.integers([0, 0, -1, hop])]);
  const energies = onnx.op('ReduceSumSquare', [blocks, onnx.integers([3])], { keepdims: 0 });
  const parts = [0, 1, 2, 3].map((at) => cutAxis(onnx, energies, 2, at, at < 3 ? at - 3 : toTheEnd));
  const power = onnx.op('Div', [onnx.op('Sum', parts), number(frame)]);
  // librosa clips both sides of the ratio at 1e-5 of amplitude.
  const clipped = onnx.op('Max', [power, number(1e-10)]);
  const loudest = onnx.op('ReduceMax', [clipped, onnx.integers([0, 1, 2])], { keepdims: 0 });
  const sounds = onnx.op('Greater', [clipped, onnx.op('Mul', [loudest, number(10 ** (-topDb / 10))])]);
  const any = onnx.op('ReduceMax', [onnx.cast(sounds, 'float32'), onnx.integers([0, 1])], { keepdims: 0 });
  const first = onnx.op('ArgMax', [any], { axis: 0, keepdims: 1 });
  const last = onnx.op('ArgMax', [any], { axis: 0, keepdims: 1, select_last_index: 1 });
  const step = onnx.integers([hop]);
  const from = onnx.op('Mul', [first, step]);
  const to = onnx.op('Mul', [onnx.op('Add', [last, onnx.integers([1])]), step]);
  return onnx.op('Slice', [samples, from, to, onnx.integers([2])], {}, 'trimmed');
}
