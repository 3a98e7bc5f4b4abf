import { ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ExportOption } from '../../core/studio/exportingCalls.ts';
import { setOption, setRelease } from './exporting.ts';
import { type OptionValue, useExport } from './exportState.ts';

/** What a target can be told. */
export function OptionForm() {
  const targets = useExport((s) => s.targets);
  const target = useExport((s) => s.target);
  const given = useExport((s) => s.options[target]);
  const release = useExport((s) => s.release);
  const faults = useOptionFaults();
  const options = targets?.find(({ id }) => id === target)?.options ?? [];
  return (
    <form className="export-options" aria-label="Options" onSubmit={(event) => event.preventDefault()}>
      <label title="Version of what is exported: part of the image's name, and what a server tells.">
        <span>Version</span>
        <span className={faults.has('release') ? 'field wrong' : 'field'}>
          <input
            type="text"
            value={release}
            placeholder="1"
            spellCheck={false}
            aria-invalid={faults.has('release')}
            onChange={(event) => setRelease(event.target.value.trim())}
          />
        </span>
        <Fault words={faults.get('release') ?? null} />
      </label>
      {options.map((option) => (
        <Field
          key={`${target}.${option.name}`}
          option={option}
          value={given?.[option.name]}
          fault={faults.get(option.name) ?? null}
        />
      ))}
    </form>
  );
}

/** What is wrong with options of the target that is shown, by name. */
export function useOptionFaults(): ReadonlyMap<string, string> {
  const targets = useExport((s) => s.targets);
  const target = useExport((s) => s.target);
  const plan = useExport((s) => (s.planOf === s.target ? s.plan : null));
  const problem = useExport((s) => s.planProblem);
  return useMemo(() => {
    const names = new Set([
      'release',
      ...(targets?.find(({ id }) => id === target)?.options ?? []).map(({ name }) => name),
    ]);
    // What is told of a plan that was refused goes before what is told of the one before it.
    const problems =
      problem === null ? (plan?.problems ?? []).filter(({ severity }) => severity === 'error') : [problem];
    return new Map(
      problems.flatMap(({ where, message }) =>
        where.param !== undefined && names.has(where.param) ? [[where.param, message] as const] : [],
      ),
    );
  }, [targets, target, plan, problem]);
}

function Fault({ words }: { readonly words: string | null }) {
  return words === null ? null : (
    <span className="export-fault" role="alert">
      {words}
    </span>
  );
}

function Field({
  option,
  value,
  fault,
}: {
  readonly option: ExportOption;
  readonly value: OptionValue | undefined;
  readonly fault: string | null;
}) {
  const { name, doc, form, default: usual, choices = [] } = option;
  const now = value ?? usual;
  const set = (next: OptionValue): void => setOption(name, String(next) === String(usual) ? null : next);
  const title = option.title ?? titleOf(name);
  const { unit } = option;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: one of the three below is its control.
    <label title={doc}>
      <span>{title}</span>
      {form === 'switch' ? (
        <input type="checkbox" checked={now === true} onChange={(event) => set(event.target.checked)} />
      ) : form === 'choice' ? (
        <span className="field select">
          <select value={String(now)} onChange={(event) => set(event.target.value)}>
            {choices.map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
          </select>
          <ChevronDown size={14} aria-hidden="true" />
        </span>
      ) : (
        <span className={fault === null ? 'field' : 'field wrong'}>
          <Written option={option} now={now} wrong={fault !== null} set={set} />
          {unit !== undefined && <span className="unit">{unit}</span>}
        </span>
      )}
      <Fault words={fault} />
    </label>
  );
}

/** What is written by hand: kept as it stands while the field has the focus, since half a number is none. */
function Written({
  option: { form, default: usual, automatic, min, max },
  now,
  wrong,
  set,
}: {
  readonly option: ExportOption;
  readonly now: OptionValue;
  readonly wrong: boolean;
  readonly set: (next: OptionValue) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const change = (text: string): void => {
    setDraft(text);
    if (form === 'text') set(text);
    else if (form === 'number') set(text === '' ? usual : Number(text));
    else
      set(
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      );
  };
  return (
    <input
      type={form === 'number' ? 'number' : 'text'}
      value={
        draft ?? (automatic && String(now) === String(usual) ? '' : Array.isArray(now) ? now.join(', ') : String(now))
      }
      placeholder={automatic ? 'automatic' : String(usual)}
      aria-invalid={wrong}
      min={min}
      max={max}
      spellCheck={false}
      onChange={(event) => change(event.target.value)}
      onBlur={() => setDraft(null)}
    />
  );
}

/** `modelVersion` as `Model version`. */
function titleOf(name: string): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, (_, end: string, first: string) => `${end} ${first.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
