import type { ImageStep } from '../../define/image-step.ts';
import { paramSet } from '../../graph/changes.ts';
import type { PipelineDocument } from '../../graph/document.ts';
import { centreOffset, shorterSideSize } from '../../kinds/geometry.ts';
import type { Json } from '../../kinds/value.ts';
import { costMs, movedBefore, onlyNext, previous, type StepNode, stepNode } from './imageChain.ts';
import { type Idea, inTurn, nameOf, type Subject } from './subject.ts';
import { msWords, percentWords } from './words.ts';

const worthShare = 0.02;
/** A cut that keeps more than this of the picture saves too little. */
const mostKept = 0.8;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A cut that follows a resize, where the picture's size is known and the cut's edges fall on whole pixels of it: the same
 * cut before the resize, which then works on what is kept alone. A decode does both at once, and is left as it is.
 */
export function cropFirstIdeas(subject: Subject): readonly Idea[] {
  return subject.checked.order.flatMap((id) => {
    const resize = stepNode(subject, id);
    const cut = resize === null ? null : onlyNext(subject, resize);
    if (resize === null || cut === null || previous(subject, resize)?.step.op === 'decode') return [];
    const from = sizeAt(subject, resize.source);
    const to = from === null ? null : resizedTo(resize.step, from);
    const ms = costMs(subject, id);
    if (from === null || to === null || ms < worthShare * subject.wallMs) return [];
    const before = cutBefore(cut.step, from, to);
    if (before === null) return [];
    const kept = (before.cut.width * before.cut.height) / (from.width * from.height);
    const set = [settings(cut, before.cut), settings(resize, shrinkTo(resize.step, before.size))];
    if (kept > mostKept || set.some((params) => params === null)) return [];
    const [a, b] = [nameOf(subject, cut.id), nameOf(subject, id)];
    return [
      {
        id: `reorder:${cut.id}:${id}`,
        kind: 'reorder' as const,
        title: `${a} before ${b}`,
        why: `${b} takes ${msWords(ms)} of ${msWords(subject.wallMs)} for ${from.width}x${from.height} px, of which ${a} keeps ${percentWords(100 * kept)}. The cut falls on whole pixels of the picture before; only pixels at its edge come out a little otherwise.`,
        nodes: [cut.id, id],
        changes: inTurn(subject.document, [
          (now) => movedBefore(now, [cut], [resize]),
          ...[cut, resize].flatMap((node, i) =>
            Object.entries(set[i] ?? {}).map(
              ([name, value]) =>
                (now: PipelineDocument) =>
                  paramSet(now, node.id, name, value),
            ),
          ),
        ]),
        aims: 'latency' as const,
        expected: Math.min(1, (ms * (1 - kept)) / subject.wallMs),
      },
    ];
  });
}

function sizeAt(subject: Subject, end: string | null): Size | null {
  const type = subject.checked.types.get(end ?? '');
  if (type?.kind !== 'image' || typeof type.width !== 'number' || typeof type.height !== 'number') return null;
  return { width: type.width, height: type.height };
}

function resizedTo(step: ImageStep, from: Size): Size | null {
  if (step.op === 'resize') return { width: step.width, height: step.height };
  return step.op === 'resizeShorter' ? shorterSideSize(from.width, from.height, step.size) : null;
}

type Cut = Extract<ImageStep, { readonly op: 'crop' | 'centreCrop' }>;

/** The same cut in the picture before the resize, and the size that what it keeps is to have; null off whole pixels. */
function cutBefore(step: ImageStep, from: Size, to: Size): { readonly cut: Cut; readonly size: Size } | null {
  if (step.op !== 'crop' && step.op !== 'centreCrop') return null;
  const size = { width: step.width, height: step.height };
  if (size.width > to.width || size.height > to.height) return null;
  const [left, top] =
    step.op === 'crop'
      ? [step.left, step.top]
      : [centreOffset(to.width, size.width), centreOffset(to.height, size.height)];
  const [x, y] = [from.width / to.width, from.height / to.height];
  const [width, height] = [size.width * x, size.height * y];
  if (![left * x, top * y, width, height].every(Number.isInteger)) return null;
  if (step.op === 'crop') return { cut: { op: 'crop', left: left * x, top: top * y, width, height }, size };
  const centred = centreOffset(from.width, width) === left * x && centreOffset(from.height, height) === top * y;
  return centred ? { cut: { op: 'centreCrop', width, height }, size } : null;
}

function shrinkTo(step: ImageStep, { width, height }: Size): ImageStep {
  if (step.op === 'resize') return { ...step, width, height };
  return step.op === 'resizeShorter' ? { ...step, size: Math.min(width, height) } : step;
}

/** Parameters that make the node's step the wanted one: those of the step's own names, believed when the node says so. */
function settings(node: StepNode, wanted: ImageStep): Readonly<Record<string, Json>> | null {
  const { definition, params } = node.node;
  const set = Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => Object.hasOwn(definition.params, name) && params[name] !== value),
  ) as Readonly<Record<string, Json>>;
  const step = definition.step?.({ ...params, ...set });
  return JSON.stringify(entries(step)) === JSON.stringify(entries(wanted)) ? set : null;
}

function entries(step: ImageStep | undefined) {
  return Object.entries(step ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
