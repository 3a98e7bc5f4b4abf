import type { Checked } from '../check/checked.ts';
import { inferNode } from '../check/infer.ts';
import { makeRegistry } from '../define/registry.ts';
import type { WireType } from '../kinds/type.ts';
import type { Colour } from '../kinds/value.ts';

/** What is taken for granted of a value that comes from outside, by `node.port`. */
export type Assumptions = Readonly<Record<string, Assumed>>;
export interface Assumed {
  readonly colour?: Colour;
  readonly width?: number;
  readonly height?: number;
  readonly sampleRateHz?: number;
  readonly channels?: number;
}

export interface Retyped {
  readonly types: ReadonlyMap<string, WireType>;
  /** Ends of pictures that have the colour of what comes in, whatever it is, and are taken to be RGB. */
  readonly anyColour: ReadonlySet<string>;
  /** Nodes that bring pictures of any colour to one. Outside, they do so whatever comes. */
  readonly settling: ReadonlySet<string>;
}

/**
 * Types as a file of ONNX needs them. What decodes pictures does not know their colour before it sees them; a graph must:
 * they are turned into RGB in front of it, and everything behind is inferred anew.
 */
export function retype(checked: Checked, assumptions: Assumptions = {}): Retyped {
  const types = new Map<string, WireType>();
  const anyColour = new Set<string>();
  const settling = new Set<string>();
  const nobody = makeRegistry([]);
  for (const id of checked.order) {
    const node = checked.nodes.get(id);
    if (node === undefined) continue;
    inferNode(node, types, nobody);
    const takesAny = Object.values(node.sources).some((source) => anyColour.has(source));
    for (const port of Object.keys(node.outputs)) {
      const end = `${id}.${port}`;
      const type = types.get(end);
      const assumed = assumptions[end];
      if (type?.kind === 'image') {
        const { colour = null, ...size } = assumed ?? {};
        if (type.colour === null && colour === null) anyColour.add(end);
        types.set(end, { ...type, ...sizeOf(size), colour: type.colour ?? colour ?? 'rgb' });
        if (takesAny && isOfAnyColour(checked.types.get(end))) anyColour.add(end);
        else if (takesAny) settling.add(id);
      }
      if (type?.kind === 'audio' && assumed !== undefined) {
        const { sampleRateHz = type.sampleRateHz, channels = type.channels } = assumed;
        types.set(end, { ...type, sampleRateHz, channels });
      }
    }
  }
  return { types, anyColour, settling };
}

function isOfAnyColour(type: WireType | undefined): boolean {
  return type?.kind === 'image' && type.colour === null;
}

function sizeOf({ width, height }: Assumed): { readonly width?: number; readonly height?: number } {
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
}
