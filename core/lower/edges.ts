import type { Lowered, LoweredImage, OnnxGraph, OnnxValue } from '../define/lower.ts';
import type { Dtype } from '../kinds/dtype.ts';
import type { Dim, WireType } from '../kinds/type.ts';
import { channelsOf, type TensorValue } from '../kinds/value.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { Problem } from '../problems/problem.ts';

/** One tensor that a value of some kind is made of: what stands behind its name, its dtype, its axes behind N. */
export interface EdgeTensor {
  /** `image` or, for further tensors, `image.geometry`. */
  readonly name: string;
  readonly dtype: Dtype;
  /** What its numbers are. */
  readonly unit: string;
  /** With N in front where the kind has it. */
  readonly shape: readonly Dim[];
}

/** What N is called in a graph that takes batches. */
export const batchName = 'items';

/** What is known of a picture that comes in. */
export interface EdgePicture {
  /** It has the colour of what comes in, whatever that is, and is turned into RGB. */
  readonly anyColour?: boolean;
  /** Rows of it are rows of its original. */
  readonly straight?: boolean;
}

/**
 * Makes inputs of the graph for a value of a type, and says how it stands there. `inner`: it comes from another graph, so
 * a picture brings the way back to its original with it; else its original is itself. Throws `not-lowerable` for kinds
 * that no tensor holds and types that are not known well enough.
 */
export function inputOf(
  onnx: GraphBuilder,
  name: string,
  type: WireType,
  items: Dim,
  inner: boolean,
  { anyColour = false, straight = false }: EdgePicture = {},
): Lowered {
  const make = (tensor: EdgeTensor): OnnxValue => onnx.input(tensor.name, tensor.dtype, tensor.shape);
  const edges = tensorsOf(name, type, items, inner).map(make);
  switch (type.kind) {
    case 'image': {
      if (type.colour === null) throw unknownType(name, 'its colour is not known');
      const [pixels, given] = edges;
      const geometry = given ?? ownGeometry(onnx, pixels);
      const picture = { kind: 'image', pixels, colour: type.colour, geometry } as const;
      return { ...picture, straight: given === undefined || straight, ...(anyColour ? { anyColour: name } : {}) };
    }
    case 'audio':
      if (typeof type.sampleRateHz !== 'number') {
        const say = `its sample rate is not known (--assume ${name}.sampleRateHz=16000 would say it)`;
        throw unknownType(name, say);
      }
      return { kind: 'audio', samples: edges[0], sampleRateHz: type.sampleRateHz };
    case 'tensor':
      return { kind: 'tensor', tensor: edges[0] };
    case 'embedding':
      return { kind: 'embedding', vector: edges[0], unit: false };
    case 'scores':
      return { kind: 'scores', scores: edges[0], labels: type.labels, form: type.form };
    case 'boxes':
      onnx.oneItem(`"${name}" is boxes, of which each item has its own number`);
      return {
        kind: 'boxes',
        coordinates: edges[0],
        scores: edges[1],
        classes: edges[2],
        imageSize: edges[3],
        labels: type.labels,
      };
    case 'mask':
      return { kind: 'mask', classes: edges[0], labels: null };
    default:
      throw unknownType(name, `no tensor holds ${type.kind}`);
  }
}

