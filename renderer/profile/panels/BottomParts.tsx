import { PanelRightClose, PanelRightOpen } from 'lucide-react';
import { lazy, Suspense, useRef } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { select } from '../../canvas/selecting.ts';
import { useHeight } from '../../shell/HeightEdge.tsx';
import { TabRow } from '../../shell/TabRow.tsx';
import { useStudio } from '../../state/state.ts';
import type { HeatScale } from '../heat.ts';
import { useTarget } from '../kept.ts';
import { type PlotTab, setProfiling, type TableTab, useProfile } from '../profileState.ts';
import { useTitles } from '../titles.ts';
import { useHeats } from '../useHeats.ts';
import { LoadPanel } from './LoadPanel.tsx';
import { MemoryPanel } from './MemoryPanel.tsx';
import { ModelsPanel } from './ModelsPanel.tsx';
import { ProfilesPanel } from './ProfilesPanel.tsx';
import { SampleTable } from './SampleTable.tsx';
import { StageTable } from './StageTable.tsx';
import { TimelinePart } from './TimelinePart.tsx';

const PartsPlot = lazy(async () => ({ default: (await import('../plots/PartsPlot.tsx')).PartsPlot }));
const LatencyPlot = lazy(async () => ({ default: (await import('../plots/LatencyPlot.tsx')).LatencyPlot }));

/** Under the canvas: when things happened, all figures in tables, and plots. */
export function BottomParts({ profile, scale }: { readonly profile: Profile; readonly scale: HeatScale }) {
  const section = useRef<HTMLElement>(null);
  const { height, edge } = useHeight(section, {
    setting: 'profileHeight',
    label: 'Height of timeline and tables',
    usual: 468,
    least: 200,
    leave: 240,
  });
  const plots = useProfile((s) => s.plotsOpen);
  return (
    <section className="bottom profile-bottom" ref={section} aria-label="Timeline, tables and plots" style={{ height }}>
      {edge}
      <TimelinePart profile={profile} scale={scale} />
      <div className={`profile-two ${plots ? '' : 'one'}`}>
        <Tables profile={profile} scale={scale} />
        {plots && <Plots profile={profile} scale={scale} />}
      </div>
    </section>
  );
}

const tableTabs: readonly { readonly id: TableTab; readonly title: string }[] = [
  { id: 'stages', title: 'Stages' },
  { id: 'samples', title: 'Samples' },
  { id: 'models', title: 'Operators' },
  { id: 'memory', title: 'Memory' },
  { id: 'profiles', title: 'Profiles' },
];

function Tables({ profile, scale }: { readonly profile: Profile; readonly scale: HeatScale }) {
  const at = useProfile((s) => s.table);
  const plots = useProfile((s) => s.plotsOpen);
  const kept = useProfile((s) => s.list?.length ?? 0);
  const counts: Readonly<Record<TableTab, number>> = {
    stages: 0,
    samples: profile.measured.samples.length,
    models: 0,
    memory: 0,
    profiles: kept,
  };
  const fell = profile.measured.models.reduce((sum, model) => sum + model.fellBack.length, 0);
  return (
    <section className="profile-tables" aria-label="Tables">
      <div className="bottom-head">
        <TabRow
          name="Tables"
          prefix="table-tab"
          body="table-body"
          tabs={tableTabs}
          at={at}
          onChange={(table) => setProfiling({ table })}
          badge={(id) =>
            id === 'models' && fell > 0 ? `${fell} fell back` : counts[id] > 1 ? String(counts[id]) : null
          }
        />
        <button
          type="button"
          className="icon-button"
          aria-label={plots ? 'Give the tables the whole width' : 'Show the plots'}
          title={plots ? 'Give the tables the whole width' : 'Show the plots'}
          onClick={() => setProfiling({ plotsOpen: !plots })}
        >
          {plots ? <PanelRightClose size={14} aria-hidden="true" /> : <PanelRightOpen size={14} aria-hidden="true" />}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard. */}
      <div className="table-body" role="tabpanel" id="table-body" aria-labelledby={`table-tab-${at}`} tabIndex={0}>
        {at === 'stages' && <StageTable profile={profile} scale={scale} />}
        {at === 'samples' && <SampleTable profile={profile} />}
        {at === 'models' && <ModelsPanel profile={profile} />}
        {at === 'memory' && <MemoryPanel profile={profile} />}
        {at === 'profiles' && <ProfilesPanel />}
      </div>
    </section>
  );
}

const plotTabs: readonly { readonly id: PlotTab; readonly title: string }[] = [
  { id: 'parts', title: 'Parts' },
  { id: 'load', title: 'Load' },
  { id: 'latency', title: 'Latency' },
];

function Plots({ profile, scale }: { readonly profile: Profile; readonly scale: HeatScale }) {
  const at = useProfile((s) => s.plot);
  const target = useTarget();
  const selected = useStudio((s) => s.selection.ids.at(-1) ?? null);
  const titleOf = useTitles();
  const heatOf = useHeats(profile, scale);
  const { wall, series, warmUp, nodes, remainder } = profile.measured;
  // Long series are thinned out, and then a dot is none of the runs of the trace.
  const traced = useProfile((s) => s.trace?.runs.count === series.wallMs.length);
  const showRun = (run: number): void => setProfiling({ runs: { first: run, last: run } });
  return (
    <section className="profile-plots" aria-label="Plots">
      <div className="bottom-head">
        <TabRow
          name="Plots"
          prefix="plot-tab"
          body="plot-body"
          tabs={plotTabs}
          at={at}
          onChange={(plot) => setProfiling({ plot })}
        />
      </div>
      <div className="plot-body" role="tabpanel" id="plot-body" aria-labelledby={`plot-tab-${at}`}>
        {at === 'parts' && (
          <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
            <PartsPlot
              nodes={nodes}
              titleOf={titleOf}
              heatOf={heatOf}
              remainderMs={remainder.mean}
              selected={selected}
              onSelect={(node) => select([node])}
              about={profile.document.name}
            />
          </Suspense>
        )}
        {at === 'load' && <LoadPanel profile={profile} targetMs={target} />}
        {at === 'latency' && (
          <Suspense fallback={<p className="panel-nothing">Drawing…</p>}>
            <LatencyPlot
              wall={wall}
              series={series}
              warmUp={warmUp}
              about={profile.document.name}
              onRun={traced ? showRun : undefined}
            />
          </Suspense>
        )}
      </div>
    </section>
  );
}
