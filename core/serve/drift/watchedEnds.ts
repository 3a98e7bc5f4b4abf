import type { Checked } from '../../check/checked.ts';
import type { Kind } from '../../kinds/value.ts';
import type { Place } from './reference.ts';

/** Kinds that are watched wherever they pass; tensors and masks inside say little that scores and inputs do not. */
const watched: ReadonlySet<Kind> = new Set(['text', 'embedding', 'scores', 'boxes', 'json']);
/** Pictures, sound and video are watched where they come in: what nodes make of them follows from it. */
const watchedWhereIn: ReadonlySet<Kind> = new Set(['image', 'audio', 'video']);

/** The ends that are looked at for drift, with the node and the modality that each belongs to. */
export function watchedEnds(checked: Checked): ReadonlyMap<string, Place> {
  const modalities = modalitiesOf(checked);
  const ends = new Map<string, Place>();
  for (const id of checked.order) {
    const node = checked.nodes.get(id);
    if (node === undefined) continue;
    for (const port of Object.keys(node.outputs)) {
      const kind = checked.types.get(`${id}.${port}`)?.kind;
      if (kind === undefined) continue;
      if (!watched.has(kind) && !(watchedWhereIn.has(kind) && node.definition.external !== null)) continue;
      ends.set(`${id}.${port}`, { node: id, modality: modalities.get(id) ?? '' });
    }
  }
  return ends;
}

/** The public inputs that each node stands on, by name: `image`, or `image + sound`. */
export function modalitiesOf({ nodes, order, publicInputs }: Checked): ReadonlyMap<string, string> {
  const names = new Map([...publicInputs].map(([name, id]) => [id, name]));
  const sets = new Map<string, ReadonlySet<string>>();
  for (const id of order) {
    const own = names.get(id);
    const from = Object.values(nodes.get(id)?.sources ?? {}).flatMap((end) => [
      ...(sets.get(end.slice(0, end.lastIndexOf('.'))) ?? []),
    ]);
    sets.set(id, new Set([...(own === undefined ? [] : [own]), ...from]));
  }
  return new Map([...sets].map(([id, set]) => [id, [...set].sort().join(' + ')]));
}
