import { lazy, Suspense, useState } from 'react';
import type { LoadSettings } from '../../../core/profile/load.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { startLoad } from '../jobs.ts';
import { numbersOf } from '../numbersOf.ts';
import { useProfile } from '../profileState.ts';
import { JobFailed, JobProgress, useWaits } from '../side/JobState.tsx';
import { NumberBox } from '../side/NumberBox.tsx';

const LoadPlot = lazy(async () => ({ default: (await import('../plots/LoadPlot.tsx')).LoadPlot }));

const arrivals: Readonly<Record<LoadSettings['arrivals'], string>> = {
  closed: 'So many clients at once',
  constant: 'Requests at an even rate',
  poisson: 'Requests at random times',
};

/** Throughput against latency: the newest load that was measured, and measuring another. */
export function LoadPanel({ profile, targetMs }: { readonly profile: Profile; readonly targetMs: number | null }) {
  const newest = profile.load.at(-1) ?? null;
  const [again, setAgain] = useState(false);
  const working = useProfile((s) => s.job?.kind === 'load');
  if (newest === null || again || working) return <LoadForm onDone={() => setAgain(false)} first={newest === null} />;
  return (
    <div className="load-panel">
      <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
        <LoadPlot curves={newest.curves} percentile="p95" targetMs={targetMs} about={profile.document.name} />
      </Suspense>
      <JobFailed kind="load" again={() => setAgain(true)} />
      <p className="load-foot">
        <span className="quiet">{arrivals[newest.settings.arrivals]}</span>
        <button type="button" className="button small" onClick={() => setAgain(true)}>
          Measure again…
        </button>
      </p>
    </div>
  );
}

function LoadForm({ onDone, first }: { readonly onDone: () => void; readonly first: boolean }) {
  const waits = useWaits();
  const working = useProfile((s) => s.job?.kind === 'load');
  const [kind, setKind] = useState<LoadSettings['arrivals']>('closed');
  const [seconds, setSeconds] = useState(3);
  const [levels, setLevels] = useState('');
  const [batches, setBatches] = useState('');
  const begin = (): void => {
    onDone();
    void startLoad({
      arrivals: kind,
      secondsPerLevel: seconds,
      levels: numbersOf(levels),
      batches: batches.trim() === '' ? [0] : numbersOf(batches).map(Math.round),
    });
  };
  if (working)
    return (
      <div className="load-form">
        <JobProgress kind="load" />
      </div>
    );
  return (
    <form
      className="load-form"
      onSubmit={(event) => {
        event.preventDefault();
        begin();
      }}
    >
      <p className="side-words">How many requests a second it bears, and how long each then takes.</p>
      <label className="side-row">
        <span>Load</span>
        <span className="field">
          <select value={kind} onChange={(event) => setKind(event.target.value as LoadSettings['arrivals'])}>
            {Object.entries(arrivals).map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </span>
      </label>
      <label className="side-row">
        <span>{kind === 'closed' ? 'Clients' : 'Rates'}</span>
        <span className="field">
          <input
            placeholder="found by itself"
            value={levels}
            aria-label={
              kind === 'closed'
                ? 'Clients, parted by spaces; empty: found by itself'
                : 'Requests a second, parted by spaces; empty: found by itself'
            }
            onChange={(event) => setLevels(event.target.value)}
          />
          <span className="unit">{kind === 'closed' ? '' : '/s'}</span>
        </span>
      </label>
      <label className="side-row">
        <span>Batches</span>
        <span className="field">
          <input
            placeholder="as it is"
            value={batches}
            aria-label="Batch sizes, parted by spaces; empty: as the pipeline says"
            onChange={(event) => setBatches(event.target.value)}
          />
        </span>
      </label>
      <div className="side-row">
        <span>At each</span>
        <NumberBox
          label="Seconds at each level"
          value={seconds}
          least={0.5}
          most={600}
          unit="s"
          onChange={setSeconds}
        />
      </div>
      <p className="load-acts">
        <button
          type="submit"
          className={first ? 'button primary' : 'button'}
          disabled={waits !== null}
          title={waits ?? undefined}
        >
          Measure the load
        </button>
        {!first && (
          <button type="button" className="button bare" onClick={onDone}>
            Back
          </button>
        )}
      </p>
      <JobFailed kind="load" again={begin} />
    </form>
  );
}
