import { connected, paramSet } from '../../graph/changes.ts';
import { endOf, type PipelineDocument } from '../../graph/document.ts';
import { costMs, inDecode, previous, type StepNode, stepNode } from './imageChain.ts';
import { type Idea, inTurn, nameOf, type Subject } from './subject.ts';
import { listWords, msWords } from './words.ts';

const worthShare = 0.02;
const onePass = 0.5;

/** Resizes that could be done while decoding, but for how they are set or for a branch. */
export function decodePassIdeas(subject: Subject): readonly Idea[] {
  return subject.checked.order.flatMap((id) => {
    const node = stepNode(subject, id);
    if (node === null) return [];
    return node.step.op === 'decode' ? branched(subject, node) : smoothed(subject, node);
  });
}

/** A resize right behind the decode that looks at single neighbours only: with antialiasing both become one. */
function smoothed(subject: Subject, node: StepNode): readonly Idea[] {
  const { step } = node;
  if ((step.op !== 'resize' && step.op !== 'resizeShorter') || step.antialias || step.filter === 'nearest') return [];
  const decode = previous(subject, node);
  if (decode?.step.op !== 'decode' || decode.readers.length !== 1) return [];
  const ms = costMs(subject, node.id) + costMs(subject, decode.id);
  const param = Object.entries(node.node.definition.params).find(([name, spec]) => {
    if (spec.form !== 'boolean') return false;
    const other = node.node.definition.step?.({ ...node.node.params, [name]: !node.node.params[name] });
    return other !== undefined && other.op === step.op && inDecode(other);
  })?.[0];
  if (param === undefined || ms < worthShare * subject.wallMs) return [];
  const name = nameOf(subject, node.id);
  return [
    {
      id: `fuse:antialias:${node.id}`,
      kind: 'fuse',
      title: `${name} with antialiasing, as part of the decode`,
      why: `${nameOf(subject, decode.id)} and ${name} take ${msWords(ms)} of ${msWords(subject.wallMs)}: every pixel is decoded, though few are looked at. With antialiasing the decode gives the small picture; it comes out smoother, so answers change a little.`,
      nodes: [node.id, decode.id],
      changes: paramSet(subject.document, node.id, param, !node.node.params[param]),
      aims: 'latency',
      expected: Math.min(1, (onePass * ms) / subject.wallMs),
    },
  ];
}

/** Several resizes of one picture: the largest becomes part of the decode when the others take theirs from it. */
function branched(subject: Subject, decode: StepNode): readonly Idea[] {
  if (decode.readers.length < 2) return [];
  const shrinks = decode.readers.map((wire) => stepNode(subject, endOf(wire.to).node));
  const sound = shrinks.filter(
    (node): node is StepNode => node !== null && sizeOf(node) !== null && inDecode(node.step),
  );
  if (sound.length !== shrinks.length) return [];
  const [largest, ...others] = [...sound].sort((a, b) => (sizeOf(b) ?? 0) - (sizeOf(a) ?? 0));
  if (!others.every((other) => mayStandOn(largest, other))) return [];
  const ms = sound.reduce((sum, { id }) => sum + costMs(subject, id), costMs(subject, decode.id));
  if (ms < worthShare * subject.wallMs) return [];
  const names = listWords(others.map(({ id }) => nameOf(subject, id)));
  return [
    {
      id: `fuse:largest:${largest.id}`,
      kind: 'fuse',
      title: `${names} from the picture of ${nameOf(subject, largest.id)}`,
      why: `${nameOf(subject, decode.id)} is read by ${sound.length} resizes, so that it decodes every pixel for them: ${msWords(ms)} of ${msWords(subject.wallMs)} together. When only the largest reads it, both become one pass that decodes straight to that size. The smaller ones are resized twice, so answers change a little.`,
      nodes: [decode.id, ...sound.map(({ id }) => id)],
      changes: inTurn(
        subject.document,
        others.map((other) => (now: PipelineDocument) => connected(now, largest.out, other.into ?? '')),
      ),
      aims: 'latency',
      expected: Math.min(1, (onePass * ms) / subject.wallMs),
    },
  ];
}

function sizeOf({ step }: StepNode): number | null {
  if (step.op === 'resize') return Math.max(step.width, step.height);
  return step.op === 'resizeShorter' ? step.size : null;
}

/** Whether the smaller resize gives the same size from the larger one's picture as from the original, and no more pixels. */
function mayStandOn({ step: large }: StepNode, { step: small }: StepNode): boolean {
  if (large.op === 'resizeShorter') {
    if (small.op === 'resizeShorter') return small.size <= large.size;
    return small.op === 'resize' && Math.max(small.width, small.height) <= large.size;
  }
  return large.op === 'resize' && small.op === 'resize' && small.width <= large.width && small.height <= large.height;
}
