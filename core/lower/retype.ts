import type { Checked } from '../check/checked.ts';
import { inferNode } from '../check/infer.ts';
import { makeRegistry } from '../define/registry.ts';
import type { WireType } from '../kinds/type.ts';

/** What is taken for granted of a value that comes from outside, by `node.port`. */
export type Assumptions = Readonly<Record<string, Readonly<Partial<Record<'sampleRateHz' | 'channels', number>>>>>;

export interface Retyped {
  readonly types: ReadonlyMap<string, WireType>;
  /** Ends of pictures of any colour that are taken to be RGB. */
  readonly toRgb: ReadonlySet<string>;
}

/**
 * Types as a file of ONNX needs them. What decodes pictures does not know their colour before it sees them; a graph must:
 * they are turned into RGB in front of it, and everything behind is inferred anew.
 */
export function retype(checked: Checked, assumptions: Assumptions = {}): Retyped {
  const types = new Map<string, WireType>();
  const toRgb = new Set<string>();
  const nobody = makeRegistry([]);
  for (const id of checked.order) {
    const node = checked.nodes.get(id);
    if (node === undefined) continue;
    inferNode(node, types, nobody);
    if (node.definition.lower !== null) continue;
    for (const port of Object.keys(node.outputs)) {
      const end = `${id}.${port}`;
      const type = types.get(end);
      if (type?.kind === 'image' && type.colour === null) {
        types.set(end, { ...type, colour: 'rgb' });
        toRgb.add(end);
      }
      if (type?.kind === 'audio') types.set(end, { ...type, ...assumptions[end] });
    }
  }
  return { types, toRgb };
}
