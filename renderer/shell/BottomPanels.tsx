/** Problems, media and runs, under the canvas. */
export function BottomPanels() {
  return <section className="bottom" />;
}
