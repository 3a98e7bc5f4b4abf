import type { PortSpec } from '../define/port.ts';
import type { Registry } from '../define/registry.ts';
import { anyType, type Sequence, typeText, type WireType } from '../kinds/type.ts';
import { type ProblemData, problemData, toProblemData } from '../problems/problem.ts';
import type { CheckedNode } from './checked.ts';
import { type DimBindings, type Mismatch, mismatchesOf } from './fit.ts';
import { mendsFor } from './mend.ts';

/** Infers the types of one node's ports from those of its sources; adds them to `types` and returns what is wrong. */
export function inferNode(node: CheckedNode, types: Map<string, WireType>, registry: Registry): readonly ProblemData[] {
  const problems: ProblemData[] = [];
  const bindings: DimBindings = new Map();
  const inputs: Record<string, WireType | undefined> = {};
  let broken = false;
  for (const [name, spec] of Object.entries(node.inputs)) {
    const source = node.sources[name];
    const type = source === undefined ? undefined : types.get(source);
    if (source === undefined) {
      if (!spec.optional) {
        problems.push(unwired(node, name, spec));
        inputs[name] = anyType[spec.kinds[0]];
      }
      continue;
    }
    // A source that could not be inferred has its own problem; go on with the widest type.
    inputs[name] = type ?? anyType[spec.kinds[0]];
    if (type === undefined) continue;
    types.set(`${node.id}.${name}`, type);
    const mismatches = mismatchesOf(type, spec, bindings);
    if (mismatches.length > 0) {
      problems.push(misfit(node, name, spec, source, type, mismatches, registry));
      if (mismatches[0].code === 'wire-kind') {
        inputs[name] = { ...anyType[spec.kinds[0]], sequence: type.sequence };
        broken = true;
      }
    }
  }
  const joined = joinSequences(node, inputs, problems);
  try {
    const outputs = node.definition.infer({
      inputs,
      params: node.params,
      files: node.files,
      dims: Object.fromEntries(bindings),
      report: (code, init) => {
        if (!broken) problems.push(problemData(code, { ...init, where: { node: node.id, ...init.where } }));
      },
    });
    for (const [name, type] of Object.entries(outputs)) {
      types.set(`${node.id}.${name}`, node.definition.stream ? type : { ...type, sequence: joined });
    }
  } catch (error) {
    if (!broken) problems.push(toProblemData(error, 'internal', { node: node.id }));
  }
  return problems;
}

/** An item node runs once per joined item: for many of one input it gives many. */
function joinSequences(
  node: CheckedNode,
  inputs: Readonly<Record<string, WireType | undefined>>,
  problems: ProblemData[],
): Sequence {
  const sequences = Object.entries(inputs).flatMap(([name, type]) =>
    type?.sequence.count === 'many' ? [{ name, rateHz: type.sequence.rateHz }] : [],
  );
  if (sequences.length === 0) return { count: 'one' };
  const rated = sequences.filter((s) => s.rateHz !== undefined);
  const first = rated[0];
  const other = rated.find(
    (s) =>
      first !== undefined &&
      Math.abs((s.rateHz as number) - (first.rateHz as number)) > 1e-9 * (first.rateHz as number),
  );
  if (node.definition.run !== null && first !== undefined && other !== undefined) {
    problems.push(
      problemData('wire-sequence', {
        severity: 'warning',
        message: `"${node.id}" (${node.definition.title}) joins sequences of different rates: ${first.name} at ${first.rateHz}/s and ${other.name} at ${other.rateHz}/s. Only items with equal times meet.`,
        fix: 'Put a node before it that aligns the sequences in time.',
        where: { node: node.id, port: other.name },
      }),
    );
  }
  return first?.rateHz === undefined ? { count: 'many' } : { count: 'many', rateHz: first.rateHz };
}

function unwired(node: CheckedNode, name: string, spec: PortSpec): ProblemData {
  return problemData('port-unwired', {
    message: `The input "${name}" of "${node.id}" (${node.definition.title}) has no wire; it takes ${spec.kinds.length > 4 ? 'any kind' : spec.kinds.join(' or ')}.`,
    fix: `Wire ${article(spec.kinds[0])} to it: ${spec.doc}`,
    where: { node: node.id, port: name },
  });
}

function misfit(
  node: CheckedNode,
  name: string,
  spec: PortSpec,
  source: string,
  type: WireType,
  mismatches: readonly Mismatch[],
  registry: Registry,
): ProblemData {
  const wrong = mismatches.map((m) => `expected ${m.expected}, got ${m.got}`).join('; ');
  const mend = mendsFor(type, spec, registry)[0];
  const params = mend && Object.keys(mend.params).length > 0 ? ` with ${JSON.stringify(mend.params)}` : '';
  return problemData(mismatches[0].code, {
    message: `The wire ${source} → ${node.id}.${name} (${node.definition.title}) does not fit: ${wrong}. It carries ${typeText(type)}.`,
    fix: mend
      ? `Put "${mend.title}" (${mend.type}${params}) into the wire.`
      : `Wire something to ${node.id}.${name} that is ${mismatches[0].expected}.`,
    where: { node: node.id, port: name, wire: { from: source, to: `${node.id}.${name}` } },
    ...(mend ? { mend: { insert: { type: mend.type, params: mend.params } } } : {}),
  });
}

function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
