/** Samples, recent files, a model, or nothing: where to begin. */
export function Welcome() {
  return <main className="welcome" />;
}
