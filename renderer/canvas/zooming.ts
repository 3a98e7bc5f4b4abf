import { state } from '../state/state.ts';
import { boxOfShown, flow, travelMs } from './flow.ts';
import { around } from './guides.ts';
import { withGroups } from './selecting.ts';

export function zoomIn(): void {
  void flow()?.zoomIn({ duration: travelMs() });
}
export function zoomOut(): void {
  void flow()?.zoomOut({ duration: travelMs() });
}
export function zoomTo100(): void {
  void flow()?.zoomTo(1, { duration: travelMs() });
}
export function fitAll(): void {
  void flow()?.fitView({ padding: 0.06, maxZoom: 1, minZoom: 0.05, duration: travelMs() });
}
export function fitSelection(): void {
  const boxes = [...withGroups(state().selection.ids)].flatMap((id) => boxOfShown(id) ?? []);
  const box = around(boxes);
  if (box === null) fitAll();
  else void flow()?.fitBounds(box, { padding: 0.3, duration: travelMs() });
}
