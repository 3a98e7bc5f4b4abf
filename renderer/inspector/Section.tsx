import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { readFolded, writeFolded } from '../palette/foldState.ts';

/** A part of the inspector under its own heading. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="part" aria-label={title}>
      <h3>
        {title}
        {aside !== undefined && <span className="aside">{aside}</span>}
      </h3>
      {children}
    </section>
  );
}

/** A part that folds; whether it is folded is remembered by its name. Open unless it was folded, or the other way round. */
export function Fold({
  title,
  name,
  closed = false,
  force = false,
  children,
}: {
  readonly title: ReactNode;
  readonly name: string;
  /** Folded unless it was opened. */
  readonly closed?: boolean;
  /** Something inside must be seen. */
  readonly force?: boolean;
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(() => readFolded('inspector').has(name) === closed);
  return (
    <details
      className="fold"
      open={open || force}
      onToggle={(event) => {
        const now = event.currentTarget.open;
        if (now === open || (force && now)) return;
        setOpen(now);
        const folded = new Set(readFolded('inspector'));
        if (now === closed) folded.add(name);
        else folded.delete(name);
        writeFolded('inspector', folded);
      }}
    >
      <summary>
        <ChevronDown size={12} aria-hidden="true" />
        {title}
      </summary>
      {children}
    </details>
  );
}

/** Facts as name and value. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="fact-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
