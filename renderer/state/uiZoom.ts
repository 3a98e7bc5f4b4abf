import { remember, settingOf } from './settings.ts';
import { useStudio } from './state.ts';

/** How large panels, bars and dialogs are drawn. The canvas has a zoom of its own. */
export const uiZooms: readonly number[] = [1, 1.1, 1.25, 1.5];

export function uiZoomOf(setting: unknown): number {
  return typeof setting === 'number' && uiZooms.includes(setting) ? setting : 1;
}

/** The next size up or down; the same at either end. */
export function stepUiZoom(now: number, step: 1 | -1): number {
  return uiZooms[Math.max(0, Math.min(uiZooms.length - 1, uiZooms.indexOf(now) + step))];
}

export function setUiZoom(zoom: number): void {
  if (zoom !== uiZoomOf(settingOf('uiZoom'))) remember('uiZoom', zoom);
}

/** Keeps the page as the setting says. */
export function followUiZoom(): void {
  useStudio.subscribe(({ about }, before) => {
    const zoom = uiZoomOf(about?.settings['uiZoom']);
    if (zoom !== uiZoomOf(before.about?.settings['uiZoom']))
      document.documentElement.style.setProperty('--ui-zoom', String(zoom));
  });
}
