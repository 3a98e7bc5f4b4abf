import { publicNamed } from '../../core/graph/changes.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { Change } from '../../core/graph/edit.ts';
import type { Read } from './useTyped.ts';

export type Side = 'inputs' | 'outputs';

/** What a public name may be, and that no other node of that side has it. */
export function readPublicName(document: PipelineDocument, side: Side, node: string, text: string): Read<string> {
  const name = text.trim();
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name))
    return { fault: 'Expected a letter or _, then letters, digits, _ or -; at most 64.' };
  const other = document[side][name];
  if (other !== undefined && other.node !== node)
    return { fault: `“${name}” is the name of another ${side === 'inputs' ? 'input' : 'output'}.` };
  return { value: name };
}

/** Public inputs or outputs with the names that hold, declared or not. */
export function publicEntries(
  document: PipelineDocument,
  side: Side,
  named: Readonly<Record<string, string>> | undefined,
): readonly { readonly name: string; readonly node: string; readonly doc: string; readonly declared: boolean }[] {
  const declared = Object.entries(document[side]).map(([name, { node, doc }]) => ({
    name,
    node,
    doc: doc ?? '',
    declared: true,
  }));
  const known = new Set(declared.map(({ node }) => node));
  const rest = Object.entries(named ?? {})
    .filter(([, node]) => !known.has(node))
    .map(([name, node]) => ({ name, node, doc: '', declared: false }));
  return [...declared, ...rest];
}

/** Writes what a public input or output means; one without a declared name gets the name that it goes by. */
export function publicDoc(
  document: PipelineDocument,
  side: Side,
  node: string,
  goesBy: string,
  doc: string,
): readonly Change[] {
  const entries = Object.entries(document[side]);
  const index = entries.findIndex(([, entry]) => entry.node === node);
  const after = doc === '' ? { node } : { node, doc };
  if (index < 0) {
    const [named] = publicNamed(document, side, node, goesBy);
    if (named === undefined || (named.in !== 'inputs' && named.in !== 'outputs')) return [];
    return [{ ...named, after }];
  }
  const [name, before] = entries[index];
  return [{ in: side, index, name, before, after }];
}
