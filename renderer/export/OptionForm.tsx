import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import type { ExportOption } from '../../core/studio/exportingCalls.ts';
import { setOption, setRelease } from './exporting.ts';
import { type OptionValue, useExport } from './exportState.ts';

/** What a target can be told. */
export function OptionForm() {
  const targets = useExport((s) => s.targets);
  const target = useExport((s) => s.target);
  const given = useExport((s) => s.options[target]);
  const release = useExport((s) => s.release);
  const wrong = useExport((s) => s.plan?.problems);
  const options = targets?.find(({ id }) => id === target)?.options ?? [];
  return (
    <form className="export-options" aria-label="Options" onSubmit={(event) => event.preventDefault()}>
      <label title="Version of what is exported: part of the image's name, and what a server tells.">
        <span>Version</span>
        <span className="field">
          <input
            type="text"
            value={release}
            placeholder="1"
            spellCheck={false}
            onChange={(event) => setRelease(event.target.value.trim())}
          />
        </span>
      </label>
      {options.map((option) => (
        <Field
          key={`${target}.${option.name}`}
          option={option}
          value={given?.[option.name]}
          fault={wrong?.find(({ where }) => where.param === option.name)?.message ?? null}
        />
      ))}
    </form>
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
  const { title, unit } = titleOf(name);
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: one of the three below is its control.
    <label title={fault ?? doc}>
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
          {unit !== null && <span className="unit">{unit}</span>}
        </span>
      )}
    </label>
  );
}

/** What is written by hand: kept as it stands while the field has the focus, since half a number is none. */
function Written({
  option: { form, default: usual, min, max },
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
      value={draft ?? (Array.isArray(now) ? now.join(', ') : String(now))}
      placeholder={form === 'number' ? String(usual) : 'automatic'}
      aria-invalid={wrong}
      min={min}
      max={max}
      spellCheck={false}
      onChange={(event) => change(event.target.value)}
      onBlur={() => setDraft(null)}
    />
  );
}

const units: readonly (readonly [RegExp, string])[] = [
  [/MiB$/, 'MiB'],
  [/Percent$/, '%'],
];

/** `minReplicas` as `Min replicas`, its unit apart; what people write in capitals stays so. */
function titleOf(name: string): { readonly title: string; readonly unit: string | null } {
  const found = units.find(([end]) => end.test(name));
  const spaced = (found === undefined ? name : name.replace(found[0], ''))
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/ ([A-Z])([a-z])/g, (_, first: string, second: string) => ` ${first.toLowerCase()}${second}`)
    .replace(/^grpc/, 'gRPC');
  return {
    title: spaced.startsWith('gRPC') ? spaced : spaced.charAt(0).toUpperCase() + spaced.slice(1),
    unit: found?.[1] ?? null,
  };
}
