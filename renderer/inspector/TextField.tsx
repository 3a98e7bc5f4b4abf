import type { JsonParam, TextParam } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import { Fault } from './Fault.tsx';
import type { FieldProps } from './field.ts';
import { readTyped, textOf } from './fieldText.ts';
import { useTyped } from './useTyped.ts';

/** Text of one line or many, and JSON with the place where it stops being JSON. */
export function TextField({ id, name, spec, value, describedBy, wrong, set }: FieldProps<TextParam | JsonParam>) {
  const typed = useTyped<Json>({
    name,
    value,
    show: (v) => textOf(spec, v),
    read: (text) => readTyped(spec, text),
    commit: set,
  });
  const invalid = typed.fault !== null || wrong;
  const shared = {
    id,
    'aria-describedby': typed.fault === null ? describedBy : `${id}-fault ${describedBy}`,
    'aria-invalid': invalid,
    autoComplete: 'off',
    spellCheck: false,
    placeholder: value === undefined ? 'mixed' : undefined,
    value: typed.text,
    onBlur: typed.finish,
  };
  const many = spec.form === 'json' || spec.multiline === true;
  return (
    <>
      <div className={many ? 'field tall' : 'field'} aria-invalid={invalid ? true : undefined}>
        {many ? (
          <textarea
            {...shared}
            className={spec.form === 'json' ? 'mono' : undefined}
            rows={Math.min(12, Math.max(3, typed.text.split('\n').length))}
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
}
