/** One port's values, large. */
export function Viewer() {
  return null;
}
