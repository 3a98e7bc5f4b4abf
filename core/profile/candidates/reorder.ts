import type { ImageStep } from '../../define/image-step.ts';
import { added, connected, freeId } from '../../graph/changes.ts';
import type { DocumentNode, PipelineDocument } from '../../graph/document.ts';
import { costMs, inDecode, keptShare, movedBefore, onlyNext, previous, type StepNode, stepNode } from './imageChain.ts';
import { type Idea, inTurn, nameOf, type Subject } from './subject.ts';
import { bytesWords, listWords, msWords, percentWords } from './words.ts';

/** Work below this share of a request is not worth another order. */
const worthShare = 0.01;
/** A second copy of a node must save more than that. */
const worthCopy = 0.05;
/** Steps that keep more of the pixels than this save nothing by coming first. */
const mostKept = 0.9;
/** A guess of what share of decode and shrink is saved when they become one. */
const onePass = 0.5;

/** Whether a step that leaves fewer pixels may come before a step that works on each of them. */
function mayPass(shrink: ImageStep, other: ImageStep): boolean {
  if (shrink.op === 'resize' || shrink.op === 'resizeShorter' || shrink.op === 'centreCrop')
    return other.op === 'pixels' || other.op === 'mirror';
  // Where a rectangle lies in the mirror image depends on a width that only the run knows.
  return shrink.op === 'crop' && other.op === 'pixels';
}

/** Resizes and cuts that come after nodes which work pixel by pixel: they go first, so that fewer pixels are touched. */
export function reorderIdeas(subject: Subject): readonly Idea[] {
  return subject.checked.order.flatMap((id) => {
    const first = stepNode(subject, id);
    const above = first === null ? null : previous(subject, first);
    if (first === null || above === null || !mayPass(first.step, above.step)) return [];
    const block = blockFrom(subject, first, above);
    if (above.readers.length > 1) return withCopy(subject, block, above);
    const passed = [above];
    for (let next = previous(subject, above); next !== null; next = previous(subject, next)) {
      const over = next;
      if (over.readers.length !== 1 || !block.every(({ step }) => mayPass(step, over.step))) break;
      passed.unshift(over);
    }
    return inOrder(subject, block, passed);
  });
}

/** Shrinks and cuts that follow each other, all of which may pass the node above. */
function blockFrom(subject: Subject, first: StepNode, above: StepNode): readonly StepNode[] {
  const block = [first];
  for (let next = onlyNext(subject, first); next !== null; next = onlyNext(subject, next)) {
    if (!mayPass(next.step, above.step)) break;
    block.push(next);
  }
  return block;
}

function inOrder(subject: Subject, block: readonly StepNode[], passed: readonly StepNode[]): readonly Idea[] {
  const kept = keptShare(subject, block[0].id, block[block.length - 1].id);
  const before = previous(subject, passed[0]);
  const decodes = before?.step.op === 'decode' && before.readers.length === 1 && inDecode(block[0].step);
  const passedMs = passed.reduce((sum, { id }) => sum + costMs(subject, id), 0);
  const passMs = before === null ? 0 : costMs(subject, before.id) + costMs(subject, block[0].id);
  const saved = passedMs * (1 - (kept ?? 0.5)) + (decodes ? onePass * passMs : 0);
  if (kept !== null && kept > mostKept) return [];
  if (saved < worthShare * subject.wallMs) return [];
  const blockNames = listWords(block.map(({ id }) => nameOf(subject, id)));
  const passedNames = listWords(passed.map(({ id }) => nameOf(subject, id)));
  const fused = decodes
    ? ` Right behind ${nameOf(subject, before.id)} (${msWords(costMs(subject, before.id))}) it becomes part of the decode, which can give a JPEG at a half, a quarter or an eighth.`
    : '';
  return [
    {
      id: `${decodes ? 'fuse' : 'reorder'}:${block.map(({ id }) => id).join('+')}:${passed.map(({ id }) => id).join('+')}`,
      kind: decodes ? 'fuse' : 'reorder',
      title: `${blockNames} before ${passedNames}`,
      why: `${passedNames} ${passed.length === 1 ? 'takes' : 'take'} ${msWords(passedMs)} of ${msWords(subject.wallMs)}${workWords(subject, passed[0].id, kept)}.${fused}`,
      nodes: [...block, ...passed].map(({ id }) => id),
      changes: movedBefore(subject.document, block, passed),
      aims: 'latency',
      expected: Math.min(1, saved / subject.wallMs),
    },
  ];
}

function workWords(subject: Subject, id: string, kept: number | null): string {
  const bytes = subject.nodes.get(id)?.bytesIn ?? 0;
  if (kept === null || bytes <= 0) return ', on pixels most of which are left out right afterwards';
  return ` on ${bytesWords(bytes)} of pixels, of which ${percentWords(100 * kept)} are kept afterwards`;
}

/** The node above is read by others too, who want all its pixels: a second one for the small picture. */
function withCopy(subject: Subject, block: readonly StepNode[], above: StepNode): readonly Idea[] {
  const kept = keptShare(subject, block[0].id, block[block.length - 1].id);
  const ms = costMs(subject, above.id);
  if (ms < worthCopy * subject.wallMs || (kept !== null && kept > mostKept)) return [];
  const last = block[block.length - 1];
  const { document } = subject;
  const { position, ...rest } = above.node.node;
  const end = last.node.node.position;
  const copy: DocumentNode = {
    ...rest,
    id: freeId(document, rest.type),
    position: { x: end.x + 40, y: end.y + 40 },
  };
  const [input, output] = [above.into?.split('.')[1] ?? '', above.out.split('.')[1]];
  const name = nameOf(subject, above.id);
  return [
    {
      id: `reorder:${block.map(({ id }) => id).join('+')}:copy:${above.id}`,
      kind: 'reorder',
      title: `${listWords(block.map(({ id }) => nameOf(subject, id)))} before ${name}, with a ${name} of its own`,
      why: `This branch waits ${msWords(ms)} of ${msWords(subject.wallMs)} for ${name}${workWords(subject, above.id, kept)}; the other nodes that read it go on as they are.`,
      nodes: [...block.map(({ id }) => id), above.id],
      changes: inTurn(document, [
        (now) => added(now, 'nodes', copy),
        (now) => connected(now, above.source ?? '', block[0].into ?? ''),
        (now) => connected(now, last.out, `${copy.id}.${input}`),
        ...last.readers.map((wire) => (now: PipelineDocument) => connected(now, `${copy.id}.${output}`, wire.to)),
      ]),
      aims: 'latency',
      expected: Math.min(1, (0.5 * ms) / subject.wallMs),
    },
  ];
}
