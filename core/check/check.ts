import type { Registry } from '../define/registry.ts';
import type { PipelineDocument } from '../graph/document.ts';
import type { WireType } from '../kinds/type.ts';
import { nearestName } from '../problems/nearestName.ts';
import { type ProblemData, problemData, toProblemData } from '../problems/problem.ts';
import type { Checked, CheckedNode } from './checked.ts';
import { type FactsLookup, factsByNode, filesOf } from './files.ts';
import { inferNode } from './infer.ts';
import { resolveParams } from './params.ts';
import { type NodeShape, orderNodes, resolveWires } from './wires.ts';

/** Holds a document against a registry and the facts of its files. Collects every problem; never throws one. */
export function checkDocument(document: PipelineDocument, registry: Registry, facts: FactsLookup): Checked {
  const problems: ProblemData[] = [];
  const shapes = shapeNodes(document, registry, facts, problems);
  const wires = resolveWires(document, shapes);
  problems.push(...wires.problems);
  const nodes = new Map<string, CheckedNode>();
  for (const node of document.nodes) {
    const shape = shapes.get(node.id);
    if (shape === undefined || node.disabled || nodes.has(node.id)) continue;
    nodes.set(node.id, { id: node.id, node, ...shape, sources: wires.sources.get(node.id) ?? {} });
  }
  const { order, loops } = orderNodes([...nodes.keys()], knownSources(wires.sources, nodes));
  for (const loop of loops) problems.push(loopProblem(loop));
  const types = new Map<string, WireType>();
  for (const id of order) problems.push(...inferNode(nodes.get(id) as CheckedNode, types, registry));
  const publicInputs = publicNames(
    document.inputs,
    'input',
    nodes,
    (node) => node.definition.external !== null,
    document,
    problems,
  );
  const publicOutputs = publicNames(
    document.outputs,
    'output',
    nodes,
    (node) => node.definition.publishes,
    document,
    problems,
  );
  if (publicOutputs.size === 0) {
    problems.push(
      problemData('no-output', {
        message: `"${document.name}" has no output node, so a run would give nothing.`,
        fix: 'Add an output node and wire a result to it.',
      }),
    );
  }
  return { document, problems, types, shapes, nodes, order, publicInputs, publicOutputs };
}

function shapeNodes(
  document: PipelineDocument,
  registry: Registry,
  facts: FactsLookup,
  problems: ProblemData[],
): ReadonlyMap<string, NodeShape> {
  const shapes = new Map<string, NodeShape>();
  const seen = new Set<string>();
  const byNode = factsByNode(filesOf(document, registry), facts);
  for (const node of document.nodes) {
    if (seen.has(node.id)) {
      problems.push(
        problemData('node-duplicate', {
          message: `Two nodes are called "${node.id}".`,
          fix: 'Give one of them another id.',
          where: { node: node.id },
        }),
      );
      continue;
    }
    seen.add(node.id);
    const definition = registry.get(node.type);
    if (definition === undefined) {
      problems.push(unknownNode(node.id, node.type, registry));
      continue;
    }
    if (node.version > definition.version) {
      problems.push(
        problemData('node-version', {
          message: `Node "${node.id}" was made with ${node.type}@${node.version}; this Tributary has version ${definition.version}.`,
          fix: 'Update Tributary, or make the node anew.',
          where: { node: node.id },
        }),
      );
      continue;
    }
    const { params, problems: wrong } = resolveParams(node, definition);
    if (!node.disabled) problems.push(...wrong);
    const files = byNode.get(node.id) ?? {};
    for (const [param, file] of Object.entries(files)) {
      if (file?.problem && !node.disabled)
        problems.push({ ...file.problem, where: { ...file.problem.where, node: node.id, param } });
    }
    try {
      shapes.set(node.id, {
        definition,
        params,
        files,
        inputs: definition.inputs(params, files),
        outputs: definition.outputs(params, files),
      });
    } catch (error) {
      problems.push(toProblemData(error, 'internal', { node: node.id }));
    }
  }
  return shapes;
}

function unknownNode(id: string, type: string, registry: Registry): ProblemData {
  const near = nearestName(
    type,
    registry.all().map((definition) => definition.type),
  );
  return problemData('node-unknown', {
    message: `Node "${id}" is of type "${type}", which is not known here.`,
    fix: near
      ? `Did you mean "${near}"? If it is a node of your own, name its folder with --nodes.`
      : 'Name the folder that holds it with --nodes, or remove the node.',
    where: { node: id },
  });
}

/** Sources whose node is there; wires from unknown nodes do not hold up the order. */
function knownSources(
  sources: ReadonlyMap<string, Readonly<Record<string, string>>>,
  nodes: ReadonlyMap<string, CheckedNode>,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const known = new Map<string, Readonly<Record<string, string>>>();
  for (const [id, of] of sources) {
    known.set(
      id,
      Object.fromEntries(Object.entries(of).filter(([, from]) => nodes.has(from.slice(0, from.indexOf('.'))))),
    );
  }
  return known;
}

function loopProblem(loop: readonly string[]): ProblemData {
  const message =
    loop.length === 1
      ? `Node "${loop[0]}" is wired to itself.`
      : `The wires form a loop: ${[...loop, loop[0]].join(' → ')}.`;
  return problemData('cycle', { message, fix: 'Remove one wire of the loop.', where: { node: loop[0] } });
}

function publicNames(
  declared: PipelineDocument['inputs'],
  side: 'input' | 'output',
  nodes: ReadonlyMap<string, CheckedNode>,
  fits: (node: CheckedNode) => boolean,
  document: PipelineDocument,
  problems: ProblemData[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const named = new Set<string>();
  for (const [name, { node }] of Object.entries(declared)) {
    const checked = nodes.get(node);
    const exists = document.nodes.some((n) => n.id === node);
    if (checked !== undefined && fits(checked)) {
      names.set(name, node);
      named.add(node);
    } else if (!exists || checked !== undefined) {
      problems.push(
        problemData('public-name', {
          message: exists
            ? `The public ${side} "${name}" is node "${node}", which is not an ${side} node.`
            : `The public ${side} "${name}" names the node "${node}", which is not there.`,
          fix: `Point "${name}" to an ${side} node, or remove it.`,
          where: { at: `${side}s.${name}` },
        }),
      );
    }
  }
  for (const [id, node] of nodes) if (fits(node) && !named.has(id)) names.set(names.has(id) ? `${id}_${side}` : id, id);
  return names;
}
