import { useId } from 'react';
import { Fault } from './Fault.tsx';
import { type Read, useTyped } from './useTyped.ts';

/** A line or a few of text that belong to the pipeline itself: names, docs, licences. */
export function LineField({
  name,
  label,
  value,
  read = anyText,
  commit,
  rows = 1,
  placeholder,
  bare = false,
  className = '',
}: {
  /** Names what is typed, so that it is kept. */
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly read?: (text: string) => Read<string>;
  readonly commit: (value: string) => void;
  readonly rows?: number;
  readonly placeholder?: string;
  /** Its label is said, not shown. */
  readonly bare?: boolean;
  readonly className?: string;
}) {
  const id = useId();
  const typed = useTyped({ name, value, show: (v: string) => v, read, commit });
  const shared = {
    id,
    value: typed.text,
    placeholder,
    autoComplete: 'off',
    spellCheck: rows > 1,
    'aria-label': bare ? label : undefined,
    'aria-invalid': typed.fault !== null,
    'aria-describedby': typed.fault === null ? undefined : `${id}-fault`,
    onBlur: typed.finish,
  };
  const field = (
    <>
      <div className={`field ${rows > 1 ? 'tall' : ''}`} aria-invalid={typed.fault === null ? undefined : true}>
        {rows > 1 ? (
          <textarea
            {...shared}
            rows={rows}
            onChange={(event) => typed.type(event.target.value)}
            onKeyDown={(event) => event.key === 'Escape' && typed.giveUp(event)}
          />
        ) : (
          <input
            {...shared}
            type="text"
            onChange={(event) => typed.type(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') typed.giveUp(event);
              if (event.key === 'Enter') typed.finish();
            }}
          />
        )}
      </div>
      <Fault id={`${id}-fault`} fault={typed.fault} />
    </>
  );
  if (bare) return <div className={className}>{field}</div>;
  return (
    <div className={`${rows > 1 ? 'fld wide' : 'fld'} ${className}`}>
      <div className="fld-label">
        <label htmlFor={id}>{label}</label>
      </div>
      <div className="fld-control">{field}</div>
    </div>
  );
}

function anyText(text: string): Read<string> {
  return { value: text };
}
