/** Every node type, by family, to be searched and dragged. */
export function Palette() {
  return <aside className="panel left" />;
}
