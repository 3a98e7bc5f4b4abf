import type { Dtype } from '../kinds/dtype.ts';
import type { Dim } from '../kinds/type.ts';
import type { Colour, Kind, ScoresValue, TensorValue } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import type { PortSpec, Ports } from './port.ts';

/**
 * A node's second execution: the same steps as operators of ONNX, built into a graph.
 *
 * Everything has a leading axis N, one entry per item, so that a lowered pipeline takes batches where its parts allow it.
 * What cannot (boxes: each item has its own number) asks for `oneItem`, and the whole graph is then for N = 1.
 */

/** A value inside the graph that is being built. `shape` has N in front; null: rank unknown. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[] | null;
}

/** An attribute of an operator; whole numbers are written as integers: give `{ float: 1 }` where the operator wants a float. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly tensor: TensorValue };

/** What a graph can be asked for. Standard operators of one opset only. Shapes and dtypes of results are inferred. */
export interface OnnxGraph {
  /** Adds an operator with one output. `null` leaves an optional input out. `hint` makes its name readable. */
  op(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    attributes?: Readonly<Record<string, OnnxAttribute>>,
    hint?: string,
  ): OnnxValue;
  /** The same with several outputs. */
  ops(
    type: string,
    inputs: readonly (OnnxValue | null)[],
    outputs: number,
    attributes?: Readonly<Record<string, OnnxAttribute>>,
  ): readonly OnnxValue[];
  /** A constant; equal ones are stored once. */
  constant(value: TensorValue): OnnxValue;
  floats(values: readonly number[], shape?: readonly number[]): OnnxValue;
  integers(values: readonly number[], shape?: readonly number[]): OnnxValue;
  /** One number, without axes. */
  float(value: number): OnnxValue;
  integer(value: number): OnnxValue;
  cast(value: OnnxValue, dtype: Dtype): OnnxValue;
  /** A dimension as an int64 [1] tensor: constant where it is known. */
  dim(value: OnnxValue, axis: number): OnnxValue;
  /** N as an int64 [1] tensor, for nodes that nothing comes into. */
  items(): OnnxValue;
  /** From here on the graph is for one item at a time; `why` stands in its report. */
  oneItem(why: string): void;
  /** Something that `run` does besides and a graph cannot, for the report: "values that are NaN are let through". */
  leftOut(what: string): void;
  /** Alpha of the picture that came in under this name matters here: one that is partly transparent cannot be taken. */
  opaque(name: string): void;
  /**
   * Puts the graph of a whole model in: takes values for its inputs, by name, and gives its outputs, by name. Shapes are
   * the model's own: whoever calls it takes N off and puts it back. Operator sets are brought to one version; the model's
   * weights are shared, not copied. Throws `model-invalid`, `model-external-data` and `model-unsupported`.
   */
  graft(model: GraftedModel, inputs: Readonly<Record<string, OnnxValue>>): Readonly<Record<string, OnnxValue>>;
}

/** A model's file, for `graft`. */
export interface GraftedModel {
  /** What messages call it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Weights that lie in a file beside it. */
  beside(place: WeightsPlace): Uint8Array;
}

