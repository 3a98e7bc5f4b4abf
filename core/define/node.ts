import type { TypeByKind, WireType } from '../kinds/type.ts';
import type { Item, Json, Kind, MediaSource, Value } from '../kinds/value.ts';
import type { ProblemData, ProblemInit } from '../problems/problem.ts';
import type { ProblemCode } from '../problems/table.ts';
import type { FileFacts } from './file-facts.ts';
import type { NodeHost } from './host.ts';
import type { ImageStep } from './image-step.ts';
import type {
  Lowered,
  LoweredInputs,
  LoweredOutputs,
  LoweredResults,
  OnnxGraph,
  OnnxValue,
  WeightsPlace,
} from './lower.ts';
import { refuseChosen } from './lower.ts';
import type { Params, ParamValues } from './param.ts';
import type { PortPresentValue, PortSpec, Ports, PortTypes, PortValues } from './port.ts';

/** Facts of the files that parameters name, by parameter name; undefined for an optional file that is not set. */
export type NodeFiles<P extends Params = Params> = { readonly [N in keyof P]?: FileFacts };

/** Ports either stand still or follow from parameters and files. */
export type PortsOf<I extends Ports, P extends Params> = I | ((params: ParamValues<P>, files: NodeFiles<P>) => I);

export interface InferArgs<I extends Ports, P extends Params> {
  /** The type on each wired input; undefined only for ports that may be absent. */
  readonly inputs: PortTypes<I>;
  readonly params: ParamValues<P>;
  readonly files: NodeFiles<P>;
  /** Numbers that symbolic dimensions of the inputs' `want.shape` were found to be. */
  readonly dims: Readonly<Record<string, number>>;
  /** Reports a problem at this node; place is filled in. Inference goes on. */
  report(code: ProblemCode, problem: ProblemInit): void;
}

interface Running<P extends Params> {
  readonly params: ParamValues<P>;
  readonly files: NodeFiles<P>;
  readonly host: NodeHost;
  readonly signal: AbortSignal;
  /** Puts a fact beside the result, e.g. the device that ran; shown to the user under the node's id. */
  note(name: string, value: Json): void;
}

export interface RunArgs<I extends Ports, P extends Params> extends Running<P> {
  readonly inputs: PortValues<I>;
  /** Timestamp of the item in seconds. */
  readonly t: number;
  readonly durationSeconds: number | undefined;
  /** For ports with `missing: 'accept'` whose modality is not there: why. */
  readonly missing: Readonly<Record<string, ProblemData>>;
  /** Says why one of the outputs has no value for this item, as if its modality were missing; the answer leaves it out. */
  miss(port: string, problem: ProblemData): void;
  /** Inputs whose value nobody else reads: their memory may be reused or moved away. */
  readonly owned: ReadonlySet<string>;
  /** For nodes with `external`: what the user gave for this public input, if anything. */
  readonly external: MediaSource | Value | null;
}

export interface LowerArgs<I extends Ports, P extends Params> {
  readonly onnx: OnnxGraph;
  readonly inputs: LoweredInputs<I>;
  readonly params: ParamValues<P>;
  readonly files: NodeFiles<P>;
  /** The types on the wired inputs, as `check` inferred them. */
  readonly types: PortTypes<I>;
  /** For inputs with `missing: 'accept'` whose modality may be missing: bool [N], true where it is there. */
  readonly present: Readonly<Record<string, OnnxValue>>;
  /** The bytes of a file that a parameter names (a model, an array); with `place`, of a file beside it. */
  readonly bytes: (param: string, place?: WeightsPlace) => Uint8Array;
}

export type ItemsOf<I extends Ports> = {
  readonly [N in keyof I]: I[N] extends { readonly absent?: infer A }
    ? AsyncIterable<Item<PortPresentValue<I[N]>>> | (true extends A ? undefined : never)
    : never;
};

export interface StreamArgs<I extends Ports, P extends Params> extends Running<P> {
  /** Each input as a sequence, pulled at the node's own pace. */
  readonly inputs: ItemsOf<I>;
  readonly external: MediaSource | Value | null;
}

