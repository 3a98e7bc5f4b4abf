/** One of a few, side by side, in a plot's head. */
export function PlotChoice<T extends string>({
  name,
  choices,
  at,
  onChange,
}: {
  readonly name: string;
  readonly choices: readonly { readonly id: T; readonly title: string }[];
  readonly at: T;
  readonly onChange: (choice: T) => void;
}) {
  return (
    <fieldset className="plot-choice" aria-label={name}>
      {choices.map(({ id, title }) => (
        <button key={id} type="button" aria-pressed={id === at} onClick={() => onChange(id)}>
          {title}
        </button>
      ))}
    </fieldset>
  );
}
