import type { ProblemPlace } from '../../core/problems/problem.ts';
import { select } from '../canvas/selecting.ts';
import { showNode } from '../canvas/show.ts';
import { setState, state } from '../state/state.ts';

/** Whether there is somewhere to go. */
export function hasPlace(where: ProblemPlace): boolean {
  const { nodes, wires } = state().document;
  return (
    nodes.some((node) => node.id === where.node) ||
    wires.some((wire) => wire.to === where.wire?.to) ||
    where.at !== undefined ||
    where.file !== undefined
  );
}

/** Goes to where a problem is: the parameter's field, the wire, the node, or the pipeline's own part of the inspector. */
export function goTo(where: ProblemPlace): void {
  const { document } = state();
  const wire = document.wires.find(({ to }) => to === where.wire?.to);
  const node =
    document.nodes.find(({ id }) => id === where.node) ??
    document.nodes.find(({ id }) => wire?.to.startsWith(`${id}.`));
  setState({ rightOpen: true });
  if (node !== undefined) showNode(node.id);
  if (wire !== undefined) select([], [wire.to]);
  else if (node === undefined) select([]);
  if (where.param !== undefined && node !== undefined) focusParam(where.param);
}

/** Puts the focus into a parameter's field, as soon as the inspector shows it; what is folded over it opens. */
export function focusParam(name: string, triesLeft = 8): void {
  requestAnimationFrame(() => {
    const field = document.querySelector(`.inspector [data-param="${CSS.escape(name)}"]`);
    if (field === null) {
      if (triesLeft > 0) focusParam(name, triesLeft - 1);
      return;
    }
    for (let fold = field.closest('details'); fold !== null; fold = fold.parentElement?.closest('details') ?? null)
      fold.open = true;
    // Only the inspector scrolls: scrollIntoView would move everything around it, too.
    const pane = field.closest('.inspector-scroll');
    const box = field.getBoundingClientRect();
    const seen = pane?.getBoundingClientRect();
    if (pane !== null && seen !== undefined && (box.top < seen.top || box.bottom > seen.bottom))
      pane.scrollTop += box.top - seen.top - (seen.height - box.height) / 2;
    field
      .querySelector<HTMLElement>('.fld-control :is(input, select, textarea, button)')
      ?.focus({ preventScroll: true });
  });
}
