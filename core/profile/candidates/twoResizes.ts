import type { ImageStep } from '../../define/image-step.ts';
import { bridged, costMs, onlyNext, previous, stepNode } from './imageChain.ts';
import { type Idea, nameOf, type Subject } from './subject.ts';
import { msWords, percentWords } from './words.ts';

const worthShare = 0.01;

/** A resize whose result is only resized again, to less: the second alone gives the same size. */
export function twoResizesIdeas(subject: Subject): readonly Idea[] {
  return subject.checked.order.flatMap((id) => {
    const first = stepNode(subject, id);
    let next = first === null ? null : onlyNext(subject, first);
    while (next?.step.op === 'pixels' || next?.step.op === 'mirror') next = onlyNext(subject, next);
    if (first === null || next === null || first.source === null || !lastAlone(first.step, next.step)) return [];
    const ms = costMs(subject, id);
    // Behind a decode the first may cost nothing of its own: then the second takes its place there.
    const behindDecode = previous(subject, first)?.step.op === 'decode';
    if (ms < worthShare * subject.wallMs && !behindDecode) return [];
    const [a, b] = [nameOf(subject, id), nameOf(subject, next.id)];
    return [
      {
        id: `remove:${id}`,
        kind: 'remove' as const,
        title: `${b} alone, without ${a} before it`,
        why: `${a} takes ${msWords(ms)} of ${msWords(subject.wallMs)} (${percentWords((100 * ms) / subject.wallMs)}), and ${b} brings its picture to another, smaller size anyway.`,
        nodes: [id, next.id],
        changes: bridged(subject.document, first),
        aims: 'latency' as const,
        expected: Math.min(1, ms / subject.wallMs),
      },
    ];
  });
}

/** Whether the second resize gives the same size without the first, and was not to enlarge what the first had shrunk. */
function lastAlone(first: ImageStep, second: ImageStep): boolean {
  if (first.op === 'resizeShorter' && second.op === 'resizeShorter') return second.size <= first.size;
  if (second.op !== 'resize') return false;
  if (first.op === 'resize') return second.width <= first.width && second.height <= first.height;
  return first.op === 'resizeShorter' && Math.min(second.width, second.height) <= first.size;
}
