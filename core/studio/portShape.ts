import type { NodeDefinition } from '../define/node.ts';
import type { PortSpec, Ports } from '../define/port.ts';
import { dimText } from '../kinds/type.ts';
import type { NodeSpec, PortShape } from './catalog.ts';

/** A port's demands beyond its kind: `float32 [N, 3, 224, 224]`, `16000 Hz mono`; empty for none. */
export function wantsText({ want }: PortSpec): string {
  const { dtype, shape, colour, sampleRateHz, channels, length, count } = want;
  return [
    dtype === undefined ? '' : dtype.length > 3 ? `${dtype.slice(0, 3).join(' or ')} ...` : dtype.join(' or '),
    shape === undefined ? '' : `[${shape.map(dimText).join(', ')}]`,
    colour === undefined ? '' : colour.join(' or '),
    sampleRateHz === undefined ? '' : `${sampleRateHz} Hz`,
    channels === undefined ? '' : channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`,
    length === undefined || length === null ? '' : `length ${dimText(length)}`,
    count === 'one' ? 'a single item' : count === 'many' ? 'a sequence' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

export function portShapes(ports: Ports): readonly PortShape[] {
  return Object.entries(ports).map(([name, spec]) => ({
    name,
    kinds: spec.kinds,
    doc: spec.doc,
    optional: spec.optional,
    acceptsMissing: spec.missing === 'accept',
    wants: wantsText(spec),
  }));
}

/** Every parameter at its default. */
export function defaultParams(definition: NodeDefinition): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(definition.params).map(([name, spec]) => [name, spec.default]));
}

/** A node definition as data. */
export function nodeSpec(definition: NodeDefinition, own: boolean): NodeSpec {
  const params = defaultParams(definition);
  return {
    type: definition.type,
    version: definition.version,
    title: definition.title,
    summary: definition.summary,
    details: definition.details,
    keywords: definition.keywords,
    family: definition.type.split('.')[0],
    inputs: portShapes(definition.inputs(params, {})),
    outputs: portShapes(definition.outputs(params, {})),
    dynamicPorts: definition.dynamicPorts,
    params: definition.params,
    external: definition.external,
    publishes: definition.publishes,
    own,
  };
}
