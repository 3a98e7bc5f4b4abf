import type { Checked, CheckedNode } from '../check/checked.ts';
import { type DimBindings, type Mismatch, mismatchesOf } from '../check/fit.ts';
import { mendsFor } from '../check/mend.ts';
import type { PortSpec } from '../define/port.ts';
import type { Registry } from '../define/registry.ts';
import { endOf } from '../graph/document.ts';
import { anyType, type WireType } from '../kinds/type.ts';
import { Problem } from '../problems/problem.ts';
import type { Fit } from './api.ts';
import { axesOfPort, axesOfType } from './axes.ts';
import { misfitReason, typeWords } from './misfitReason.ts';
import { wantsText } from './portShape.ts';

export interface PortAt {
  readonly end: string;
  readonly node: CheckedNode;
  readonly spec: PortSpec;
}

/** How an output and an input fit, and which nodes between them would mend it. Throws `wire-dangling`. */
export function fitOf(checked: Checked, registry: Registry, from: string, to: string): Fit {
  const source = portAt(checked, from, 'outputs');
  const target = portAt(checked, to, 'inputs');
  const type = typeAt(checked, source);
  const mismatches = misfits(checked, source, target);
  const loop = mismatches[0]?.code === 'cycle';
  const wants = wantsText(target.spec);
  return {
    fits: mismatches.length === 0,
    fromType: typeWords(checked.types.get(from), source.spec),
    wants: wants === '' ? target.spec.kinds.join(' or ') : wants,
    mismatches,
    expected: axesOfPort(target.spec),
    got: axesOfType(type),
    reason: loop ? loopReason : misfitReason(type, target.spec, mismatches, nameOf(target.node)),
    mends: loop || mismatches.length === 0 ? [] : mendsFor(type, target.spec, registry),
  };
}

export const loopReason = 'This would make a loop: what comes out here depends on what goes in there.';

/** What is wrong with a wire between two ports, those of the target's other wires counted in. */
export function misfits(checked: Checked, source: PortAt, target: PortAt): readonly Mismatch[] {
  if (reaches(checked, target.node.id).has(source.node.id))
    return [{ code: 'cycle', expected: 'a node that does not depend on this one', got: source.node.id }];
  return mismatchesOf(typeAt(checked, source), target.spec, otherBindings(checked, target));
}

/** The type that a port gives; where it could not be inferred, the widest of its kind. */
export function typeAt(checked: Checked, { end, spec }: PortAt): WireType {
  return checked.types.get(end) ?? anyType[spec.kinds[0]];
}

export function portAt(checked: Checked, end: string, side: 'inputs' | 'outputs'): PortAt {
  const { node: id, port } = endOf(end);
  const node = checked.nodes.get(id);
  const ports = node?.[side] ?? {};
  const spec = Object.hasOwn(ports, port) ? ports[port] : undefined;
  if (node !== undefined && spec !== undefined) return { end, node, spec };
  throw new Problem('wire-dangling', {
    message: `"${end}" is not one of the ${side} of a node that is known here.`,
    fix:
      node === undefined
        ? 'Choose a node that is there and not switched off.'
        : `Its ${side} are ${Object.keys(ports).join(', ') || 'none'}.`,
    where: { node: id, port },
  });
}

/** Nodes that depend on this one, itself included. */
export function reaches(checked: Checked, start: string): ReadonlySet<string> {
  const readers = new Map<string, string[]>();
  for (const node of checked.nodes.values()) {
    for (const source of Object.values(node.sources)) {
      const of = endOf(source).node;
      const list = readers.get(of);
      if (list === undefined) readers.set(of, [node.id]);
      else list.push(node.id);
    }
  }
  const found = new Set<string>();
  const todo = [start];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...(readers.get(id) ?? []));
  }
  return found;
}

/** What the node's other wires bind its symbols to. */
function otherBindings(checked: Checked, { end, node }: PortAt): DimBindings {
  const bindings: DimBindings = new Map();
  for (const [name, spec] of Object.entries(node.inputs)) {
    const type = checked.types.get(node.sources[name] ?? '');
    if (`${node.id}.${name}` !== end && type !== undefined) mismatchesOf(type, spec, bindings);
  }
  return bindings;
}

export function nameOf(node: CheckedNode): string {
  return `"${node.node.label ?? node.definition.title}"`;
}
