/** What goes on, in one line. */
export function StatusBar() {
  return <footer className="status" />;
}
