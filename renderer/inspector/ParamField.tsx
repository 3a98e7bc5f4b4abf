import { RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { type ParamSpec, paramFault } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import type { ProblemData } from '../../core/problems/problem.ts';
import { ProblemNote } from '../problems/ProblemNote.tsx';
import { state } from '../state/state.ts';
import { BooleanField, ChoiceField, isSegmented } from './ChoiceField.tsx';
import { DragLabel } from './DragLabel.tsx';
import { FileField } from './FileField.tsx';
import type { FieldProps } from './field.ts';
import { rangeHint } from './fieldText.ts';
import { NamesField } from './NamesField.tsx';
import { NumberField } from './NumberField.tsx';
import { NumbersField } from './NumbersField.tsx';
import { sameJson, setParamOf } from './setParam.ts';
import { TextField } from './TextField.tsx';

export interface ParamAsked {
  readonly name: string;
  readonly label: string;
  readonly spec: ParamSpec;
}

/** One parameter of one node, or of several at once: label, form, range, problems, and the way back to its default. */
export const ParamField = memo(function ParamField({
  ids,
  name,
  label,
  spec,
  value,
  problems,
  suggestions,
  notes,
  tell,
  untell,
}: {
  /** Joined by spaces, so that it is the same from one time to the next. */
  readonly ids: string;
  readonly name: string;
  readonly label: string;
  readonly spec: ParamSpec;
  readonly value: Json | undefined;
  readonly problems: readonly ProblemData[];
  readonly suggestions?: readonly string[];
  /** Told of single choices. */
  readonly notes?: Readonly<Record<string, string>>;
  readonly tell: (what: ParamAsked, beside: Element, how: 'pointer' | 'focus') => void;
  readonly untell: () => void;
}) {
  const id = `param-${name}`;
  const nodes = ids.split(' ');
  const changed = value !== undefined && !sameJson(value, spec.default);
  // A file has no default worth going back to: its field empties by itself.
  const resets = changed && !(spec.form === 'file' && spec.default === '');
  const set = (next: Json): void => setParamOf(nodes, name, label, next, true);
  const choose = (next: Json): void => setParamOf(nodes, name, label, next, false);
  const shared: Omit<FieldProps<ParamSpec>, 'spec'> = {
    id,
    name: `${state().session?.id ?? ''}/${ids}/${name}`,
    value,
    describedBy: `${id}-doc`,
    wrong: problems.some((problem) => problem.severity === 'error'),
    set,
    choose,
    label,
    suggestions,
  };
  const hint = spec.form === 'int' || spec.form === 'number' || spec.form === 'numbers' ? rangeHint(spec) : '';
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears where the focus inside it goes.
    <div
      className={isWide(spec) ? 'fld wide' : 'fld'}
      data-param={name}
      onFocus={(event) => {
        if (event.target.matches(':focus-visible')) tell({ name, label, spec }, event.currentTarget, 'focus');
      }}
      onBlur={untell}
    >
      <div
        className="fld-label"
        onPointerEnter={(event) => tell({ name, label, spec }, event.currentTarget, 'pointer')}
        onPointerLeave={untell}
      >
        {spec.form === 'int' || spec.form === 'number' ? (
          <DragLabel htmlFor={id} label={label} spec={spec} value={value} set={set} />
        ) : (
          <label htmlFor={id}>{label}</label>
        )}
        {resets && (
          <button
            type="button"
            className="icon-button tiny"
            aria-label={`Reset ${label} to ${saidDefault(spec)}`}
            title={`Reset to ${saidDefault(spec)}`}
            onClick={() => setParamOf(nodes, name, label, undefined, false)}
          >
            <RotateCcw size={11} aria-hidden="true" />
          </button>
        )}
      </div>
      <div className="fld-control">
        <Form spec={spec} shared={shared} notes={notes} />
        {hint !== '' && <span className="hint">{hint}</span>}
        <span id={`${id}-doc`} className="spoken">
          {spec.doc}
        </span>
      </div>
      {problems.length > 0 && (
        <div className="fld-problems">
          {problems.map((problem) => (
            <ProblemNote key={problem.code + problem.message} problem={problem} />
          ))}
        </div>
      )}
    </div>
  );
});

function Form({
  spec,
  shared,
  notes,
}: {
  readonly spec: ParamSpec;
  readonly shared: Omit<FieldProps<ParamSpec>, 'spec'>;
  readonly notes?: Readonly<Record<string, string>>;
}) {
  switch (spec.form) {
    case 'int':
    case 'number':
      return <NumberField {...shared} spec={spec} />;
    case 'boolean':
      return <BooleanField {...shared} spec={spec} />;
    case 'text':
    case 'json':
      return <TextField {...shared} spec={spec} />;
    case 'choice':
      return <ChoiceField {...shared} spec={spec} notes={notes} />;
    case 'file':
      return <FileField {...shared} spec={spec} />;
    case 'numbers':
      return <NumbersField {...shared} spec={spec} />;
    case 'names':
      return <NamesField {...shared} spec={spec} />;
  }
}

/** Forms that need the panel's whole width: the label stands above them. */
function isWide(spec: ParamSpec): boolean {
  switch (spec.form) {
    case 'json':
    case 'names':
    case 'file':
    case 'numbers':
      return true;
    case 'text':
      return true;
    case 'choice':
      return isSegmented(spec.choices) && spec.choices.join('').length > 12;
    default:
      return false;
  }
}

function saidDefault(spec: ParamSpec): string {
  if (spec.default === null) return 'not set';
  const text = typeof spec.default === 'string' ? spec.default : JSON.stringify(spec.default);
  return paramFault(spec, spec.default) !== null || text === '' ? 'its default' : text.slice(0, 40);
}
