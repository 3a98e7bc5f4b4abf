/** What is known of the selection, and its parameters as a form. */
export function Inspector() {
  return <aside className="panel right" />;
}
