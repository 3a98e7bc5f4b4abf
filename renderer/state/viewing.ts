import { setState, state } from './state.ts';

/** Shows one port's values large. */
export function openViewer(end: string): void {
  setState({ viewer: { end } });
}
export function closeViewer(): void {
  setState({ viewer: null });
}

/** Moves all previews of sequences together. */
export function setTime(time: number): void {
  if (state().time !== time) setState({ time });
}

/** Puts a run's values on the canvas; null: always the newest. */
export function showRun(run: string | null): void {
  setState({ shownRun: run });
}

export function compareRuns(left: string, right: string): void {
  setState({ compare: { left, right }, viewer: null });
}
export function closeCompare(): void {
  setState({ compare: null });
}
