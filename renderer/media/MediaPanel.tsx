/** The pipeline's sample media. */
export function MediaPanel() {
  return null;
}
