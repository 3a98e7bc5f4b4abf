import type { Kind } from '../../core/kinds/value.ts';
import type { NodeSpec, PortShape } from '../../core/studio/catalog.ts';

/** In the order in which a pipeline is built; families of the user's own come after these. */
const order = ['input', 'image', 'audio', 'video', 'text', 'tensor', 'time', 'model', 'fusion', 'result', 'output'];

export interface Family {
  readonly name: string;
  readonly title: string;
  readonly nodes: readonly NodeSpec[];
}

/** Node types by family, each in the order of its titles. */
export function familiesOf(specs: Iterable<NodeSpec>): readonly Family[] {
  const byName = new Map<string, NodeSpec[]>();
  for (const spec of specs) {
    const nodes = byName.get(spec.family);
    if (nodes === undefined) byName.set(spec.family, [spec]);
    else nodes.push(spec);
  }
  const compare = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;
  return [...byName]
    .map(([name, nodes]) => ({
      name,
      title: `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
      nodes: nodes.sort((a, b) => compare(a.title, b.title) || compare(a.type, b.type)),
    }))
    .sort((a, b) => place(a.name) - place(b.name) || compare(a.name, b.name));
}

function place(family: string): number {
  const at = order.indexOf(family);
  return at < 0 ? order.length : at;
}

/** One list of kinds per side to be drawn as a row of signs: each port once, the same look once, three at most. */
export function signsOf(ports: readonly PortShape[]): readonly (readonly Kind[])[] {
  const seen = new Set<string>();
  const signs: (readonly Kind[])[] = [];
  for (const { kinds } of ports) {
    const key = kinds.length > 4 ? 'any' : kinds[0];
    if (seen.has(key)) continue;
    seen.add(key);
    signs.push(kinds);
  }
  return signs.slice(0, 3);
}
