import type { SampleVerdict } from '../../core/serve/golden.ts';
import type { ExportPlanView } from '../../core/studio/exportingCalls.ts';
import { countText } from '../preview/numbers.ts';
import { useExport } from './exportState.ts';

/** More bars could not be told apart; what differs is told in words. */
const mostBars = 24;

/** Whether every golden sample was reproduced. */
export function reproducedAll(verdicts: readonly SampleVerdict[] | null): boolean {
  return (verdicts ?? []).every(({ outputs, ports }) => outputs.length === 0 && ports.length === 0);
}

/** Golden samples, before and after they were reproduced from what was written. */
export function ParityGate({ plan }: { readonly plan: ExportPlanView }) {
  const exported = useExport((s) => s.exported);
  const target = useExport((s) => s.target);
  const current = exported?.target === target && exported.contentHash === plan.contentHash;
  const verdicts = current ? exported.verdicts : null;
  if (plan.golden.length === 0)
    return (
      <section className="parity" aria-label="Parity gate">
        <h2>Parity gate</h2>
        <p className="quiet">This target holds no golden samples: nothing is reproduced from it.</p>
      </section>
    );
  if (verdicts === null)
    return (
      <section className="parity" aria-label="Parity gate">
        <h2>Parity gate</h2>
        <p className="quiet">
          {countText(plan.golden.length, 'golden sample')} recorded, with all values in between. What is written has to
          reproduce {plan.golden.length === 1 ? 'it' : 'them'} here, and every server again before it is ready.
        </p>
        <ul className="parity-names">
          {plan.golden.slice(0, 8).map((name) => (
            <li key={name}>{name}</li>
          ))}
        </ul>
      </section>
    );
  return <Reproduced verdicts={verdicts} at={exported?.at ?? 0} />;
}

function Reproduced({ verdicts, at }: { readonly verdicts: readonly SampleVerdict[]; readonly at: number }) {
  const good = verdicts.filter(({ outputs, ports }) => outputs.length === 0 && ports.length === 0);
  const most = Math.max(0, ...verdicts.map(({ maxDifference }) => maxDifference));
  const limit = Math.max(...verdicts.map((verdict) => verdict.limit));
  const first = verdicts.flatMap(({ ports, outputs }) => [...ports, ...outputs])[0];
  return (
    <section className="parity" aria-label="Parity gate">
      <h2>Parity gate</h2>
      <p className="quiet">
        Run from what was written, on this machine,{' '}
        <span className="nowrap">{new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}</span>
      </p>
      <div className={good.length === verdicts.length ? 'parity-count ok' : 'parity-count error'}>
        <b>
          {good.length} of {verdicts.length}
        </b>
        <span>
          golden samples reproduced
          <br />
          max |Δ| {figure(most)}, limit {figure(limit)}
        </span>
      </div>
      <div className="parity-bars" aria-hidden="true">
        {verdicts.slice(0, mostBars).map(({ sample, maxDifference, limit: allowed, outputs, ports }) => (
          <span
            key={sample}
            className={outputs.length + ports.length === 0 ? 'ok' : 'error'}
            title={`${sample}: ${figure(maxDifference)}`}
            style={{ height: `${height(maxDifference, allowed)}%` }}
          />
        ))}
      </div>
      <div className="parity-bars-names" aria-hidden="true">
        {verdicts.slice(0, mostBars).map(({ sample }, at) => (
          <span key={sample} title={sample}>
            {String(at + 1).padStart(2, '0')}
          </span>
        ))}
      </div>
      <p className="quiet parity-scale">max |Δ| per sample, log scale; dashed: limit {figure(limit)}</p>
      {first !== undefined && (
        <p className="parity-first" role="alert">
          {first.sample}: the first to differ is “{first.node}” ({first.port}): {first.words}.
        </p>
      )}
    </section>
  );
}

/** Per cent of the way to the limit, over six decades. */
function height(difference: number, limit: number): number {
  if (difference <= 0 || limit <= 0) return 8;
  return Math.max(8, Math.min(100, 100 * (1 + Math.log10(difference / limit) / 6)));
}

function figure(x: number): string {
  if (x === 0) return '0';
  return x < 1e-3 ? x.toExponential(0) : x.toPrecision(1);
}
