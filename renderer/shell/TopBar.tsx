/** File, undo, screens, device, live and run. */
export function TopBar() {
  return <header className="top" />;
}
