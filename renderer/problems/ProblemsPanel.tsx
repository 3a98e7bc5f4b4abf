/** All problems of the open pipeline. */
export function ProblemsPanel() {
  return null;
}
