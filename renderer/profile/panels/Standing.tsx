import { CircleX, Flame, Gauge, LoaderCircle, Package, RotateCw, TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { showNode } from '../../canvas/show.ts';
import { startFusedCompare } from '../../compiled/fusedCompare.ts';
import { runCommand } from '../../shell/commandMenu.ts';
import { Keys } from '../../shell/Keys.tsx';
import { useStudio } from '../../state/state.ts';
import { startCompare, startProfile } from '../jobs.ts';
import { useProfile } from '../profileState.ts';
import { JobFailed, JobProgress } from '../side/JobState.tsx';
import { changesSince, isOfCompiled, isStale } from '../stale.ts';
import { useTitles } from '../titles.ts';
import { type Slowest, slowestOf } from '../verdict.ts';
import { msWithUnit, percentText } from '../words.ts';

/** That the profiler measures, compares or failed to; nothing otherwise. */
export function Measuring() {
  const kind = useProfile((s) => s.job?.kind ?? null);
  const failed = useProfile((s) => ownKinds.some((one) => s.failures[one] !== undefined));
  const nothingYet = useProfile((s) => s.current === null);
  if (kind === 'profile' && !nothingYet) return <JobRow kind="profile" />;
  if (kind === 'compare' || kind === 'fused') return <JobRow kind={kind} />;
  if (!failed || nothingYet) return null;
  return (
    <div className="standing">
      <JobFailed kind="profile" again={() => void startProfile()} />
      <JobFailed kind="compare" again={() => void startCompare()} />
      <JobFailed kind="fused" again={() => void startFusedCompare()} />
    </div>
  );
}

const ownKinds = ['profile', 'compare', 'fused'] as const;

function JobRow({ kind }: { readonly kind: (typeof ownKinds)[number] }) {
  return (
    <div className="standing">
      <JobProgress kind={kind} />
    </div>
  );
}

/** The first thing to know, in words: which stage costs most, and why. And whether the figures are of what is there now. */
export function Verdict({ profile }: { readonly profile: Profile }) {
  const titleOf = useTitles();
  const own = useStudio((s) => s.document);
  const stale = isStale(profile, own);
  const busy = useProfile((s) => s.job !== null);
  const slowest = useMemo(() => slowestOf(profile.measured), [profile]);
  const { warnings } = profile.measured;
  return (
    <section className="standing first-words" aria-label="What to look at first">
      <p>
        {slowest !== null && (
          <>
            <Flame size={14} aria-hidden="true" />
            <span>
              Slowest:{' '}
              <button type="button" className="in-text" onClick={() => showNode(slowest.node.node)}>
                {titleOf(slowest.node.node)}
              </button>
              , {msWithUnit(slowest.node.total.p50)}
              {slowest.offPath ? '' : `, ${percentText(slowest.node.criticalPercent)} of the time end to end`}
              {slowest.passWith.length > 0 && `, in one pass with ${slowest.passWith.map(titleOf).join(', ')}`}
              {reason(slowest)}.
            </span>
          </>
        )}
        {warnings.length > 0 && (
          <span className="doubts" title={warnings.join('\n')}>
            <TriangleAlert size={14} aria-hidden="true" />
            <span>{warnings.join(' ')}</span>
          </span>
        )}
      </p>
      {isOfCompiled(profile, own) && (
        <p className="stale compiled">
          <Package size={14} aria-hidden="true" />
          <span>This is its compiled form, as it was then: each part is one node here.</span>
          <button type="button" className="button small" disabled={busy} onClick={() => void startFusedCompare()}>
            Is it faster?
          </button>
        </p>
      )}
      {stale && (
        <p className="stale">
          <TriangleAlert size={14} aria-hidden="true" />
          <span>
            Edited since it was measured: <em>{changesSince(profile, own)}</em>.
          </span>
          <button type="button" className="button small" disabled={busy} onClick={() => void startProfile()}>
            Profile again
          </button>
          <button type="button" className="button small" disabled={busy} onClick={() => void startCompare()}>
            Did it help?
          </button>
        </p>
      )}
    </section>
  );
}

function reason({ node, because }: Slowest): string {
  const share = node.total.mean === 0 ? 0 : node[because].mean / node.total.mean;
  if (because === 'run' || share < 0.4) return '';
  const words = { queue: 'waiting for what is busy with others', copy: 'copying', gap: 'waiting to be begun' };
  return `; most of it is ${words[because]} (${msWithUnit(node[because].mean)})`;
}

/** Before the first profile: what there is to do, how far it is, or why it failed. */
export function NoProfile() {
  const empty = useStudio((s) => s.document.nodes.length === 0);
  const job = useProfile((s) => s.job);
  const list = useProfile((s) => s.list);
  const opening = useProfile((s) => s.opening);
  const problem = useProfile((s) => s.problem);
  const failed = useProfile((s) => s.failures.profile !== undefined);
  if (job?.kind === 'profile')
    return (
      <div className="no-profile floating">
        <h2>
          <LoaderCircle size={16} className="turning" aria-hidden="true" />
          Measuring
        </h2>
        <JobProgress kind="profile" />
      </div>
    );
  if (opening !== null || list === null)
    return (
      <div className="no-profile floating" role="status">
        <h2>
          <LoaderCircle size={16} className="turning" aria-hidden="true" />
          Opening the last profile…
        </h2>
      </div>
    );
  return (
    <div className="no-profile floating">
      {problem !== null ? (
        <>
          <h2>
            <CircleX size={16} aria-hidden="true" />
            The profile could not be opened
          </h2>
          <p>{problem.message}</p>
          <p className="quiet">{problem.fix}</p>
        </>
      ) : failed ? (
        <JobFailed kind="profile" again={() => void startProfile()} />
      ) : (
        <>
          <h2>
            <Gauge size={16} aria-hidden="true" />
            {empty ? 'There are no nodes to measure' : 'Not measured yet'}
          </h2>
          <p>
            {empty
              ? 'Build a pipeline on the Design screen first.'
              : 'Runs the pipeline on its own media until the median is known, and shows where every millisecond goes: per node, copy, queue and gap.'}
          </p>
        </>
      )}
      {!empty && !failed && (
        <button type="button" className="button primary" onClick={() => runCommand('run.profile')}>
          {problem === null ? null : <RotateCw size={12} aria-hidden="true" />}
          Profile <Keys keys={['F5']} />
        </button>
      )}
    </div>
  );
}
