import type { ParamSpec } from '../../core/define/param.ts';
import { replacedNodes } from '../../core/graph/changes.ts';
import type { DocumentNode } from '../../core/graph/document.ts';
import type { Json } from '../../core/kinds/value.ts';
import type { NodeSpec } from '../../core/studio/catalog.ts';
import { editWith, endMerge } from '../state/edits.ts';

/** Sets one parameter of the nodes named; undefined takes it out, so that the default holds. One step of undo while typing. */
export function setParamOf(
  ids: readonly string[],
  name: string,
  label: string,
  value: Json | undefined,
  typing: boolean,
): void {
  const wanted = new Set(ids);
  const of = ids.length === 1 ? '' : ` of ${ids.length} nodes`;
  if (!typing) endMerge();
  editWith(
    `${value === undefined ? 'reset' : 'change'} ${label.toLowerCase()}${of}`,
    (document) => replacedNodes(document, (node) => (wanted.has(node.id) ? withParam(node, name, value) : node)),
    typing ? `param ${name} of ${ids.join(' ')}`.slice(0, 900) : undefined,
  );
}

function withParam(node: DocumentNode, name: string, value: Json | undefined): DocumentNode {
  if (sameJson(node.params[name], value) && Object.hasOwn(node.params, name) === (value !== undefined)) return node;
  const { [name]: _, ...rest } = node.params;
  // A parameter that is set already keeps its place, so that the file's diff stays small.
  return {
    ...node,
    params: value === undefined ? rest : { ...node.params, [name]: value },
  };
}

/** Takes several parameters of a node back to their defaults, in one step. */
export function resetParams(id: string, names: readonly string[], title: string): void {
  endMerge();
  editWith(`reset ${title}`, (document) =>
    replacedNodes(document, (node) => {
      if (node.id !== id || !names.some((name) => Object.hasOwn(node.params, name))) return node;
      return {
        ...node,
        params: Object.fromEntries(Object.entries(node.params).filter(([name]) => !names.includes(name))),
      };
    }),
  );
}

/** What holds: the node's own value, or the default. */
export function heldValue(node: DocumentNode, name: string, spec: ParamSpec): Json {
  return Object.hasOwn(node.params, name) ? node.params[name] : spec.default;
}

/** The value that all nodes have; undefined when they differ. */
export function commonValue(nodes: readonly DocumentNode[], name: string, spec: ParamSpec): Json | undefined {
  const [first, ...rest] = nodes;
  if (first === undefined) return spec.default;
  const value = heldValue(first, name, spec);
  return rest.every((node) => sameJson(heldValue(node, name, spec), value)) ? value : undefined;
}

/** Parameters that all these types have in the same form, with the first one's bounds and words. */
export function commonParams(specs: readonly NodeSpec[]): readonly (readonly [string, ParamSpec])[] {
  const [first, ...rest] = specs;
  if (first === undefined) return [];
  return Object.entries(first.params).filter(([name, spec]) =>
    rest.every((other) => Object.hasOwn(other.params, name) && sameForm(spec, other.params[name])),
  );
}

function sameForm(a: ParamSpec, b: ParamSpec): boolean {
  const bare = ({ default: _, doc: __, advanced: ___, tune: ____, ...form }: ParamSpec): string => JSON.stringify(form);
  return bare(a) === bare(b);
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
