import { ChevronDown, ChevronUp, Search } from 'lucide-react';
import type { RefObject } from 'react';
import { IconButton } from '../../preview/controls.tsx';
import { wholeText } from '../../preview/numbers.ts';

/** Finds spans by the name of their node or their own; Enter goes to the next, Shift+Enter back. */
export function SpanSearch({
  field,
  query,
  count,
  at,
  onQuery,
  onStep,
}: {
  readonly field: RefObject<HTMLInputElement | null>;
  readonly query: string;
  /** Null: nothing is asked. */
  readonly count: number | null;
  readonly at: number | null;
  readonly onQuery: (query: string) => void;
  readonly onStep: (step: 1 | -1) => void;
}) {
  const said =
    count === null
      ? ''
      : count === 0
        ? 'none'
        : at === null
          ? wholeText(count)
          : `${wholeText(at + 1)}/${wholeText(count)}`;
  return (
    <div className="span-search">
      <div className="field">
        <Search size={12} aria-hidden="true" />
        <input
          ref={field}
          type="text"
          aria-label="Find spans by node or name"
          placeholder="Find spans"
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape' && query !== '') onQuery('');
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <output className="unit" aria-live="polite">
          {said}
        </output>
      </div>
      {count !== null && count > 0 && (
        <>
          <IconButton name="Match before" keys="Shift+Enter" onClick={() => onStep(-1)}>
            <ChevronUp size={16} />
          </IconButton>
          <IconButton name="Next match" keys="Enter" onClick={() => onStep(1)}>
            <ChevronDown size={16} />
          </IconButton>
        </>
      )}
    </div>
  );
}
