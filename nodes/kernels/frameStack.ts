import type { Limits } from '../../core/define/limits.ts';
import { channelsOf, type ImageValue, type Item, type TensorOf } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { ReportProblem } from './shapes.ts';
import { requireTensorRoom } from './tensorLimit.ts';

/** Axes of a stack of frames: N batch (1), T time, C channels, H height, W width. */
export const stackLayouts = ['NTCHW', 'NCTHW', 'NTHWC', 'TCHW'] as const;
export type StackLayout = (typeof stackLayouts)[number];

export interface StackParams {
  readonly frames: number;
  readonly stride: number;
  readonly hop: number | null;
  readonly tail: 'drop' | 'repeat';
  readonly layout: StackLayout;
  readonly dtype: 'float32' | 'uint8';
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}
type StackTensor = TensorOf<'float32'> | TensorOf<'uint8'>;

/** Shape for `frames` pictures of channels x height x width; unknown sizes stay null. */
export function stackShape<D>(layout: StackLayout, frames: number, channels: D, height: D, width: D): (D | number)[] {
  switch (layout) {
    case 'NTCHW':
      return [1, frames, channels, height, width];
    case 'NCTHW':
      return [1, channels, frames, height, width];
    case 'NTHWC':
      return [1, frames, height, width, channels];
    case 'TCHW':
      return [frames, channels, height, width];
  }
}

/** Throws `value-shape` when a frame has another size or colour than the first. */
function requireSameFrame(first: ImageValue, frame: ImageValue): void {
  if (frame.width === first.width && frame.height === first.height && frame.colour === first.colour) return;
  throw new Problem('value-shape', {
    message: `A frame is ${frame.width}x${frame.height} ${frame.colour}, the first of its stack ${first.width}x${first.height} ${first.colour}.`,
    fix: 'Put "Resize" (image.resize) or a colour conversion before it, so that all frames are alike.',
  });
}

/** (pixel * scale - mean[c]) / std[c] of all frames in one float32 tensor; lists of one number serve every channel. */
function stackFloats(frames: readonly ImageValue[], params: StackParams): TensorOf<'float32'> {
  const { layout, scale, mean, std } = params;
  const { width, height, colour } = frames[0];
  const channels = channelsOf(colour);
  const data = new Float32Array(frames.length * channels * height * width);
  for (let c = 0; c < channels; c++) {
    const shift = mean[mean.length === 1 ? 0 : c];
    const divisor = std[std.length === 1 ? 0 : c];
    const table = Float32Array.from({ length: 256 }, (_, v) => (v * scale - shift) / divisor);
    for (const [t, { data: pixels }] of frames.entries()) {
      let [to, step] = placeOf(layout, frames.length, channels, height * width, t, c);
      for (let from = c; from < pixels.length; from += channels, to += step) data[to] = table[pixels[from]];
    }
  }
  return { kind: 'tensor', dtype: 'float32', shape: stackShape(layout, frames.length, channels, height, width), data };
}

/** The pixels as they are in one uint8 tensor. */
function stackBytes(frames: readonly ImageValue[], layout: StackLayout): TensorOf<'uint8'> {
  const { width, height, colour } = frames[0];
  const channels = channelsOf(colour);
  const data = new Uint8Array(frames.length * channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (const [t, { data: pixels }] of frames.entries()) {
      let [to, step] = placeOf(layout, frames.length, channels, height * width, t, c);
      for (let from = c; from < pixels.length; from += channels, to += step) data[to] = pixels[from];
    }
  }
  return { kind: 'tensor', dtype: 'uint8', shape: stackShape(layout, frames.length, channels, height, width), data };
}

/** Where channel `c` of frame `t` starts, and how far its next pixel is. */
function placeOf(
  layout: StackLayout,
  frames: number,
  channels: number,
  pixels: number,
  t: number,
  c: number,
): [start: number, step: number] {
  if (layout === 'NTHWC') return [t * pixels * channels + c, channels];
  return [(layout === 'NCTHW' ? c * frames + t : t * channels + c) * pixels, 1];
}

/**
 * Stacks of `frames` frames, `stride` apart, each `hop` frames after the last (null: frames * stride). Frames of one
 * stack are held, no others. Throws `value-shape`, `tensor-too-large`, `sequence-too-large`.
 */
export async function* stackSequence(
  frames: AsyncIterable<Item<ImageValue>>,
  params: StackParams,
  limits: Limits,
  signal: AbortSignal,
): AsyncGenerator<{
  readonly t: number;
  readonly durationSeconds: number;
  readonly outputs: { readonly stack: StackTensor };
}> {
  const { frames: length, stride } = params;
  const span = (length - 1) * stride + 1;
  const hop = params.hop ?? length * stride;
  const held: Item<ImageValue>[] = [];
  let seen = 0;
  let start = 0;
  let heldBytes = 0;
  // Whether a frame came that no stack has had.
  let fresh = false;
  const build = () => {
    const chosen = Array.from({ length }, (_, i) => held[Math.min(i * stride, held.length - 1)]);
    const last = chosen[length - 1];
    const stack = stackOf(
      chosen.map((item) => item.value),
      params,
      limits,
    );
    return { t: chosen[0].t, durationSeconds: last.t + (last.durationSeconds ?? 0) - chosen[0].t, outputs: { stack } };
  };
  for await (const item of frames) {
    signal.throwIfAborted();
    if (seen++ < start) continue;
    held.push(item);
    heldBytes += item.value.data.byteLength;
    if (heldBytes > limits.sequenceBytes) throw tooMany(held.length, limits.sequenceBytes);
    fresh = true;
    if (held.length < span) continue;
    yield build();
    fresh = false;
    start += hop;
    for (const gone of held.splice(0, hop)) heldBytes -= gone.value.data.byteLength;
  }
  if (params.tail === 'repeat' && fresh) yield build();
}

function stackOf(images: readonly ImageValue[], params: StackParams, limits: Limits): StackTensor {
  const [first] = images;
  for (const image of images) requireSameFrame(first, image);
  const channels = channelsOf(first.colour);
  const fault = misfit(params, channels);
  if (fault !== null) throw new Problem('value-shape', fault);
  requireTensorRoom(
    params.dtype,
    stackShape(params.layout, images.length, channels, first.height, first.width),
    limits,
  );
  return params.dtype === 'uint8' ? stackBytes(images, params.layout) : stackFloats(images, params);
}

function tooMany(frames: number, bytes: number): Problem {
  return new Problem('sequence-too-large', {
    message: `${frames} frames that wait for their stack take more than ${bytes} bytes.`,
    fix: 'Make the frames smaller first, take fewer or a smaller stride, or raise the limit sequenceBytes.',
  });
}

function misfit(params: StackParams, channels: number): { readonly message: string; readonly fix: string } | null {
  const lengths = [params.mean.length, params.std.length];
  if (params.dtype === 'uint8' || lengths.every((n) => n === 1 || n === channels)) return null;
  return {
    message: `mean has ${lengths[0]} and std ${lengths[1]} numbers; frames have ${channels} channels.`,
    fix: `Give one number, or ${channels}, in each.`,
  };
}

/** For `infer`: reports lists of mean and std that do not fit the channels, where those are known. */
export function reportChannels(params: StackParams, channels: number | null, report: ReportProblem): void {
  const fault = channels === null ? null : misfit(params, channels);
  if (fault !== null) report('param-invalid', { ...fault, where: { param: 'mean' } });
}
