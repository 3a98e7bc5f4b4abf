import { lazy, Suspense, useMemo } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { select } from '../../canvas/selecting.ts';
import { useStudio } from '../../state/state.ts';
import type { HeatScale } from '../heat.ts';
import { setProfiling, useProfile } from '../profileState.ts';
import { useTitles } from '../titles.ts';
import { pathsOf } from '../tracePaths.ts';
import { useHeats } from '../useHeats.ts';

const Timeline = lazy(async () => ({ default: (await import('../timeline/Timeline.tsx')).Timeline }));

/** The timeline, or why there is none. */
export function TimelinePart({ profile, scale }: { readonly profile: Profile; readonly scale: HeatScale }) {
  const trace = useProfile((s) => s.trace);
  const is = useProfile((s) => s.traceIs);
  const runs = useProfile((s) => s.runs);
  const selected = useStudio((s) => s.selection.ids.at(-1) ?? null);
  const titleOf = useTitles();
  const heatOf = useHeats(profile, scale);
  const pathOf = useMemo(() => (trace === null ? () => [] : pathsOf(profile, trace)), [profile, trace]);
  if (trace === null || trace.runs.count === 0)
    return (
      <section className="timeline-place" aria-label="Timeline">
        <p className="panel-nothing" role="status">
          {is === 'failed'
            ? 'The trace of this profile is not there any more, or could not be read. Its figures stand.'
            : is === 'ready'
              ? 'No run was kept in the trace.'
              : 'Opening the trace…'}
        </p>
      </section>
    );
  return (
    <div className="timeline-place">
      <Suspense fallback={<p className="panel-nothing">Opening the timeline…</p>}>
        <Timeline
          trace={trace}
          runs={runs}
          onRuns={(next) => setProfiling({ runs: next })}
          shown={profile.measured.shown}
          samples={profile.samples}
          titleOf={titleOf}
          heatOf={heatOf}
          pathOf={pathOf}
          selected={selected}
          onSelect={(node) => select(node === null ? [] : [node])}
        />
      </Suspense>
    </div>
  );
}
