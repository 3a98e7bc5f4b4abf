/** The pipeline itself. */
export function Canvas() {
  return <main className="canvas" />;
}
