import type { ExportOption } from '../../core/studio/exportingCalls.ts';
import { setOption, setRelease } from './exporting.ts';
import { type OptionValue, useExport } from './exportState.ts';

/** What a target can be told. */
export function OptionForm() {
  const targets = useExport((s) => s.targets);
  const target = useExport((s) => s.target);
  const given = useExport((s) => s.options[target]);
  const release = useExport((s) => s.release);
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
        <Field key={option.name} option={option} value={given?.[option.name]} />
      ))}
    </form>
  );
}

function Field({ option, value }: { readonly option: ExportOption; readonly value: OptionValue | undefined }) {
  const { name, doc, form, default: usual, choices = [], min, max } = option;
  const now = value ?? usual;
  const set = (next: OptionValue): void => setOption(name, next === usual ? null : next);
  return (
    <label title={doc}>
      <span>{titleOf(name)}</span>
      {form === 'switch' ? (
        <input type="checkbox" checked={now === true} onChange={(event) => set(event.target.checked)} />
      ) : (
        <span className="field">
          {form === 'choice' ? (
            <select value={String(now)} onChange={(event) => set(event.target.value)}>
              {choices.map((choice) => (
                <option key={choice} value={choice}>
                  {choice}
                </option>
              ))}
            </select>
          ) : (
            <input
              type={form === 'number' ? 'number' : 'text'}
              value={form === 'number' ? Number(now) : String(now)}
              placeholder={form === 'text' ? 'by itself' : undefined}
              min={min}
              max={max}
              spellCheck={false}
              onChange={(event) => set(form === 'number' ? Number(event.target.value) : event.target.value)}
            />
          )}
        </span>
      )}
    </label>
  );
}

/** `minReplicas` as `Min replicas`; what people write in capitals stays so. */
function titleOf(name: string): string {
  const spaced = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/ ([A-Z])([a-z])/g, (_, first: string, second: string) => ` ${first.toLowerCase()}${second}`)
    .replace(/^grpc/, 'gRPC');
  return spaced.startsWith('gRPC') ? spaced : spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