/** What a `stream` node gives: some or all of its outputs, at a time. Times must not go backwards on any one port. */
export interface Emission<O extends Ports> {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly outputs: Partial<{ readonly [N in keyof O]: PortPresentValue<O[N]> }>;
}

type OutputValues<O extends Ports> = { readonly [N in keyof O]: PortPresentValue<O[N]> };
type OutputTypes<O extends Ports> = {
  readonly [N in keyof O]: O[N] extends { readonly kinds: readonly (infer K)[] }
    ? K extends Kind
      ? TypeByKind[K]
      : never
    : never;
};

/** A worked case: docs show it, a golden test runs it. For `stream` nodes, inputs and outputs are lists of items. */
export interface Example {
  readonly title: string;
  readonly params?: Readonly<Record<string, Json>>;
  readonly inputs: Readonly<Record<string, Value | readonly Item[]>>;
  readonly outputs: Readonly<Record<string, Value | readonly Item[]>>;
  /** Largest absolute difference of numbers; 0 unless given. */
  readonly tolerance?: number;
}

interface Described<I extends Ports, O extends Ports, P extends Params> {
  /** `family.name`, the same as the file's path under nodes/. */
  readonly type: string;
  readonly version: number;
  readonly title: string;
  /** At most 25 words. */
  readonly summary: string;
  readonly keywords?: readonly string[];
  /** Longer text for the docs page, Markdown. */
  readonly details?: string;
  readonly inputs: PortsOf<I, P>;
  readonly outputs: PortsOf<O, P>;
  readonly params: P;
  /** Exact output types. An item node leaves `sequence` alone: the engine sets it from the inputs. */
  infer(args: InferArgs<I, P>): OutputTypes<O>;
  /**
   * The node's work as operators of ONNX, one file with its neighbours': equal to `run` within `lowerTolerance`. Throws
   * `not-lowerable` for parameters or types that it has no operators for.
   */
  lower?(args: LowerArgs<I, P>): LoweredOutputs<O>;
  /** Largest difference of numbers between `lower` and `run`, absolute, for values around 1; 0 unless given. */
  readonly lowerTolerance?: number;
  /** Says the node's work as an image step, so that it may be fused with its neighbours. */
  step?(params: ParamValues<P>): ImageStep;
  /**
   * Parameters with which this node would turn `from` into what `to` demands; null when it cannot. It makes the
   * node an offer on a wrong wire, and is believed only after `check` has tried it.
   */
  mend?(from: WireType, to: PortSpec): Readonly<Record<string, Json>> | null;
  /**
   * This node is a public input of the kind; `run` finds what was given in `external`. `folder`: it takes a folder's
   * path, and never a value.
   */
  readonly external?: Kind | 'folder';
  /** This node is a public output: the engine collects what comes in at its only input port. */
  readonly publishes?: true;
  /** False when the same inputs may give another result; such a node is never cached. */
  readonly pure?: false;
  readonly examples: readonly Example[];
  /** Earlier versions' parameters to this version's: `migrations[n]` turns version n into n + 1. */
  readonly migrations?: Readonly<
    Record<number, (params: Readonly<Record<string, Json>>) => Readonly<Record<string, Json>>>
  >;
}

export interface ItemNode<I extends Ports, O extends Ports, P extends Params> extends Described<I, O, P> {
  run(args: RunArgs<I, P>): OutputValues<O> | Promise<OutputValues<O>>;
}
export interface StreamNode<I extends Ports, O extends Ports, P extends Params> extends Described<I, O, P> {
  stream(args: StreamArgs<I, P>): AsyncIterable<Emission<O>>;
}

