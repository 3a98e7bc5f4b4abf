import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import type { BooleanParam, ChoiceParam } from '../../core/define/param.ts';
import type { FieldProps } from './field.ts';

/** One of a few short words stands open side by side; of more, in a list. `notes` tells something of a choice. */
export function ChoiceField({
  id,
  spec,
  value,
  describedBy,
  wrong,
  choose,
  label,
  notes,
}: FieldProps<ChoiceParam> & { readonly notes?: Readonly<Record<string, string>> }) {
  const group = useId();
  const known = typeof value === 'string' && spec.choices.includes(value);
  const at = known ? spec.choices.indexOf(value) : -1;
  const said = spec.choiceDocs?.[at];
  return (
    <>
      {isSegmented(spec.choices) && (known || value === undefined) ? (
        <div
          className="segmented"
          role="radiogroup"
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={wrong ? true : undefined}
        >
          {spec.choices.map((choice, i) => (
            <label key={choice} title={spec.choiceDocs?.[i]}>
              <input
                id={(at < 0 ? i === 0 : i === at) ? id : undefined}
                type="radio"
                name={group}
                checked={choice === value}
                onChange={() => choose(choice)}
              />
              <span>{choice}</span>
            </label>
          ))}
        </div>
      ) : (
        <div className="field select" aria-invalid={wrong ? true : undefined}>
          <select
            id={id}
            aria-describedby={describedBy}
            aria-invalid={wrong}
            value={typeof value === 'string' ? value : ''}
            onChange={(event) => choose(event.target.value)}
          >
            {value === undefined && (
              <option value="" disabled>
                mixed
              </option>
            )}
            {typeof value === 'string' && !known && <option value={value}>{value} (not known)</option>}
            {spec.choices.map((choice, i) => (
              <option key={choice} value={choice} title={spec.choiceDocs?.[i]}>
                {choice}
                {notes?.[choice] === undefined ? '' : ` (${notes[choice]})`}
              </option>
            ))}
          </select>
          <ChevronDown size={12} aria-hidden="true" />
        </div>
      )}
      {said !== undefined && <span className="hint">{said}</span>}
    </>
  );
}

export function isSegmented(choices: readonly string[]): boolean {
  return choices.length <= 3 && choices.reduce((sum, choice) => sum + choice.length, 0) <= 16;
}

/** On or off. */
export function BooleanField({ id, value, describedBy, choose }: FieldProps<BooleanParam>) {
  return (
    <span className="switch">
      <input
        id={id}
        type="checkbox"
        ref={(box) => {
          if (box !== null) box.indeterminate = value === undefined;
        }}
        aria-describedby={describedBy}
        checked={value === true}
        onChange={(event) => choose(event.target.checked)}
      />
      <span aria-hidden="true">{value === undefined ? 'mixed' : value === true ? 'on' : 'off'}</span>
    </span>
  );
}
