import { Pencil } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { keepTarget, useTarget } from '../kept.ts';
import { bestUnder } from '../loadFigures.ts';
import { stoppedText } from '../verdict.ts';
import { msParts, msWithUnit, percentText, rateText, thousands } from '../words.ts';
import { conditionsOf } from './conditions.ts';
import { ProfileMenus } from './ProfileMenus.tsx';

/** The result in one row: how long, how sure, on what. */
export function Strip({ profile }: { readonly profile: Profile }) {
  const { measured } = profile;
  const target = useTarget();
  const best = target === null ? null : bestUnder(profile.load, target);
  const { wall, cold, overhead, warmUp } = measured;
  const conditions = conditionsOf(profile);
  return (
    <section className="profile-strip" aria-label="Result">
      <h2 className="spoken">Where the time goes</h2>
      <Figure parts={msParts(wall.p50)} name="p50" title={`Half of ${measured.runs} runs took no longer`} />
      <TargetFigure p95={wall.p95} target={target} />
      <Figure parts={msParts(wall.p99)} name="p99" title="99 of 100 runs took no longer" />
      {best !== null && target !== null ? (
        <Figure
          parts={[rateText(best.throughput), '/s']}
          name={`at p95 ≤ ${msWithUnit(target)}`}
          title={`Most requests a second whose p95 is within the target: ${rateText(best.throughput)} of ${rateText(best.offered)} offered`}
        />
      ) : (
        <Figure
          parts={[rateText(measured.throughput), '/s']}
          name="one by one"
          title="Requests a second, one after the other; measure the load for more at once"
        />
      )}
      <i className="strip-rule" />
      <Figure
        parts={[measured.attributedPercent.toFixed(measured.attributedPercent >= 99.95 ? 0 : 1), '%']}
        name="time attributed"
        title="Of the time end to end, what is told by node and part; the rest is the remainder's row in the table"
      />
      <Figure
        parts={overheadParts(overhead.msPerRun)}
        name="profiler’s own cost"
        title={`${percentText(overhead.percent)} of a run (${percentText(overhead.lowPercent)} to ${percentText(overhead.highPercent)}), from ${overhead.pairs} pairs of runs with and without it`}
      />
      <Figure
        parts={msParts(cold.wallMs)}
        name="cold start"
        title={`The first run after everything was closed; opening models took ${msWithUnit(cold.loadMs)} of it`}
      />
      <div className="strip-conditions" title={conditions.all.join('\n')}>
        <span>
          {thousands(measured.runs)} runs after {warmUp.runs} warm-up, {stoppedText(measured)}
        </span>
        <span className={conditions.doubtful ? 'warning' : ''}>{conditions.short}</span>
      </div>
      <ProfileMenus profile={profile} />
    </section>
  );
}

function overheadParts(ms: number): readonly [string, string] {
  return ms < 0.1 ? [`${Math.max(0, Math.round(ms * 1000))}`, 'µs'] : ms < 10 ? [ms.toFixed(2), 'ms'] : msParts(ms);
}

function Figure({
  parts: [number, unit],
  name,
  title,
}: {
  readonly parts: readonly [string, string];
  readonly name: ReactNode;
  readonly title: string;
}) {
  return (
    <div className="result-figure" title={title}>
      <b>
        {number}
        <small>{unit}</small>
      </b>
      <span>{name}</span>
    </div>
  );
}

/** p95 against what it is to be. A press sets the target. */
function TargetFigure({ p95, target }: { readonly p95: number; readonly target: number | null }) {
  const [writing, setWriting] = useState(false);
  const [number, unit] = msParts(p95);
  const missed = target !== null && p95 > target;
  function end(text: string | null): void {
    setWriting(false);
    if (text === null) return;
    const ms = Number(text.replace(',', '.'));
    if (text.trim() === '') keepTarget(null);
    else if (Number.isFinite(ms) && ms > 0) keepTarget(ms);
  }
  function keyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter') end(event.currentTarget.value);
    else if (event.key === 'Escape') end(null);
    else return;
    event.stopPropagation();
  }
  return (
    <div className={`result-figure ${missed ? 'missed' : ''}`} title="95 of 100 runs took no longer">
      <b>
        {number}
        <small>{unit}</small>
      </b>
      {writing ? (
        <span className="target-field">
          p95, target
          <input
            // biome-ignore lint/a11y/noAutofocus: it was opened by a press, to write.
            autoFocus
            inputMode="decimal"
            aria-label="Target for p95 in milliseconds; empty: none"
            defaultValue={target ?? ''}
            onKeyDown={keyDown}
            onBlur={(event) => end(event.currentTarget.value)}
          />
          ms
        </span>
      ) : (
        <button
          type="button"
          className="target-button"
          title={missed ? 'Over the target. Change the target' : 'Change the target'}
          onClick={() => setWriting(true)}
        >
          {target === null ? 'p95, set a target' : `p95, ${missed ? 'over' : 'within'} ${msWithUnit(target)}`}
          <Pencil size={10} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
