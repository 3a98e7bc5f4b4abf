import { Search } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';

export interface Pick {
  readonly id: string;
  /** It cannot be chosen now. */
  readonly off?: boolean;
  readonly row: ReactNode;
}

/** A field that searches and a list of what was found. The focus stays in the field; arrows move in the list. */
export function PickList({
  label,
  placeholder,
  query,
  onQuery,
  picks,
  onPick,
  none,
  foot,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly picks: readonly Pick[];
  readonly onPick: (id: string) => void;
  /** Said when nothing was found. */
  readonly none: string;
  readonly foot?: ReactNode;
}) {
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const place = Math.min(at, picks.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is found first is meant first, whenever the words change.
  useEffect(() => setAt(0), [query]);
  useEffect(() => {
    list.current?.children[place]?.scrollIntoView({ block: 'nearest' });
  }, [place]);

  function keyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const page = 8;
    const next = { ArrowDown: place + 1, ArrowUp: place - 1, PageDown: place + page, PageUp: place - page }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      const around = event.key.startsWith('Arrow');
      setAt(around ? (next + picks.length) % Math.max(1, picks.length) : Math.max(0, Math.min(next, picks.length - 1)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const pick = picks[place];
      if (pick !== undefined && pick.off !== true) onPick(pick.id);
    }
  }

  return (
    <>
      <div className="pick-field">
        <Search size={16} aria-hidden="true" />
        <input
          data-first
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={picks.length === 0 ? undefined : `${id}-${place}`}
          aria-autocomplete="list"
          aria-label={label}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={keyDown}
        />
      </div>
      <div className="pick-list" role="listbox" id={`${id}-list`} aria-label={label} ref={list}>
        {picks.map((pick, i) => (
          // biome-ignore lint/a11y/useFocusableInteractive: see above.
          // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the field chooses.
          <div
            key={pick.id}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === place}
            aria-disabled={pick.off}
            className={pick.off ? 'pick-row off' : 'pick-row'}
            onPointerMove={() => setAt(i)}
            onClick={() => pick.off !== true && onPick(pick.id)}
          >
            {pick.row}
          </div>
        ))}
      </div>
      {picks.length === 0 && (
        <p className="pick-none" role="status">
          {none}
        </p>
      )}
      {foot}
    </>
  );
}

/** Text with the letters that matched standing out. */
export function Marked({ text, marks }: { readonly text: string; readonly marks: readonly number[] }) {
  if (marks.length === 0) return <>{text}</>;
  const there = new Set(marks);
  const parts: { readonly marked: boolean; text: string }[] = [];
  [...text.split('')].forEach((letter, i) => {
    const marked = there.has(i);
    const last = parts[parts.length - 1];
    if (last?.marked === marked) last.text += letter;
    else parts.push({ marked, text: letter });
  });
  // Parts never change places, so their index is what they are.
  return (
    <>
      {parts.map((part, i) => {
        const key = `${i}`;
        return part.marked ? <mark key={key}>{part.text}</mark> : <span key={key}>{part.text}</span>;
      })}
    </>
  );
}
