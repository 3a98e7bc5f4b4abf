import { create } from '@bufbuild/protobuf';
import { Problem } from '../problems/problem.ts';
import { changed } from './change.ts';
import {
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type OperatorSetIdProto,
  OperatorSetIdProtoSchema,
} from './gen/onnx-ml_pb.ts';
import { allNodes, graphsOf } from './graphs.ts';
import { inferTypes } from './inferShapes.ts';
import { freshNames, valueNames } from './names.ts';
import { isStandard, type Opsets, opsetsOf, plainDomain, stepsOf, versionAt } from './operatorChanges.ts';
import { operatorUpgrades, type UpgradeContext } from './operatorUpgrades.ts';
import { operatorName } from './signature.ts';
import type { DeclaredType } from './valueTypes.ts';

/** An operator that does not mean the same at another version of its set, and cannot be put otherwise. */
export interface OpsetRefusal {
  readonly domain: string;
  readonly opType: string;
  readonly node: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/**
 * The model with its operator sets at other versions and every node meaning what it did: where an operator is unchanged
 * the number alone moves, where it changed the node is rewritten. Graphs inside nodes and local functions too. `model` is
 * left as it is. Throws `model-unsupported` with the operator and both versions named.
 */
export function convertOpsets(model: ModelProto, to: Opsets, name: string): ModelProto {
  const { converted, refusals } = tryConvertOpsets(model, to);
  if (refusals.length > 0) throw opsetProblem(name, refusals);
  return converted;
}

export function opsetProblem(name: string, refusals: readonly OpsetRefusal[]): Problem {
  const [first, ...others] = refusals;
  const operator = operatorName(first.domain, first.opType);
  const more = others.length === 0 ? '' : ` So it is with ${others.length} more of its nodes.`;
  return new Problem('model-unsupported', {
    message: `"${name}" uses ${operator} of opset ${first.from} (node "${first.node}"), which cannot be put as ${operator} of opset ${first.to}: ${first.why}.${more}`,
    fix: `Export "${name}" with opset ${first.to}, or the other model with opset ${first.from}.`,
    where: { file: name },
  });
}

/** The same, with what stands against it in place of a throw: only without refusals is `converted` whole. */
export function tryConvertOpsets(
  model: ModelProto,
  to: Opsets,
): { readonly converted: ModelProto; readonly refusals: readonly OpsetRefusal[] } {
  const graph = model.graph as GraphProto;
  const refusals: OpsetRefusal[] = [];
  const work = new Conversion(
    opsetsOf(model.opsetImport),
    to,
    refusals,
    model.functions,
    freshNames(valueNames(graph)),
  );
  const types = inferTypes(model);
  const converted = work.graph(graph, types);
  const functions = model.functions.map((f) => {
    const taken = new Set([...f.input, ...f.output, ...f.node.flatMap((n) => [...n.input, ...n.output])]);
    const inner = new Conversion(opsetsOf(f.opsetImport), to, refusals, model.functions, freshNames(taken));
    return changed(f, {
      node: inner.nodes(f.node, nothing, new Map()),
      opsetImport: movedImports(f.opsetImport, to),
    });
  });
  const opsetImport = movedImports(model.opsetImport, to);
  return { converted: changed(model, { graph: converted, functions, opsetImport }), refusals };
}

function movedImports(imports: readonly OperatorSetIdProto[], to: Opsets): OperatorSetIdProto[] {
  return imports.map((one) => {
    const version = to[plainDomain(one.domain)];
    return version === undefined || version === Number(one.version) ? one : changed(one, { version: BigInt(version) });
  });
}

/** Imports of several models in one; both must be at the same versions. */
export function unitedImports(...lists: readonly (readonly OperatorSetIdProto[])[]): OperatorSetIdProto[] {
  const versions = new Map<string, bigint>();
  for (const { domain, version } of lists.flat()) {
    const key = plainDomain(domain);
    const known = versions.get(key);
    if (known === undefined || version > known) versions.set(key, version);
  }
  return [...versions].map(([domain, version]) => create(OperatorSetIdProtoSchema, { domain, version }));
}

type Types = { readonly typeOf: (value: string) => DeclaredType | null };
const nothing: Types = { typeOf: () => null };
type TypesByGraph = ReadonlyMap<GraphProto, Types>;

class Conversion {
  private readonly from: Opsets;
  private readonly to: Opsets;
  private readonly refusals: OpsetRefusal[];
  private readonly fresh: (wanted: string) => string;
  private readonly local: ReadonlySet<string>;

