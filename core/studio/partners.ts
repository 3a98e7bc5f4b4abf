import type { Checked } from '../check/checked.ts';
import { mismatchesOf } from '../check/fit.ts';
import { mendsFor, type WireMend } from '../check/mend.ts';
import type { NodeDefinition } from '../define/node.ts';
import type { PortSpec } from '../define/port.ts';
import type { Registry } from '../define/registry.ts';
import { anyType, type WireType } from '../kinds/type.ts';
import type { Partners } from './api.ts';
import { loopReason, misfits, nameOf, type PortAt, portAt, reaches, typeAt } from './fit.ts';
import { misfitReason } from './misfitReason.ts';
import { defaultParams } from './portShape.ts';

type PartnerPort = Partners['ports'][number];
const rank = { fits: 0, mend: 1, refused: 2 } as const;

/** Inputs of the document that may take what `from` gives, best first, and node types that would. Throws `wire-dangling`. */
export function takersOf(checked: Checked, registry: Registry, from: string): Partners {
  const source = portAt(checked, from, 'outputs');
  const type = typeAt(checked, source);
  const mends = rememberedMends(registry);
  const ports: PartnerPort[] = [];
  for (const node of checked.nodes.values()) {
    if (node === source.node) continue;
    const before = reaches(checked, node.id).has(source.node.id);
    for (const [port, spec] of Object.entries(node.inputs)) {
      const target: PortAt = { end: `${node.id}.${port}`, node, spec };
      ports.push(before ? loop(target.end) : judged(target.end, checked, source, target, mends));
    }
  }
  const types = registry.all().flatMap((definition) => {
    const port = takes(definition, type);
    return port === null ? [] : [{ type: definition.type, ...port }];
  });
  return { ports: ordered(ports), types: bestFirst(types) };
}

/** Outputs of the document that may feed `to`, best first, and node types that would. Throws `wire-dangling`. */
export function giversOf(checked: Checked, registry: Registry, to: string): Partners {
  const target = portAt(checked, to, 'inputs');
  const after = reaches(checked, target.node.id);
  const mends = rememberedMends(registry);
  const ports: PartnerPort[] = [];
  for (const node of checked.nodes.values()) {
    if (node === target.node) continue;
    for (const [port, spec] of Object.entries(node.outputs)) {
      const source: PortAt = { end: `${node.id}.${port}`, node, spec };
      ports.push(after.has(node.id) ? loop(source.end) : judged(source.end, checked, source, target, mends));
    }
  }
  const types = registry.all().flatMap((definition) => {
    const port = gives(definition, target.spec);
    return port === null ? [] : [{ type: definition.type, ...port }];
  });
  return { ports: ordered(ports), types: bestFirst(types) };
}

type Mends = (type: WireType, spec: PortSpec) => readonly WireMend[];

/** Many ports want the same and many wires carry the same: each pair is tried once. */
function rememberedMends(registry: Registry): Mends {
  const known = new Map<string, readonly WireMend[]>();
  return (type, spec) => {
    const key = JSON.stringify([type, spec.kinds, spec.want]);
    let found = known.get(key);
    if (found === undefined) {
      found = mendsFor(type, spec, registry);
      known.set(key, found);
    }
    return found;
  };
}

function judged(end: string, checked: Checked, source: PortAt, target: PortAt, mends: Mends): PartnerPort {
  const mismatches = misfits(checked, source, target);
  if (mismatches.length === 0) return { end, how: 'fits' };
  const type = typeAt(checked, source);
  const mend = mends(type, target.spec)[0];
  const reason = misfitReason(type, target.spec, mismatches, nameOf(target.node));
  return mend === undefined ? { end, how: 'refused', reason } : { end, how: 'mend', mend, reason };
}

function loop(end: string): PartnerPort {
  return { end, how: 'refused', reason: loopReason };
}

function ordered(ports: readonly PartnerPort[]): readonly PartnerPort[] {
  return [...ports].sort((a, b) => rank[a.how] - rank[b.how]);
}

interface Offer {
  readonly port: string;
  /** Less is nearer: a port made for this comes before one that takes anything. */
  readonly distance: number;
}

function bestFirst(offers: readonly ({ readonly type: string } & Offer)[]): Partners['types'] {
  return [...offers].sort((a, b) => a.distance - b.distance).map(({ type, port }) => ({ type, port }));
}

/** The first input of a node type, at its defaults, that takes a type; null when none does or the node then has a fault. */
function takes(definition: NodeDefinition, type: WireType): Offer | null {
  const params = defaultParams(definition);
  const inputs = Object.entries(definition.inputs(params, {}));
  for (const [port, spec] of inputs) {
    if (mismatchesOf(type, spec, new Map()).length > 0) continue;
    const others = inputs.filter(([name, other]) => name !== port && !other.optional);
    if (others.length === 0 && !inferred(definition, params, { [port]: type })) continue;
    return { port, distance: spec.kinds.length + (Object.keys(spec.want).length > 0 ? 0 : 0.5) };
  }
  return null;
}

/** The first output of a node type, at its defaults and fed with the widest types, that a port takes. */
function gives(definition: NodeDefinition, want: PortSpec): Offer | null {
  const params = defaultParams(definition);
  const inputs = Object.fromEntries(
    Object.entries(definition.inputs(params, {})).map(([name, spec]) => [name, anyType[spec.kinds[0]]]),
  );
  const outputs = inferred(definition, params, inputs);
  if (outputs === null) return null;
  for (const [port, type] of Object.entries(outputs)) {
    if (mismatchesOf(type, want, new Map()).length === 0) {
      const kinds = definition.outputs(params, {})[port]?.kinds.length ?? 1;
      return { port, distance: kinds + (definition.external === null ? 0 : 0.5) };
    }
  }
  return null;
}

/** What a node's own inference says of these inputs; null when it finds a fault. */
function inferred(
  definition: NodeDefinition,
  params: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, WireType>>,
): Readonly<Record<string, WireType>> | null {
  let failed = false;
  try {
    const outputs = definition.infer({
      inputs,
      params,
      files: {},
      dims: {},
      report: (_, init) => {
        failed ||= (init.severity ?? 'error') === 'error';
      },
    });
    return failed ? null : outputs;
  } catch {
    return null;
  }
}
