import type { Dtype } from '../kinds/dtype.ts';
import type { Dim, TypeByKind } from '../kinds/type.ts';
import { type Colour, type Kind, kinds, type ValueByKind } from '../kinds/value.ts';

/**
 * What a port takes or gives. On an input, the fields of `want` are demands that `check` holds every
 * wire to; on an output they are only documentation, since `infer` says the exact type.
 */
export interface PortSpec<K extends Kind = Kind, Absent extends boolean = boolean> {
  readonly kinds: readonly K[];
  readonly doc: string;
  /** May stay unwired; `run` then gets undefined. */
  readonly optional: boolean;
  /** `accept`: when the modality upstream is missing or corrupt, `run` gets undefined and the reason in `missing`. */
  readonly missing: 'fail' | 'accept';
  readonly want: Want;
  /** Type-level only: true where `run` may get undefined. */
  readonly absent?: Absent;
}

/** Demands on a wire. Symbols in `shape` unify across the ports of one node. */
export interface Want {
  readonly dtype?: readonly Dtype[];
  readonly shape?: readonly Dim[];
  readonly colour?: readonly Colour[];
  readonly sampleRateHz?: number;
  readonly channels?: number;
  readonly length?: Dim;
  /** `one`: a sequence of many is refused; the node wants a single item. */
  readonly count?: 'one' | 'many';
}

export interface PortOptions extends Want {
  readonly doc: string;
  readonly optional?: boolean;
  readonly missing?: 'fail' | 'accept';
}

type AbsentOf<O extends PortOptions> = O extends { readonly optional: true }
  ? true
  : O extends { readonly missing: 'accept' }
    ? true
    : false;

function makePort<K extends Kind, O extends PortOptions>(
  portKinds: readonly K[],
  options: O,
): PortSpec<K, AbsentOf<O>> {
  const { doc, optional = false, missing = 'fail', ...want } = options;
  return { kinds: portKinds, doc, optional, missing, want };
}

function maker<K extends Kind>(kind: K) {
  return <const O extends PortOptions>(options: O): PortSpec<K, AbsentOf<O>> => makePort([kind], options);
}

/** Makes ports: `port.image({ doc })`, `port.tensor({ dtype: ['float32'], shape: ['batch', 3, null, null], doc })`. */
export const port = {
  image: maker('image'),
  audio: maker('audio'),
  video: maker('video'),
  text: maker('text'),
  tensor: maker('tensor'),
  embedding: maker('embedding'),
  scores: maker('scores'),
  boxes: maker('boxes'),
  mask: maker('mask'),
  json: maker('json'),
  /** A port for several kinds; `run` narrows on `value.kind`. */
  oneOf: <const K extends Kind, const O extends PortOptions>(
    portKinds: readonly K[],
    options: O,
  ): PortSpec<K, AbsentOf<O>> => makePort(portKinds, options),
  /** A port for every kind. */
  any: <const O extends PortOptions>(options: O): PortSpec<Kind, AbsentOf<O>> => makePort(kinds, options),
};

export type Ports = Readonly<Record<string, PortSpec>>;

export type PortValue<P> =
  P extends PortSpec<infer K, infer A> ? ValueByKind[K] | (A extends true ? undefined : never) : never;
export type PortType<P> =
  P extends PortSpec<infer K, infer A> ? TypeByKind[K] | (A extends true ? undefined : never) : never;
export type PortPresentValue<P> = P extends PortSpec<infer K, boolean> ? ValueByKind[K] : never;

export type PortValues<I extends Ports> = { readonly [N in keyof I]: PortValue<I[N]> };
export type PortTypes<I extends Ports> = { readonly [N in keyof I]: PortType<I[N]> };
