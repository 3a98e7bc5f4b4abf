import type { CheckedNode } from '../../check/checked.ts';
import type { WireType } from '../../kinds/type.ts';
import { bridged, stepNode } from './imageChain.ts';
import { type Idea, nameOf, type Subject } from './subject.ts';
import { msWords, percentWords } from './words.ts';

const worthShare = 0.005;

/** Nodes that change nothing: what comes in is already what they would make of it. */
export function idleIdeas(subject: Subject): readonly Idea[] {
  return subject.checked.order.flatMap((id) => {
    const node = subject.checked.nodes.get(id);
    const ms = subject.nodes.get(id)?.total.mean ?? 0;
    const [input] = Object.entries(node?.sources ?? {});
    if (node === undefined || input === undefined || Object.keys(node.sources).length !== 1) return [];
    const outputs = Object.keys(node.outputs);
    if (outputs.length !== 1 || node.definition.run === null || node.definition.publishes) return [];
    // An input and an output of one node may have one name: what comes in is known by where it comes from.
    const [from, to] = [input[1], `${id}.${outputs[0]}`].map((end) => subject.checked.types.get(end));
    if (from === undefined || to === undefined || !changesNothing(subject, node, from, to)) return [];
    if (ms < worthShare * subject.wallMs) return [];
    const { wires } = subject.document;
    if (!wires.some((wire) => wire.to === `${id}.${input[0]}` && wire.from === input[1])) return [];
    const readers = wires.filter((wire) => wire.from === `${id}.${outputs[0]}`);
    const name = nameOf(subject, id);
    return [
      {
        id: `remove:${id}`,
        kind: 'remove' as const,
        title: `Without ${name}`,
        why: `What comes in is already what it makes of it, and it takes ${msWords(ms)} of ${msWords(subject.wallMs)} (${percentWords((100 * ms) / subject.wallMs)}).`,
        nodes: [id],
        changes: bridged(subject.document, { id, source: input[1], readers }),
        aims: 'latency' as const,
        expected: Math.min(1, ms / subject.wallMs),
      },
    ];
  });
}

/**
 * A step to the size that the picture has; or a node that is offered as a mend, so that its work is to bring a type to
 * another, where both are the same. One whose result has the same type for another reason (a transposed square) is told
 * by sizes that stand for any number.
 */
function changesNothing(subject: Subject, node: CheckedNode, from: WireType, to: WireType): boolean {
  if (!alike(from, to)) return false;
  const step = stepNode(subject, node.id)?.step;
  if (step !== undefined && from.kind === 'image') {
    const sized = typeof from.width === 'number' && typeof from.height === 'number';
    if (step.op === 'resize' || step.op === 'crop' || step.op === 'centreCrop') return sized;
  }
  if (node.definition.mend === null || !node.definition.pure) return false;
  const [port] = Object.keys(node.sources);
  const probe = from.kind === 'tensor' ? { ...from, shape: from.shape?.map((_, i) => `d${i}`) ?? null } : from;
  const given = node.definition.infer({
    inputs: { [port]: probe },
    params: node.params,
    files: node.files,
    dims: {},
    report: () => undefined,
  });
  return decided(from) && alike(probe, given[Object.keys(node.outputs)[0]]);
}

/** Whether what a converting node could change is known at all. */
function decided(type: WireType): boolean {
  switch (type.kind) {
    case 'image':
      return type.colour !== null;
    case 'audio':
      return type.sampleRateHz !== null && type.channels !== null;
    case 'tensor':
      return type.dtype !== null && type.shape !== null;
    default:
      return false;
  }
}

/** The same in everything that is known of both, the sequence left out. */
function alike(a: WireType, b: WireType | undefined): boolean {
  if (b === undefined) return false;
  const [{ sequence: _, ...one }, { sequence: __, ...other }] = [a, b];
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
}
