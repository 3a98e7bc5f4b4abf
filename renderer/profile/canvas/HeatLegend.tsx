import type { HeatScale } from '../heat.ts';
import { msNumber } from '../words.ts';

/** What the steps of heat mean. */
export function HeatLegend({ scale: { ms } }: { readonly scale: HeatScale }) {
  const words = ms.map((value, i) => `heat ${i + 1} from ${msNumber(value)} ms`).join(', ');
  return (
    <div className="heat-legend" role="img" aria-label={`p50 of a node: ${words}`}>
      <span>p50</span>
      {[0, 1, 2, 3, 4, 5].map((step) => (
        <span key={step} className="heat-step">
          <i style={{ background: `var(--heat-${step})` }} />
          <small>{step === 0 ? '0' : plain(ms[step - 1])}</small>
        </span>
      ))}
      <small>ms</small>
    </div>
  );
}

function plain(ms: number): string {
  return ms >= 1000 ? msNumber(ms) : String(ms);
}