/** The tensors that a value of this type is carried by between graphs, in the order of `Lowered`. */
export function tensorsOf(name: string, type: WireType, items: Dim, inner: boolean): readonly EdgeTensor[] {
  const dim = (given: Dim, what: string): Dim => given ?? `${name}_${what}`;
  const one = (dtype: Dtype, unit: string, ...axes: readonly Dim[]): readonly EdgeTensor[] => [
    { name, dtype, unit, shape: [items, ...axes] },
  ];
  switch (type.kind) {
    case 'image': {
      const channels = type.colour === null ? 'channels' : channelsOf(type.colour);
      const pixels = one('uint8', 'levels, 0 to 255', dim(type.height, 'height'), dim(type.width, 'width'), channels);
      const geometry = { name: `${name}.geometry`, dtype: 'float64', unit: geometryUnit, shape: [items, 8] } as const;
      return inner ? [...pixels, geometry] : pixels;
    }
    case 'audio':
      return one('float32', 'amplitude, -1 to 1', dim(type.channels, 'channels'), dim(type.samples, 'samples'));
    case 'tensor': {
      if (type.dtype === null || type.shape === null) throw unknownType(name, 'its dtype or rank is not known');
      return one(type.dtype, '', ...type.shape.map((d, axis) => dim(d, `axis${axis}`)));
    }
    case 'embedding':
      return one('float32', '', dim(type.length, 'length'));
    case 'scores':
      return one('float32', scoreUnits[type.form ?? 'other'], dim(type.classes, 'classes'));
    case 'boxes': {
      const count = `${name}_count`;
      return [
        { name: `${name}.coordinates`, dtype: 'float32', unit: boxUnit, shape: [count, 4] },
        { name: `${name}.scores`, dtype: 'float32', unit: 'score, best first', shape: [count] },
        { name: `${name}.classes`, dtype: 'int32', unit: 'index of the label', shape: [count] },
        { name: `${name}.imageSize`, dtype: 'float32', unit: 'px: width and height of the original', shape: [2] },
      ];
    }
    case 'mask':
      return one('uint8', 'class of each pixel', dim(type.height, 'height'), dim(type.width, 'width'));
    default:
      throw unknownType(name, `no tensor holds ${type.kind}`);
  }
}

const scoreUnits = {
  logits: 'logits',
  probabilities: 'probabilities that add up to 1',
  independent: 'probabilities, each for itself',
  other: '',
} as const;
const boxUnit = 'px of the original: left, top, right, bottom';
const geometryUnit =
  'px: width and height of the original, then a b c d e f, which take a place (u, v) of this picture to (a u + b v + c, d u + e v + f) in it; for a picture as it was decoded width, height, 1, 0, 0, 0, 1, 0';

/** The values of a lowered value, in the order of `tensorsOf`. */
export function valuesOf(lowered: Lowered): readonly OnnxValue[] {
  switch (lowered.kind) {
    case 'image':
      return [lowered.pixels, lowered.geometry];
    case 'audio':
      return [lowered.samples];
    case 'tensor':
      return [lowered.tensor];
    case 'embedding':
      return [lowered.vector];
    case 'scores':
      return [lowered.scores];
    case 'boxes':
      return [lowered.coordinates, lowered.scores, lowered.classes, lowered.imageSize];
    case 'mask':
      return [lowered.classes];
  }
}

/** The tensors that a value is carried out of a graph by: those of its type, and the classes of scores that were chosen. */
export function outputsOf(
  name: string,
  lowered: Lowered,
  type: WireType,
  items: Dim,
  inner: boolean,
): readonly (EdgeTensor & { readonly value: OnnxValue })[] {
  const values = valuesOf(lowered);
  const edges = tensorsOf(name, type, items, inner).map((edge, at) => ({ ...edge, value: values[at] }));
  if (lowered.kind !== 'scores' || lowered.chosen === undefined) return edges;
  const { shape } = edges[0];
  const unit = 'index of the label';
  return [...edges, { name: `${name}.classes`, dtype: 'int64', unit, shape, value: lowered.chosen }];
}

const identity: TensorValue = {
  kind: 'tensor',
  dtype: 'float64',
  shape: [6],
  data: Float64Array.of(1, 0, 0, 0, 1, 0),
};

/** Of a picture that was made from no other: its own size, and the identity. */
function ownGeometry(onnx: OnnxGraph, pixels: LoweredImage['pixels']): OnnxValue {
  const size = onnx.op('Concat', [onnx.dim(pixels, 2), onnx.dim(pixels, 1)], { axis: 0 });
  const one = onnx.op('Concat', [onnx.cast(size, 'float64'), onnx.constant(identity)], { axis: 0 });
  const shape = onnx.op('Concat', [onnx.dim(pixels, 0), onnx.integers([8])], { axis: 0 });
  return onnx.op('Expand', [onnx.op('Unsqueeze', [one, onnx.integers([0])]), shape], {}, 'geometry');
}

function unknownType(name: string, why: string): Problem {
  return new Problem('not-lowerable', {
    message: `"${name}" cannot come into an ONNX file: ${why}.`,
    fix: 'Cut the pipeline before it: what comes in must be decoded pictures or sound, tensors, embeddings, scores or boxes of a known type.',
  });
}
