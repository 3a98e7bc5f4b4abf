import type { NodeSpec } from '../../core/studio/catalog.ts';
import { lookOf } from './kind.ts';

/** The hue of a node's top edge: its medium for media nodes, what it makes for models, fusion and results. */
export function familyToken(spec: NodeSpec | undefined): string {
  if (spec === undefined) return '--error';
  if (spec.external !== null && spec.external !== 'folder') return lookOf([spec.external]).token;
  if (['image', 'audio', 'video', 'text'].includes(spec.family)) return lookOf([spec.family as 'image']).token;
  const port = spec.outputs[0] ?? spec.inputs[0];
  return port === undefined ? '--tensor' : lookOf(port.kinds).token;
}
