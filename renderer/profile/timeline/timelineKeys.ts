import { panBy, type Stretch, zoomAt } from './timeView.ts';

/** What a key does to the view; null: it is not for the view. */
export function viewAfterKey(key: string, view: Stretch, bounds: Stretch): Stretch | null {
  const length = view.toMs - view.fromMs;
  const middle = (view.fromMs + view.toMs) / 2;
  if (key === 'ArrowLeft') return panBy(view, bounds, -length / 8);
  if (key === 'ArrowRight') return panBy(view, bounds, length / 8);
  if (key === 'PageUp') return panBy(view, bounds, -length * 0.9);
  if (key === 'PageDown') return panBy(view, bounds, length * 0.9);
  if (key === 'Home') return panBy(view, bounds, bounds.fromMs - view.fromMs);
  if (key === 'End') return panBy(view, bounds, bounds.toMs - view.toMs);
  if (key === '+' || key === '=') return zoomAt(view, bounds, middle, 0.6);
  if (key === '-' || key === '_') return zoomAt(view, bounds, middle, 1 / 0.6);
  return key === '0' ? bounds : null;
}
