/** Runs that can be looked at. */
export function RunsPanel() {
  return null;
}
