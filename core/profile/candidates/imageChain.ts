import type { CheckedNode } from '../../check/checked.ts';
import type { ImageStep } from '../../define/image-step.ts';
import { connected, moved, removed } from '../../graph/changes.ts';
import { type DocumentWire, endOf, type PipelineDocument } from '../../graph/document.ts';
import type { Change } from '../../graph/edit.ts';
import { inTurn, type Subject } from './subject.ts';

/** An image node with one picture in (none for a decode) and one thing out, as steps of a pass are. */
export interface StepNode {
  readonly id: string;
  readonly node: CheckedNode;
  readonly step: ImageStep;
  /** `node.port` of its only input; null for a node that takes its picture from outside. */
  readonly into: string | null;
  /** `node.port` that feeds it. */
  readonly source: string | null;
  /** `node.port` of its only output. */
  readonly out: string;
  /** Wires that read its output. */
  readonly readers: readonly DocumentWire[];
}

/** The node as a step; null when it is none, or where a bypassed node sits in its wires. */
export function stepNode(subject: Subject, id: string): StepNode | null {
  const node = subject.checked.nodes.get(id);
  if (node === undefined || node.definition.run === null || !node.definition.pure) return null;
  const step = node.definition.step?.(node.params) ?? null;
  const outputs = Object.keys(node.outputs);
  const sources = Object.entries(node.sources);
  if (step === null || outputs.length !== 1 || sources.length > 1) return null;
  const out = `${id}.${outputs[0]}`;
  const { wires } = subject.document;
  const [port, source] = sources[0] ?? [null, null];
  const into = port === null ? null : `${id}.${port}`;
  if (into !== null && !wires.some((wire) => wire.to === into && wire.from === source)) return null;
  const readers = wires.filter((wire) => wire.from === out);
  const living = readers.every((wire) => subject.checked.nodes.has(endOf(wire.to).node));
  return living ? { id, node, step, into, source, out, readers } : null;
}

/** The only node that reads this one, as a step. */
export function onlyNext(subject: Subject, { readers }: StepNode): StepNode | null {
  return readers.length === 1 ? stepNode(subject, endOf(readers[0].to).node) : null;
}

/** The node that feeds this one, as a step. */
export function previous(subject: Subject, { source }: StepNode): StepNode | null {
  return source === null ? null : stepNode(subject, endOf(source).node);
}

export function costMs(subject: Subject, id: string): number {
  return subject.nodes.get(id)?.run.mean ?? 0;
}

/** Bytes of a picture after these steps over those before, as measured; null when it was not. */
export function keptShare(subject: Subject, first: string, last: string): number | null {
  const [before, after] = [subject.nodes.get(first)?.bytesIn ?? 0, subject.nodes.get(last)?.bytesOut ?? 0];
  return before > 0 && after > 0 ? after / before : null;
}

/** Lets `block` do its work before `passed`, which stand before it now. Both are chains, each node read by the next alone. */
export function movedBefore(
  document: PipelineDocument,
  block: readonly StepNode[],
  passed: readonly StepNode[],
): readonly Change[] {
  const [first, last] = [block[0], block[block.length - 1]];
  const [top, end] = [passed[0], passed[passed.length - 1]];
  const places = [...passed, ...block].map(({ node }) => node.node.position);
  const order = [...block, ...passed].map(({ id }, i) => [id, places[i]] as const);
  return inTurn(document, [
    (now) => connected(now, top.source ?? '', first.into ?? ''),
    (now) => connected(now, last.out, top.into ?? ''),
    ...last.readers.map((wire) => (now: PipelineDocument) => connected(now, end.out, wire.to)),
    (now) => moved(now, new Map(order)),
  ]);
}

/** Takes a node out; what read it reads what fed it. */
export function bridged(document: PipelineDocument, { id, source, readers }: StepNode | Bridged): readonly Change[] {
  return inTurn(document, [
    ...readers.map((wire) => (now: PipelineDocument) => connected(now, source ?? '', wire.to)),
    (now) => removed(now, [id]),
  ]);
}
export interface Bridged {
  readonly id: string;
  readonly source: string | null;
  readonly readers: readonly DocumentWire[];
}

/** Whether a step is one that the host may do while it decodes (an antialiased shrink), or right after (a cut). */
export function inDecode(step: ImageStep): boolean {
  if (step.op === 'resize' || step.op === 'resizeShorter') return step.antialias && step.filter !== 'nearest';
  return step.op === 'crop' || step.op === 'centreCrop';
}
