import { useState } from 'react';

/** A number that is taken when it is one: while it is being written anything may stand there. */
export function NumberBox({
  label,
  value,
  least = 0,
  most = Number.MAX_VALUE,
  unit,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly least?: number;
  readonly most?: number;
  readonly unit?: string;
  readonly onChange: (value: number) => void;
}) {
  const [written, setWritten] = useState<string | null>(null);
  const now = written === null ? value : Number(written.replace(',', '.'));
  const right = Number.isFinite(now) && now >= least && now <= most && written !== '';
  return (
    <span className={`field narrow ${right ? '' : 'wrong'}`}>
      <input
        inputMode="decimal"
        aria-label={label}
        aria-invalid={!right}
        value={written ?? String(value)}
        onChange={(event) => {
          const { value: text } = event.target;
          setWritten(text);
          const number = Number(text.replace(',', '.'));
          if (text.trim() !== '' && Number.isFinite(number) && number >= least && number <= most) onChange(number);
        }}
        onBlur={() => setWritten(null)}
      />
      {unit !== undefined && <span className="unit">{unit}</span>}
    </span>
  );
}
