import type { Checked } from '../check/checked.ts';
import type { ImageStep } from '../define/image-step.ts';
import { planRun } from '../plan/plan.ts';

/**
 * Nodes whose work the host does while it decodes a file, when the pipeline runs node by node: one smoothed shrink right
 * behind the decoding, which then makes a small picture in the first place, and the cuts behind it. In a graph they would
 * begin with all the pixels.
 */
export function decodePassNodes(checked: Checked): readonly string[] {
  return planRun(checked).stages.flatMap(({ nodes, steps }) => {
    if (steps[0]?.op !== 'decode') return [];
    let taken = steps[1] !== undefined && isSmoothResize(steps[1]) ? 2 : 1;
    while (steps[taken]?.op === 'crop' || steps[taken]?.op === 'centreCrop') taken++;
    return nodes.slice(1, taken).map(({ id }) => id);
  });
}

function isSmoothResize(step: ImageStep): boolean {
  return (step.op === 'resize' || step.op === 'resizeShorter') && step.antialias && step.filter !== 'nearest';
}

/** Whether rows of the picture stay rows of the original, whatever the sizes are. */
export function keepsStraight(step: ImageStep): boolean {
  return step.op !== 'own';
}
