import { X } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { type NamesParam, paramExpectation } from '../../core/define/param.ts';
import { Fault } from './Fault.tsx';
import type { FieldProps } from './field.ts';
import { readTyped, splitNames } from './fieldText.ts';
import { keepText, keptText } from './useTyped.ts';

/** Names as chips: type one and press Enter; a chip is removed by its button and moved by Alt with an arrow key. */
export function NamesField({ id, name, spec, value, describedBy, wrong, choose, label }: FieldProps<NamesParam>) {
  const names = Array.isArray(value) ? value.map(String) : [];
  const [text, setText] = useState(() => keptText(name, '') ?? '');
  const [fault, setFault] = useState<string | null>(null);
  function add(): void {
    const added = splitNames(text);
    const next = readTyped(spec, [...names, ...added].join(', '));
    setFault('fault' in next && added.length > 0 ? next.fault : null);
    if ('fault' in next || added.length === 0) return;
    choose(next.value);
    write('');
  }
  function put(next: readonly string[]): void {
    const short = next.length < (spec.minLength ?? 0);
    setFault(short ? `Expected ${paramExpectation(spec)}.` : null);
    if (!short) choose(next);
  }
  function key(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter' || event.key === ',' || event.key === ';') {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && text === '' && names.length > 0) put(names.slice(0, -1));
    else if (event.key === 'Escape' && text !== '') {
      event.stopPropagation();
      write('');
      setFault(null);
    }
  }
  function write(next: string): void {
    setText(next);
    keepText(name, next, '');
  }
  function move(event: KeyboardEvent, place: number): void {
    const way = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    const to = place + way;
    if (!event.altKey || way === 0 || to < 0 || to >= names.length) return;
    event.preventDefault();
    const next = names.toSpliced(place, 1);
    put(next.toSpliced(to, 0, names[place]));
  }
  return (
    <>
      <div className="field chips" aria-invalid={fault !== null || wrong ? true : undefined}>
        {names.map((chip, i) => (
          <span key={chip} className="chip">
            {chip}
            <button
              type="button"
              aria-label={`Remove ${chip} from ${label}`}
              title="Remove; Alt with an arrow key moves it"
              onClick={() => put(names.toSpliced(i, 1))}
              onKeyDown={(event) => move(event, i)}
            >
              <X size={10} aria-hidden="true" />
            </button>
          </span>
        ))}
        <input
          id={id}
          type="text"
          aria-describedby={fault === null ? describedBy : `${id}-fault ${describedBy}`}
          aria-invalid={fault !== null || wrong}
          autoComplete="off"
          spellCheck={false}
          placeholder={value === undefined ? 'mixed' : 'add a name'}
          value={text}
          onChange={(event) => write(event.target.value)}
          onKeyDown={key}
          onBlur={add}
        />
      </div>
      <Fault id={`${id}-fault`} fault={fault} />
    </>
  );
}