  constructor(
    from: Opsets,
    to: Opsets,
    refusals: OpsetRefusal[],
    functions: readonly FunctionProto[],
    fresh: (wanted: string) => string,
  ) {
    this.from = from;
    this.to = to;
    this.refusals = refusals;
    this.fresh = fresh;
    this.local = new Set(functions.map((f) => `${plainDomain(f.domain)}:${f.name}`));
  }

  graph(graph: GraphProto, all: TypesByGraph): GraphProto {
    return changed(graph, { node: this.nodes(graph.node, all.get(graph) ?? nothing, all) });
  }

  nodes(nodes: readonly NodeProto[], types: Types, all: TypesByGraph): NodeProto[] {
    return nodes.flatMap((node) => {
      const inside = graphsOf(node).next().done === true ? node : this.inside(node, all);
      return [...this.node(inside, types)];
    });
  }

  private inside(node: NodeProto, all: TypesByGraph): NodeProto {
    const attribute = node.attribute.map((a: AttributeProto) =>
      changed(a, {
        ...(a.g === undefined ? {} : { g: this.graph(a.g, all) }),
        graphs: a.graphs.map((graph) => this.graph(graph, all)),
      }),
    );
    return changed(node, { attribute });
  }

  private node(node: NodeProto, types: Types): readonly NodeProto[] {
    const domain = plainDomain(node.domain);
    const [from, to] = [this.from[domain], this.to[domain]];
    if (from === undefined || to === undefined || from === to) return [node];
    if (this.local.has(`${domain}:${node.opType}`)) return [node];
    if (!isStandard(domain)) return this.refuse(node, from, to, 'what changed in between is not known');
    const since = versionAt(domain, node.opType, from);
    if (since === null) return this.refuse(node, from, to, `there is no such operator in opset ${from}`);
    if (to < from) {
      if (since <= to) return [node];
      return this.refuse(node, from, to, `it is of version ${since}, which opset ${to} does not have`);
    }
    const context: UpgradeContext = {
      fresh: this.fresh,
      elementOf: (value) => types.typeOf(value)?.element ?? 0,
      rankOf: (value) => types.typeOf(value)?.shape?.length ?? null,
    };
    const upgraded = upgradedNode(node, from, to, context);
    return typeof upgraded === 'string' ? this.refuse(node, from, to, upgraded) : upgraded;
  }

  private refuse({ name, output, opType, domain }: NodeProto, from: number, to: number, why: string): NodeProto[] {
    this.refusals.push({ domain, opType, node: name || output[0], from, to, why });
    return [];
  }
}

/** Takes the breaking steps one by one; what a step puts in goes through the steps behind it. */
function upgradedNode(
  node: NodeProto,
  from: number,
  to: number,
  context: UpgradeContext,
): readonly NodeProto[] | string {
  const step = stepsOf(node.domain, node.opType)?.find(
    ({ version, breaks }) => breaks && version > from && version <= to,
  );
  if (step === undefined) return [node];
  const upgrade = plainDomain(node.domain) === '' ? operatorUpgrades[`${node.opType}@${step.version}`] : undefined;
  if (upgrade === undefined) return `its meaning changed in opset ${step.version}`;
  if (node.attribute.some((a) => a.refAttrName !== '')) return 'it takes attributes from the function that it is in';
  const made = upgrade(node, context);
  if (typeof made === 'string') return made;
  const all: NodeProto[] = [];
  for (const one of made) {
    const further = upgradedNode(one, step.version, to, context);
    if (typeof further === 'string') return further;
    all.push(...further);
  }
  return all;
}

/** Domains that nodes of a model, or of its functions, are of. */
export function usedDomains(model: ModelProto): ReadonlySet<string> {
  return new Set([...allNodes(model)].map((node) => plainDomain(node.domain)));
}