/** A node definition with its types forgotten, as the engine and the registry hold it. */
export interface NodeDefinition {
  readonly type: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly details: string;
  readonly inputs: (params: Readonly<Record<string, unknown>>, files: NodeFiles) => Ports;
  readonly outputs: (params: Readonly<Record<string, unknown>>, files: NodeFiles) => Ports;
  /** True when ports follow from parameters or files. */
  readonly dynamicPorts: boolean;
  readonly params: Params;
  readonly infer: (args: ErasedInferArgs) => Readonly<Record<string, WireType>>;
  readonly lower: ((args: ErasedLowerArgs) => LoweredResults) | null;
  readonly lowerTolerance: number;
  readonly step: ((params: Readonly<Record<string, unknown>>) => ImageStep) | null;
  readonly mend: ((from: WireType, to: PortSpec) => Readonly<Record<string, Json>> | null) | null;
  readonly external: Kind | 'folder' | null;
  readonly publishes: boolean;
  readonly pure: boolean;
  readonly examples: readonly Example[];
  readonly migrations: Readonly<
    Record<number, (params: Readonly<Record<string, Json>>) => Readonly<Record<string, Json>>>
  >;
  /** Exactly one of the two is set. */
  readonly run:
    | ((args: ErasedRunArgs) => Readonly<Record<string, Value>> | Promise<Readonly<Record<string, Value>>>)
    | null;
  readonly stream: ((args: ErasedStreamArgs) => AsyncIterable<ErasedEmission>) | null;
}
export interface ErasedInferArgs extends Omit<InferArgs<Ports, Params>, 'inputs' | 'params'> {
  readonly inputs: Readonly<Record<string, WireType | undefined>>;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface ErasedLowerArgs extends Omit<LowerArgs<Ports, Params>, 'inputs' | 'params' | 'types'> {
  readonly inputs: Readonly<Record<string, Lowered | undefined>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, WireType | undefined>>;
}
export interface ErasedRunArgs extends Omit<RunArgs<Ports, Params>, 'inputs' | 'params'> {
  readonly inputs: Readonly<Record<string, Value | undefined>>;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface ErasedStreamArgs extends Omit<StreamArgs<Ports, Params>, 'inputs' | 'params'> {
  readonly inputs: Readonly<Record<string, AsyncIterable<Item> | undefined>>;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface ErasedEmission {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * Declares a node. `run` works on one item; `stream` is for nodes that gather, spread, window or drop items.
 * Types of both follow from `inputs`, `outputs` and `params`.
 */
export function defineNode<const I extends Ports, const O extends Ports, const P extends Params>(
  node: ItemNode<I, O, P> | StreamNode<I, O, P>,
): NodeDefinition {
  const { inputs, outputs } = node;
  return {
    type: node.type,
    version: node.version,
    title: node.title,
    summary: node.summary,
    keywords: node.keywords ?? [],
    details: node.details ?? '',
    // The casts below are the one place where declared types are forgotten; `check` proves at run time what they promised.
    inputs: typeof inputs === 'function' ? (inputs as NodeDefinition['inputs']) : () => inputs,
    outputs: typeof outputs === 'function' ? (outputs as NodeDefinition['outputs']) : () => outputs,
    dynamicPorts: typeof inputs === 'function' || typeof outputs === 'function',
    params: node.params,
    infer: node.infer as unknown as NodeDefinition['infer'],
    lower: erasedLower(node.lower as NodeDefinition['lower'] | undefined),
    lowerTolerance: node.lowerTolerance ?? 0,
    step: (node.step as NodeDefinition['step'] | undefined) ?? null,
    mend: node.mend ?? null,
    external: node.external ?? null,
    publishes: node.publishes ?? false,
    pure: node.pure ?? true,
    examples: node.examples,
    migrations: node.migrations ?? {},
    run: 'run' in node ? (node.run as unknown as NodeDefinition['run']) : null,
    stream: 'stream' in node ? (node.stream as unknown as NodeDefinition['stream']) : null,
  };
}

function erasedLower(lower: NodeDefinition['lower'] | undefined): NodeDefinition['lower'] {
  if (lower === null || lower === undefined) return null;
  return (args) => {
    refuseChosen(args.inputs);
    return lower(args);
  };
}
