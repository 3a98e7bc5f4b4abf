import { TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import type { SearchLimit, SearchPoint, SearchResult, SearchSettings } from '../../../core/profile/search.ts';
import { bytesText } from '../../canvas/facts.ts';
import { Section } from '../../inspector/Section.tsx';
import { startSearch } from '../jobs.ts';
import { useTarget } from '../kept.ts';
import { useProfile } from '../profileState.ts';
import { pointName, searchAdviceId, winnerOf } from '../searchWords.ts';
import { useTitles } from '../titles.ts';
import { msWithUnit, rateText } from '../words.ts';
import { ApplyButton } from './ApplyButton.tsx';
import { JobFailed, JobProgress, useWaits } from './JobState.tsx';
import { NumberBox } from './NumberBox.tsx';

const ParetoPlot = lazy(async () => ({ default: (await import('../plots/ParetoPlot.tsx')).ParetoPlot }));

const metrics = ['p50', 'p95', 'p99'] as const;
const goals: Readonly<Record<SearchLimit['goal'], string>> = {
  throughput: 'most throughput',
  latency: 'least latency',
  memory: 'least memory',
};
const knobs: Readonly<Record<SearchSettings['knobs'][number], string>> = {
  device: 'Device',
  threads: 'Threads',
  batch: 'Batch',
  copies: 'Copies',
  precision: 'Precision',
};
const knobNames = Object.keys(knobs) as SearchSettings['knobs'][number][];

/** The best settings of all models at once that hold a limit. */
export function SearchPanel({ profile }: { readonly profile: Profile }) {
  const target = useTarget();
  const waits = useWaits();
  const searching = useProfile((s) => s.job?.kind === 'search');
  const last = profile.search.at(-1) ?? null;
  const [metric, setMetric] = useState<SearchLimit['metric']>(last?.settings.limit.metric ?? 'p95');
  const [under, setUnder] = useState(
    last?.settings.limit.underMs ?? target ?? Number((profile.measured.wall.p95 * 1.2).toPrecision(2)),
  );
  const [goal, setGoal] = useState<SearchLimit['goal']>(last?.settings.limit.goal ?? 'throughput');
  const [seconds, setSeconds] = useState(120);
  const [turned, setTurned] = useState<ReadonlySet<SearchSettings['knobs'][number]>>(new Set(knobNames));
  const [sameAnswers, setSameAnswers] = useState(false);
  const begin = (): void =>
    void startSearch(
      { metric, underMs: under, goal },
      {
        budgetMs: seconds * 1000,
        ...(turned.size === knobNames.length ? {} : { knobs: [...turned] }),
        maxDifference: sameAnswers ? 1e-4 : null,
      },
    );
  return (
    <>
      <header className="side-head">
        <h2>Search under a limit</h2>
        <p>Tries settings of every model at once and keeps the best that holds the limit.</p>
      </header>
      <form
        className="side-form"
        onSubmit={(event) => {
          event.preventDefault();
          begin();
        }}
      >
        <div className="sentence">
          <label className="field narrow">
            <span className="spoken">Percentile</span>
            <select value={metric} onChange={(event) => setMetric(event.target.value as SearchLimit['metric'])}>
              {metrics.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
          under
          <NumberBox label="Limit in milliseconds" value={under} least={0.001} unit="ms" onChange={setUnder} />
        </div>
        <label className="side-row">
          <span>and of those the one with</span>
          <span className="field">
            <select value={goal} onChange={(event) => setGoal(event.target.value as SearchLimit['goal'])}>
              {Object.entries(goals).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </span>
        </label>
        <fieldset className="knob-boxes">
          <legend>May be turned</legend>
          {knobNames.map((knob) => (
            <label key={knob}>
              <input
                type="checkbox"
                checked={turned.has(knob)}
                onChange={(event) => {
                  const next = new Set(turned);
                  if (event.target.checked) next.add(knob);
                  else next.delete(knob);
                  setTurned(next);
                }}
              />
              {knobs[knob]}
            </label>
          ))}
        </fieldset>
        <label className="check-row">
          <input type="checkbox" checked={sameAnswers} onChange={(event) => setSameAnswers(event.target.checked)} />
          Answers must stay (largest difference 1e-4)
        </label>
        <div className="side-row">
          <span>At most</span>
          <NumberBox label="Budget in seconds" value={seconds} least={5} unit="s" onChange={setSeconds} />
        </div>
        {!searching && (
          <button
            type="submit"
            className={last === null ? 'button primary' : 'button'}
            disabled={waits !== null || turned.size === 0}
            title={waits ?? (turned.size === 0 ? 'Nothing may be turned' : undefined)}
          >
            Search
          </button>
        )}
        <JobProgress kind="search" />
        <JobFailed kind="search" again={begin} />
      </form>
      {last === null ? (
        !searching && <p className="panel-nothing">No search yet.</p>
      ) : (
        <Found profile={profile} search={last} />
      )}
    </>
  );
}

function Found({ profile, search }: { readonly profile: Profile; readonly search: SearchResult }) {
  const titleOf = useTitles();
  const [looked, setLooked] = useState<number | null>(null);
  const winner = winnerOf(search);
  const base = search.points.find((point) => point.settings.length === 0) ?? null;
  const { metric, underMs } = search.settings.limit;
  const point = search.points.find((one) => one.id === looked) ?? null;
  const index = profile.search.indexOf(search);
  const name = (of: number): string =>
    pointName(
      search.points.find((one) => one.id === of),
      titleOf,
    );
  return (
    <>
      <section className={`search-winner ${winner === null ? 'none' : ''}`} aria-label="What was found">
        {winner === null ? (
          <p className="warning">
            <TriangleAlert size={14} aria-hidden="true" />
            Nothing holds {metric} under {msWithUnit(underMs)}.
          </p>
        ) : (
          <>
            <h3>{winner.settings.length === 0 ? 'It is best as it is' : pointName(winner, titleOf)}</h3>
            <PointFacts point={winner} base={base} />
            {winner.settings.length > 0 && (
              <ApplyButton
                id={searchAdviceId(index, null)}
                changes={search.changes}
                about="the winner"
                primary
                words="Apply the winner"
              />
            )}
          </>
        )}
      </section>
      <div className="side-plot">
        <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
          <ParetoPlot search={search} nameOf={name} onPoint={setLooked} about={profile.document.name} />
        </Suspense>
      </div>
      {point !== null && point !== winner && (
        <section className="search-winner" aria-label="Chosen point">
          <h3>{pointName(point, titleOf)}</h3>
          <PointFacts point={point} base={base} />
          {point.settings.length > 0 && (
            <ApplyButton
              id={searchAdviceId(index, point.id)}
              changes={null}
              about={name(point.id)}
              words="Apply this one"
            />
          )}
        </section>
      )}
      <Section title="How it was found">
        <p className="side-words">
          {search.points.length} measured of {search.space} settings, {search.pruned} left out since others showed that
          they cannot win{search.stoppedBy === 'budget' ? '; the time was up' : ''}
          {search.stoppedBy === 'cancelled' ? '; cancelled' : ''}.
        </p>
        {search.words.map((words) => (
          <p className="side-words" key={words}>
            {words}
          </p>
        ))}
      </Section>
    </>
  );
}

function PointFacts({ point, base }: { readonly point: SearchPoint; readonly base: SearchPoint | null }) {
  const was = (text: string): string => (base === null || base === point ? '' : ` (now ${text})`);
  return (
    <dl className="fact-list">
      <div>
        <dt>Throughput</dt>
        <dd>
          {rateText(point.throughput)} /s at {point.concurrency} at once
          {was(`${rateText(base?.throughput ?? 0)} /s`)}
        </dd>
      </div>
      <div>
        <dt>p50, p95, p99</dt>
        <dd>
          {msWithUnit(point.p50)}, {msWithUnit(point.p95)}, {msWithUnit(point.p99)}
          {was(`p95 ${msWithUnit(base?.p95 ?? 0)}`)}
        </dd>
      </div>
      <div>
        <dt>Memory</dt>
        <dd>{point.memoryBytes > 0 ? bytesText(point.memoryBytes) : 'not measured'}</dd>
      </div>
      <div>
        <dt>Answers</dt>
        <dd>
          {point.answersDifference === null
            ? 'not comparable'
            : point.answersDifference === 0
              ? 'identical'
              : `max |Δ| ${point.answersDifference.toExponential(0)}`}
        </dd>
      </div>
    </dl>
  );
}
