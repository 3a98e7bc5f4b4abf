import { type ReactNode, useMemo, useState } from 'react';
import type { Profile } from '../../core/profile/profile.ts';
import type { Trace } from '../../core/profile/trace.ts';
import { heatScale, heatStep } from '../profile/heat.ts';
import { LatencyPlot } from '../profile/plots/LatencyPlot.tsx';
import { LoadPlot } from '../profile/plots/LoadPlot.tsx';
import { MemoryPlot } from '../profile/plots/MemoryPlot.tsx';
import { PartsPlot } from '../profile/plots/PartsPlot.tsx';
import { Timeline } from '../profile/timeline/Timeline.tsx';
import type { RunRange } from '../profile/timeline/timelineProps.ts';
import { pathsOf } from '../profile/tracePaths.ts';
import { msWithUnit, percentText, rateText } from '../profile/words.ts';
import { AdviceList } from './AdviceList.tsx';
import { Conditions } from './Conditions.tsx';
import { Models } from './Models.tsx';
import { NodeTable } from './NodeTable.tsx';
import { SampleTable } from './SampleTable.tsx';
import { SearchTable } from './SearchTable.tsx';

/** The runs of the whole trace that this one was cut to, in its order. */
export interface ShownTrace {
  readonly trace: Trace;
  readonly runs: readonly number[];
}

/** A profile on one page, to be read by somebody who has neither the studio nor the pipeline. */
export function Report({ profile, shown }: { readonly profile: Profile; readonly shown: ShownTrace | null }) {
  const { measured, document } = profile;
  const labels = useMemo(() => new Map(document.nodes.map((node) => [node.id, node.label ?? node.id])), [document]);
  const titleOf = (node: string): string => labels.get(node) ?? node;
  const scale = heatScale(measured.wall.p50);
  const heats = new Map(measured.nodes.map((node) => [node.node, heatStep(scale, node.total.p50)]));
  const heatOf = (node: string): number => heats.get(node) ?? 0;
  const slowest = [...measured.nodes].sort((a, b) => b.criticalPercent - a.criticalPercent)[0];
  return (
    <main className="report">
      <header className="report-head">
        <p className="report-kicker">Profile of a pipeline</p>
        <h1>{profile.label === '' ? document.name : `${document.name}: ${profile.label}`}</h1>
        <p className="report-when">{`${profile.createdAt.replace('T', ' ').slice(0, 16)} UTC, ${profile.environment.cpu}`}</p>
        {document.description !== undefined && <p>{document.description}</p>}
      </header>
      <dl className="report-figures">
        <Figure name="p50" value={msWithUnit(measured.wall.p50)} note={`± ${percentText(measured.intervalPercent)}`} />
        <Figure name="p95" value={msWithUnit(measured.wall.p95)} />
        <Figure name="p99" value={msWithUnit(measured.wall.p99)} />
        <Figure name="one after the other" value={`${rateText(measured.throughput)}/s`} />
        <Figure
          name="cold start"
          value={msWithUnit(measured.cold.wallMs)}
          note={`${msWithUnit(measured.cold.loadMs)} opening models`}
        />
        <Figure name="time attributed" value={percentText(measured.attributedPercent)} />
        <Figure
          name="cost of measuring"
          value={msWithUnit(measured.overhead.msPerRun)}
          note={percentText(measured.overhead.percent)}
        />
      </dl>
      {slowest !== undefined && (
        <p className="report-lead">
          The slowest is <strong>{titleOf(slowest.node)}</strong>: {percentText(slowest.criticalPercent)} of the time
          from start to end.
        </p>
      )}
      {measured.warnings.map((warning) => (
        <p key={warning} className="report-warning">
          {`Mind: ${warning}`}
        </p>
      ))}
      <section>
        <h2>Where the time goes</h2>
        <Plot height={80 + 24 * (measured.nodes.length + 1)}>
          <PartsPlot
            about={document.name}
            nodes={measured.nodes}
            titleOf={titleOf}
            heatOf={heatOf}
            remainderMs={measured.remainder.mean}
          />
        </Plot>
        <NodeTable measured={measured} titleOf={titleOf} />
      </section>
      {shown !== null && shown.trace.runs.count > 0 && (
        <section>
          <h2>One run in time</h2>
          <RunTimeline profile={profile} shown={shown} titleOf={titleOf} heatOf={heatOf} />
        </section>
      )}
      <section>
        <h2>How steady it is</h2>
        <Plot height={300}>
          <LatencyPlot about={document.name} wall={measured.wall} series={measured.series} warmUp={measured.warmUp} />
        </Plot>
      </section>
      {measured.samples.length > 1 && (
        <section>
          <h2>Sample by sample</h2>
          <SampleTable measured={measured} titleOf={titleOf} />
        </section>
      )}
      {measured.models.length > 0 && (
        <section>
          <h2>Inside the models</h2>
          <Models models={measured.models} titleOf={titleOf} />
        </section>
      )}
      {profile.load.map((load) => (
        <section key={load.createdAt}>
          <h2>Under load</h2>
          <Plot height={320}>
            <LoadPlot about={document.name} curves={load.curves} percentile="p95" targetMs={null} />
          </Plot>
        </section>
      ))}
      {profile.advice.length > 0 && (
        <section>
          <h2>What would make it faster</h2>
          <AdviceList advice={profile.advice} />
        </section>
      )}
      {profile.search.map((search) => (
        <section key={search.createdAt}>
          <h2>{`Settings with ${search.settings.limit.metric} under ${msWithUnit(search.settings.limit.underMs)}`}</h2>
          <SearchTable search={search} titleOf={titleOf} />
        </section>
      ))}
      <section>
        <h2>Memory</h2>
        <Plot height={240}>
          <MemoryPlot about={document.name} memory={measured.memory} />
        </Plot>
      </section>
      <section>
        <h2>Measured how, and on what</h2>
        <Conditions profile={profile} />
      </section>
    </main>
  );
}

/** Plots fill the place that they are given. */
function Plot({ height, children }: { readonly height: number; readonly children: ReactNode }) {
  return (
    <div className="report-plot" style={{ height }}>
      {children}
    </div>
  );
}

function Figure({ name, value, note }: { readonly name: string; readonly value: string; readonly note?: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{note === undefined ? name : `${name}, ${note}`}</dt>
    </div>
  );
}

interface RunTimelineProps {
  readonly profile: Profile;
  readonly shown: ShownTrace;
  readonly titleOf: (node: string) => string;
  readonly heatOf: (node: string) => number;
}

function RunTimeline({ profile, shown, titleOf, heatOf }: RunTimelineProps) {
  const [runs, setRuns] = useState<RunRange>({ first: 0, last: 0 });
  const [selected, setSelected] = useState<string | null>(null);
  const pathOf = useMemo(() => pathsOf(profile, shown.trace), [profile, shown]);
  const { median, p95, slowest } = profile.measured.shown;
  return (
    <div className="report-timeline">
      <Timeline
        trace={shown.trace}
        runs={runs}
        onRuns={setRuns}
        shown={{
          median: shown.runs.indexOf(median),
          p95: shown.runs.indexOf(p95),
          slowest: shown.runs.indexOf(slowest),
        }}
        samples={profile.samples}
        titleOf={titleOf}
        heatOf={heatOf}
        pathOf={pathOf}
        selected={selected}
        onSelect={setSelected}
      />
    </div>
  );
}
