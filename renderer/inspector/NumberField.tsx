import { X } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { NumberParam } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import { Fault } from './Fault.tsx';
import type { FieldProps } from './field.ts';
import { readTyped, stepped, textOf } from './fieldText.ts';
import { useTyped } from './useTyped.ts';

/** A number with its unit; arrow keys step it, with Shift ten times as far. `said` names it where no label does. */
export function NumberField({
  id,
  name,
  spec,
  value,
  describedBy,
  wrong,
  set,
  choose,
  label,
  said,
}: FieldProps<NumberParam> & { readonly said?: string }) {
  const typed = useTyped<Json>({
    name,
    value,
    show: (v) => textOf(spec, v),
    read: (text) => readTyped(spec, text),
    commit: set,
  });
  function key(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Escape') typed.giveUp(event);
    if (event.key === 'Enter') typed.finish();
    const way = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (way === 0) return;
    event.preventDefault();
    typed.drop();
    set(stepped(spec, startOf(spec, value), way * (event.shiftKey ? 10 : 1)));
  }
  return (
    <>
      <div className="field" aria-invalid={typed.fault !== null || wrong ? true : undefined}>
        <input
          id={id}
          type="text"
          inputMode={spec.form === 'int' && (spec.min ?? -1) >= 0 ? 'numeric' : 'decimal'}
          role="spinbutton"
          aria-label={said}
          aria-valuenow={plain(typeof value === 'number' ? value : undefined)}
          aria-valuemin={plain(spec.min)}
          aria-valuemax={plain(spec.max)}
          aria-describedby={typed.fault === null ? describedBy : `${id}-fault ${describedBy}`}
          aria-invalid={typed.fault !== null || wrong}
          autoComplete="off"
          spellCheck={false}
          placeholder={value === undefined ? 'mixed' : spec.nullable ? 'not set' : undefined}
          value={typed.text}
          onChange={(event) => typed.type(event.target.value)}
          onKeyDown={key}
          onBlur={typed.finish}
        />
        {spec.unit !== undefined && typed.text !== '' && <span className="unit">{spec.unit}</span>}
        {spec.nullable && value !== null && value !== undefined && (
          <button
            type="button"
            className="icon-button small"
            aria-label={`${label}: not set`}
            title="Not set"
            onClick={() => {
              typed.drop();
              choose(null);
            }}
          >
            <X size={12} aria-hidden="true" />
          </button>
        )}
      </div>
      <Fault id={`${id}-fault`} fault={typed.fault} />
    </>
  );
}

/** Where stepping begins where there is no number yet. */
export function startOf(spec: NumberParam, value: Json | undefined): number {
  if (typeof value === 'number') return value;
  return spec.default ?? Math.max(0, spec.min ?? 0);
}

/** Attributes of ARIA know no exponents: a number that would be written with one is left out. */
function plain(value: number | undefined): number | undefined {
  return value === undefined || String(value).includes('e') ? undefined : value;
}
