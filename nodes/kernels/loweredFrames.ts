import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { cutAxis, toTheEnd } from './loweredSound.ts';
import type { FrameLayout } from './spectrogram.ts';

/** Silence or the sound mirrored at both ends of [lanes, 1, samples]; a pad below 0 cuts. */
export function paddedLanes(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  pad: FrameLayout['pad'],
  before: number,
  after: number,
): OnnxValue {
  const mode = pad === 'reflect' ? 'reflect' : 'constant';
  const pads = onnx.integers([0, 0, Math.max(0, before), 0, 0, Math.max(0, after)]);
  const grown = before > 0 || after > 0 ? onnx.op('Pad', [lanes, pads], { mode }) : lanes;
  if (before >= 0 && after >= 0) return grown;
  return cutAxis(onnx, grown, 2, Math.max(0, -before), after < 0 ? after : toTheEnd);
}

/**
 * Frames of [lanes, 1, samples], padded as the layout says: [lanes, frames, length]. They are put together of pieces as long as
 * both hop and length can be counted in, so that whole pieces are copied.
 */
export function gatheredFrames(
  onnx: OnnxGraph,
  lanes: OnnxValue,
  { fftLength: length, hop, pad }: Pick<FrameLayout, 'fftLength' | 'hop' | 'pad'>,
): OnnxValue {
  const half = pad === 'none' ? 0 : Math.floor(length / 2);
  const sound = paddedLanes(onnx, lanes, pad, half, half);
  const piece = greatestDivisor(length, hop);
  const one = (value: number) => onnx.integers([value]);
  // Frames less one, rounded down: what is left over at the end belongs to none.
  const steps = onnx.op('Div', [onnx.op('Sub', [onnx.dim(sound, 2), one(length)]), one(hop)]);
  const end = onnx.op('Add', [onnx.op('Mul', [steps, one(hop)]), one(length)]);
  const used = onnx.op('Slice', [sound, one(0), end, one(2)]);
  const pieces = onnx.op('Reshape', [used, onnx.integers([0, -1, piece])], {}, 'pieces');
  const frames = onnx.op('Squeeze', [onnx.op('Add', [steps, one(1)]), one(0)]);
  const places = onnx.op('Range', [onnx.integer(0), frames, onnx.integer(1)]);
  const starts = onnx.op('Unsqueeze', [onnx.op('Mul', [places, one(hop / piece)]), one(1)]);
  const within = onnx.integers(Array.from({ length: length / piece }, (_, i) => i));
  const rows = onnx.op('Gather', [pieces, onnx.op('Add', [starts, within])], { axis: 1 });
  return onnx.op('Reshape', [rows, onnx.integers([0, 0, length])], {}, 'frames');
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
