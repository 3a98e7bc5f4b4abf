import type { Geometry } from '../kinds/geometry.ts';
import { type Colour, channelsOf, type ScoresValue, type TensorValue, type Value } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import type { Lowered } from './lower.ts';

type Tensors = Readonly<Record<string, TensorValue>>;

/** What tensors do not tell of a value that comes out of a graph. */
export type Carried =
  | { readonly kind: 'image'; readonly colour: Colour }
  | { readonly kind: 'audio'; readonly sampleRateHz: number }
  | { readonly kind: 'tensor' }
  | { readonly kind: 'embedding'; readonly unit: boolean }
  | {
      readonly kind: 'scores';
      readonly labels: readonly string[] | null;
      readonly form: ScoresValue['form'];
      /** A further tensor says which class each score is of. */
      readonly chosen: boolean;
    }
  | { readonly kind: 'boxes' | 'mask'; readonly labels: readonly string[] | null };

export function carriedOf(lowered: Lowered): Carried {
  switch (lowered.kind) {
    case 'image':
      return { kind: 'image', colour: lowered.colour };
    case 'audio':
      return { kind: 'audio', sampleRateHz: lowered.sampleRateHz };
    case 'tensor':
      return { kind: 'tensor' };
    case 'embedding':
      return { kind: 'embedding', unit: lowered.unit };
    case 'scores': {
      const { labels, form, chosen } = lowered;
      return { kind: 'scores', labels, form: form ?? 'other', chosen: chosen !== undefined };
    }
    case 'boxes':
    case 'mask':
      return { kind: lowered.kind, labels: lowered.labels };
  }
}

/** A value as the tensors that a graph takes for one item, under the names of `tensorsOf`. */
export function feedsOf(name: string, value: Value, inner: boolean): Tensors {
  switch (value.kind) {
    case 'image': {
      const shape = [1, value.height, value.width, channelsOf(value.colour)];
      const pixels = { [name]: { kind: 'tensor', dtype: 'uint8', shape, data: value.data } } as const;
      return inner ? { ...pixels, [`${name}.geometry`]: geometryRow(value.geometry) } : pixels;
    }
    case 'audio': {
      const samples = value.channels[0]?.length ?? 0;
      const data = new Float32Array(value.channels.length * samples);
      value.channels.forEach((channel, at) => {
        data.set(channel, at * samples);
      });
      return { [name]: float32([1, value.channels.length, samples], data) };
    }
    case 'tensor':
      return { [name]: { ...value, shape: [1, ...value.shape] } };
    case 'embedding':
    case 'scores':
      return { [name]: float32([1, value.data.length], value.data) };
    case 'boxes':
      return {
        [`${name}.coordinates`]: float32([value.scores.length, 4], value.coordinates),
        [`${name}.scores`]: float32([value.scores.length], value.scores),
        [`${name}.classes`]: { kind: 'tensor', dtype: 'int32', shape: [value.classes.length], data: value.classes },
        [`${name}.imageSize`]: float32([2], Float32Array.of(value.imageWidth, value.imageHeight)),
      };
    case 'mask':
      return { [name]: { kind: 'tensor', dtype: 'uint8', shape: [1, value.height, value.width], data: value.data } };
    default:
      throw new Problem('not-lowerable', {
        message: `"${name}" is ${value.kind}, which no tensor holds.`,
        fix: 'Cut the pipeline before it.',
      });
  }
}

/** What a graph gave for one item, as the value that the nodes themselves would give. */
export function valueFrom(name: string, carried: Carried, tensors: Tensors, inner: boolean): Value {
  const get = (key: string): TensorValue => {
    const found = tensors[key];
    if (found !== undefined) return found;
    throw new Problem('internal', { message: `The graph gave no "${key}".`, fix: 'Report this with the pipeline.' });
  };
  switch (carried.kind) {
    case 'image': {
      const pixels = get(name);
      const [, height, width] = pixels.shape;
      const geometry = inner ? geometryOf(get(`${name}.geometry`)) : null;
      return {
        kind: 'image',
        width,
        height,
        colour: carried.colour,
        data: bytes(pixels),
        geometry: geometry ?? { originalWidth: width, originalHeight: height, toOriginal: [1, 0, 0, 0, 1, 0] },
      };
    }
    case 'audio': {
      const tensor = get(name);
      const [, count, samples] = tensor.shape;
      const data = floats(tensor);
      const channels = Array.from({ length: count }, (_, at) => data.slice(at * samples, (at + 1) * samples));
      return { kind: 'audio', sampleRateHz: carried.sampleRateHz, channels };
    }
    case 'tensor': {
      const tensor = get(name);
      return { ...tensor, shape: tensor.shape.slice(1) };
    }
    case 'embedding':
      return { kind: 'embedding', data: floats(get(name)), unit: carried.unit };
    case 'scores':
      return {
        kind: 'scores',
        data: floats(get(name)),
        labels: carried.chosen ? chosenLabels(carried.labels, get(`${name}.classes`)) : carried.labels,
        form: carried.form,
      };
    case 'boxes': {
      const [imageWidth, imageHeight] = floats(get(`${name}.imageSize`));
      const classes = get(`${name}.classes`);
      if (classes.dtype !== 'int32') throw wrongDtype(name, classes);
      return {
        kind: 'boxes',
        imageWidth,
        imageHeight,
        coordinates: floats(get(`${name}.coordinates`)),
        scores: floats(get(`${name}.scores`)),
        classes: classes.data,
        labels: carried.labels,
      };
    }
    case 'mask': {
      const tensor = get(name);
      const [, height, width] = tensor.shape;
      return { kind: 'mask', width, height, data: bytes(tensor), labels: carried.labels };
    }
  }
}

/** The labels of scores that were chosen, or the numbers of their classes where there are none. */
function chosenLabels(labels: readonly string[] | null, classes: TensorValue): readonly string[] {
  if (classes.dtype !== 'int64') throw wrongDtype('The list of classes', classes);
  return Array.from(classes.data, (index) => labels?.[Number(index)] ?? String(index));
}

function geometryRow({ originalWidth, originalHeight, toOriginal }: Geometry): TensorValue {
  const data = Float64Array.of(originalWidth, originalHeight, ...toOriginal);
  return { kind: 'tensor', dtype: 'float64', shape: [1, 8], data };
}

function geometryOf(row: TensorValue): Geometry {
  if (row.dtype !== 'float64') throw wrongDtype('A geometry', row);
  const [originalWidth, originalHeight, a, b, c, d, e, f] = row.data;
  return { originalWidth, originalHeight, toOriginal: [a, b, c, d, e, f] };
}

function float32(shape: readonly number[], data: Float32Array): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data };
}

function floats(tensor: TensorValue): Float32Array {
  if (tensor.dtype !== 'float32') throw wrongDtype('A tensor', tensor);
  return tensor.data;
}

function bytes(tensor: TensorValue): Uint8Array {
  if (tensor.dtype !== 'uint8') throw wrongDtype('A tensor', tensor);
  return tensor.data;
}

function wrongDtype(name: string, { dtype }: TensorValue): Problem {
  return new Problem('internal', { message: `"${name}" came out of the graph as ${dtype}.`, fix: 'Report this.' });
}
