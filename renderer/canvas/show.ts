import { state } from '../state/state.ts';
import { boxOfShown, flow, seenBox, travelMs } from './flow.ts';
import { foldGroup } from './GroupCards.tsx';
import { select } from './selecting.ts';

/** Selects a node, note or group and brings it into sight; a folded group that holds it opens. */
export function showNode(id: string): void {
  const { document, session, screen } = state();
  // The Profile screen draws every node, whatever is folded in the design.
  const groups = screen === 'design' ? document.groups : [];
  const folded = groups.find((group) => group.collapsed === true && group.nodes.includes(id));
  if (folded !== undefined && session?.readOnly === false) foldGroup(folded.id, false);
  select([id]);
  // After React Flow has taken over what may just have opened.
  requestAnimationFrame(() => {
    const shown = folded !== undefined && session?.readOnly === true ? folded.id : id;
    const box = boxOfShown(shown);
    const view = flow();
    if (box === null || view === null) return;
    const zoom = Math.max(0.8, Math.min(1, view.getZoom()));
    const seen = seenBox();
    const inSight =
      view.getZoom() >= 0.5 &&
      box.x >= seen.x &&
      box.y >= seen.y &&
      box.x + box.width <= seen.x + seen.width &&
      box.y + box.height <= seen.y + seen.height;
    if (!inSight) void view.setCenter(box.x + box.width / 2, box.y + box.height / 2, { zoom, duration: travelMs() });
    window.document
      .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(shown)}"]`)
      ?.focus({ preventScroll: true });
  });
}
