import type { KeyboardEvent } from 'react';

/** Tabs over a body that has the id given; arrow keys, Home and End move along them. */
export function TabRow<T extends string>({
  name,
  prefix,
  body,
  tabs,
  at,
  onChange,
  badge = () => null,
}: {
  readonly name: string;
  /** A tab's id is `<prefix>-<tab>`, for the body to name. */
  readonly prefix: string;
  readonly body: string;
  readonly tabs: readonly { readonly id: T; readonly title: string }[];
  readonly at: T | null;
  readonly onChange: (tab: T) => void;
  /** A count or a word beside the title. */
  readonly badge?: (tab: T) => string | null;
}) {
  function keyDown(event: KeyboardEvent<HTMLElement>): void {
    const now = tabs.findIndex((tab) => tab.id === at);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { id } = tabs[(next + tabs.length) % tabs.length];
    onChange(id);
    event.currentTarget.querySelector<HTMLElement>(`#${prefix}-${id}`)?.focus();
  }
  return (
    <div className="bottom-tabs" role="tablist" aria-label={name} onKeyDown={keyDown} tabIndex={-1}>
      {tabs.map(({ id, title }) => (
        <button
          key={id}
          id={`${prefix}-${id}`}
          type="button"
          role="tab"
          className="tab"
          aria-selected={id === at}
          aria-controls={body}
          tabIndex={id === at ? 0 : -1}
          onClick={() => onChange(id)}
        >
          {title}
          {badge(id) !== null && <span className="count">{badge(id)}</span>}
        </button>
      ))}
    </div>
  );
}
