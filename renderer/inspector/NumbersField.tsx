import { Minus, Plus } from 'lucide-react';
import { type NumberParam, type NumbersParam, paramFault } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import { Fault } from './Fault.tsx';
import type { FieldProps } from './field.ts';
import { readTyped, textOf } from './fieldText.ts';
import { NumberField } from './NumberField.tsx';
import { useTyped } from './useTyped.ts';

/** Up to this many numbers each have a field of their own; a longer list is typed as text. */
const mostFields = 6;

/** A list of numbers: a row of fields, or text where there are many. A list that is pasted into one field fills all. */
export function NumbersField(props: FieldProps<NumbersParam>) {
  const { spec, value } = props;
  const list = numbersOf(value);
  return list === null || list.length > mostFields || (spec.minLength ?? 0) > mostFields ? (
    <ListAsText {...props} />
  ) : (
    <ListAsRow {...props} list={list} />
  );
}

function ListAsRow({
  list,
  spec,
  id,
  name,
  describedBy,
  wrong,
  set,
  choose,
  label,
}: FieldProps<NumbersParam> & { readonly list: readonly number[] }) {
  const least = spec.minLength ?? 0;
  const most = spec.maxLength ?? 1024;
  const one: NumberParam = {
    form: spec.whole === true ? 'int' : 'number',
    default: 0,
    doc: spec.doc,
    nullable: false,
    ...(spec.min === undefined ? {} : { min: spec.min }),
    ...(spec.max === undefined ? {} : { max: spec.max }),
  };
  const more = [...list, list.at(-1) ?? Math.max(0, spec.min ?? 0)];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a flex row in every browser.
    <div
      className="numbers"
      role="group"
      aria-label={label}
      onPaste={(event) => {
        const pasted = readTyped(spec, event.clipboardData.getData('text'));
        if ('fault' in pasted || (numbersOf(pasted.value)?.length ?? 0) < 2) return;
        event.preventDefault();
        choose(pasted.value);
      }}
    >
      {list.map((number, i) => (
        <span key={keyOf(i)} className="number">
          <NumberField
            id={i === 0 ? id : `${id}-${i}`}
            name={`${name}/${i}`}
            spec={one}
            value={number}
            describedBy={describedBy}
            wrong={wrong}
            set={(value) => typeof value === 'number' && set(list.with(i, value))}
            choose={(value) => typeof value === 'number' && choose(list.with(i, value))}
            label={`${label} ${i + 1}`}
            said={`${label} ${i + 1} of ${list.length}`}
          />
        </span>
      ))}
      {list.length === 0 && <span className="quiet none">none</span>}
      {least !== most && (
        <span className="more">
          <button
            type="button"
            id={list.length === 0 ? id : undefined}
            className="icon-button small"
            aria-label={`Add a number to ${label}`}
            title="Add a number"
            disabled={list.length >= most || (paramFault(spec, more) !== null && list.length + 1 > most)}
            onClick={() => choose(more)}
          >
            <Plus size={12} aria-hidden="true" />
          </button>
          <button
            type="button"
            className="icon-button small"
            aria-label={`Remove the last number of ${label}`}
            title="Remove the last number"
            disabled={list.length <= least}
            onClick={() => choose(list.slice(0, -1))}
          >
            <Minus size={12} aria-hidden="true" />
          </button>
        </span>
      )}
    </div>
  );
}

function ListAsText({ id, name, spec, value, describedBy, wrong, set }: FieldProps<NumbersParam>) {
  const typed = useTyped<Json>({
    name,
    value,
    show: (v) => textOf(spec, v),
    read: (text) => readTyped(spec, text),
    commit: set,
  });
  const invalid = typed.fault !== null || wrong;
  return (
    <>
      <div className="field tall" aria-invalid={invalid ? true : undefined}>
        <textarea
          id={id}
          rows={2}
          aria-describedby={typed.fault === null ? describedBy : `${id}-fault ${describedBy}`}
          aria-invalid={invalid}
          autoComplete="off"
          spellCheck={false}
          placeholder={value === undefined ? 'mixed' : 'numbers, with commas between them'}
          value={typed.text}
          onChange={(event) => typed.type(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && typed.giveUp(event)}
          onBlur={typed.finish}
        />
      </div>
      <Fault id={`${id}-fault`} fault={typed.fault} />
    </>
  );
}

export function numbersOf(value: Json | undefined): readonly number[] | null {
  return Array.isArray(value) && value.every((v) => typeof v === 'number') ? value : null;
}

/** A number of a list is known by its place alone. */
function keyOf(place: number): string {
  return `at-${place}`;
}