/** Where weights lie that a model keeps outside its file. */
export interface WeightsPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** How the values of each kind stand in a graph. */
export interface LoweredImage {
  readonly kind: 'image';
  /** uint8 [N, height, width, channels]. */
  readonly pixels: OnnxValue;
  readonly colour: Colour;
  /** float64 [N, 8]: width and height of the original, then the affine map to it (a b c d e f, see `Geometry`). */
  readonly geometry: OnnxValue;
  /** True where it is known that the map has no turn in it (b and d are 0): rows of the picture are rows of the original. */
  readonly straight?: boolean;
  /** What it came in as, where it may have any colour there and is turned into RGB; alpha is then left out. */
  readonly anyColour?: string;
}
export interface LoweredAudio {
  readonly kind: 'audio';
  /** float32 [N, channels, samples]. */
  readonly samples: OnnxValue;
  readonly sampleRateHz: number;
}
export interface LoweredTensor {
  readonly kind: 'tensor';
  /** [N, ...the shape of one]. */
  readonly tensor: OnnxValue;
}
export interface LoweredEmbedding {
  readonly kind: 'embedding';
  /** float32 [N, length]. */
  readonly vector: OnnxValue;
  readonly unit: boolean;
}
export interface LoweredScores {
  readonly kind: 'scores';
  /** float32 [N, classes]. */
  readonly scores: OnnxValue;
  readonly labels: readonly string[] | null;
  /** null: not known, since the scores come in from outside; what asks for it is then not lowerable. */
  readonly form: ScoresValue['form'] | null;
  /**
   * int64 [N, classes]: the class that each score is of, where scores were chosen by what they are (top k) and no longer
   * stand in the order of `labels`. No node takes such scores: they end the graph, with a tensor of their own.
   */
  readonly chosen?: OnnxValue;
}
/** For one item only. */
export interface LoweredBoxes {
  readonly kind: 'boxes';
  /** float32 [boxes, 4], float32 [boxes], int32 [boxes], best first. */
  readonly coordinates: OnnxValue;
  readonly scores: OnnxValue;
  readonly classes: OnnxValue;
  /** float32 [2]: width and height of the original picture. */
  readonly imageSize: OnnxValue;
  readonly labels: readonly string[] | null;
}
export interface LoweredMask {
  readonly kind: 'mask';
  /** uint8 [N, height, width]. */
  readonly classes: OnnxValue;
  readonly labels: readonly string[] | null;
}
export interface LoweredByKind {
  readonly image: LoweredImage;
  readonly audio: LoweredAudio;
  readonly tensor: LoweredTensor;
  readonly embedding: LoweredEmbedding;
  readonly scores: LoweredScores;
  readonly boxes: LoweredBoxes;
  readonly mask: LoweredMask;
}
export type LoweredKind = keyof LoweredByKind;
export type Lowered = LoweredByKind[LoweredKind];

/** What stands for a port's value in the graph; kinds that no tensor holds (text, video, json) are `never`. */
type LoweredOf<K extends Kind> = K extends LoweredKind ? LoweredByKind[K] : never;
type LoweredPresent<P> = P extends PortSpec<infer K, boolean> ? LoweredOf<K> : never;
type LoweredValue<P> =
  | LoweredPresent<P>
  | (P extends { readonly absent?: infer A } ? (true extends A ? undefined : never) : never);

/** Inputs of a node in the graph: undefined where a port may stay unwired. A modality that may be missing is there, see `present`. */
export type LoweredInputs<I extends Ports> = { readonly [N in keyof I]: LoweredValue<I[N]> };

/** What `run` answers with a problem for single items of a batch, a graph answers all the same. */
export interface MayFail {
  /**
   * bool [N], false where `run` would throw for what is in the item: a modality that is missing, a whole number divided by
   * zero. The values are then without meaning. Who joins nodes carries it on, to the `present` of a fusion node or to the
   * end of the graph. Without it there is always a value.
   */
  readonly present?: OnnxValue;
}
/** An output may be left out only when nothing reads it: a graph that reads it then cannot be made. */
export type LoweredOutputs<O extends Ports> = { readonly [N in keyof O]?: LoweredPresent<O[N]> & MayFail };
export type LoweredResults = Readonly<Record<string, (Lowered & MayFail) | undefined>>;

/** Refuses scores whose classes only the run will tell: what works on scores takes them in the order of the labels. */
export function refuseChosen(inputs: Readonly<Record<string, Lowered | undefined>>): void {
  for (const [port, value] of Object.entries(inputs)) {
    if (value?.kind !== 'scores' || value.chosen === undefined) continue;
    throw new Problem('not-lowerable', {
      message: `"${port}" takes scores that were chosen before it: which classes they are of is known only when they run.`,
      fix: 'Put the choice (top k, threshold) last, or let this part run outside the ONNX file.',
      where: { port },
    });
  }
}
