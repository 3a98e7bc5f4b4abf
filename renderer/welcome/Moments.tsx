import { type Moment, spansOf } from './spans.ts';

/** What was found when: one bar per stretch of the same answer. */
export function Moments({ moments }: { readonly moments: readonly Moment[] }) {
  const spans = spansOf(moments);
  const whole = spans.length === 0 ? 1 : spans[spans.length - 1].to - spans[0].from || 1;
  return (
    <ol className="art-moments">
      {spans.map(({ from, to, label }) => (
        <li key={from} style={{ flexGrow: (to - from) / whole }}>
          <b className="cut">{label}</b>
          <span className="cut">{from.toFixed(1)} s</span>
        </li>
      ))}
    </ol>
  );
}
