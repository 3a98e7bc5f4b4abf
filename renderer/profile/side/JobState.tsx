import { CircleX, TriangleAlert } from 'lucide-react';
import type { JobKind } from '../../../core/studio/api.ts';
import { Elapsed } from '../../shell/RunButton.tsx';
import { cancelJob } from '../jobs.ts';
import { useProfile } from '../profileState.ts';

/** How far a job is, and how to stop it. Nothing while it is not that kind's turn. */
export function JobProgress({ kind }: { readonly kind: JobKind }) {
  const job = useProfile((s) => (s.job?.kind === kind ? s.job : null));
  if (job === null) return null;
  const percent = Math.round(job.done * 100);
  return (
    <div className="job-progress" role="status">
      <span
        className="meter"
        role="progressbar"
        aria-label={job.words}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span style={{ width: `${percent}%` }} />
      </span>
      <p>
        <span className="job-words">{job.words}</span>
        <span className="quiet">
          {percent} %, <Elapsed since={job.startedAt} />
        </span>
      </p>
      <button type="button" className="button" disabled={job.cancelling} onClick={() => void cancelJob()}>
        {job.cancelling ? 'Stopping…' : 'Cancel'}
      </button>
    </div>
  );
}

/** That the last job of this kind did not come to its end, and why. */
export function JobFailed({
  kind,
  again,
  cancelled: afterCancel = 'It was cancelled. What had been found until then is kept.',
}: {
  readonly kind: JobKind;
  readonly again: () => void;
  /** What that means, where nothing of it is kept. */
  readonly cancelled?: string;
}) {
  const failure = useProfile((s) => s.failures[kind]);
  const busy = useProfile((s) => s.job !== null);
  if (failure === undefined || busy) return null;
  const cancelled = failure.phase === 'cancelled';
  return (
    <div className={`job-failed ${cancelled ? '' : 'error'}`} role="alert">
      {cancelled ? <TriangleAlert size={14} aria-hidden="true" /> : <CircleX size={14} aria-hidden="true" />}
      <div>
        <p>{cancelled ? afterCancel : failure.problem?.message}</p>
        {!cancelled && failure.problem?.fix !== undefined && <p className="quiet">{failure.problem.fix}</p>}
        <button type="button" className="button small" onClick={again}>
          Try again
        </button>
      </div>
    </div>
  );
}

/** Whether something else is at work, in words for a button that has to wait; null when nothing is. */
export function useWaits(): string | null {
  const kind = useProfile((s) => s.job?.kind ?? null);
  return kind === null ? null : `Something else is under way: ${underWay[kind]}`;
}

const underWay: Readonly<Record<JobKind, string>> = {
  profile: 'a profile is measured',
  load: 'load is measured',
  advice: 'advice is tried',
  search: 'settings are searched',
  compare: 'two profiles are compared',
  shrink: 'models are shrunk',
  fused: 'the compiled pipeline is compared',
  compile: 'the pipeline is compiled',
  exportPlan: 'an export is prepared',
  export: 'an export is written',
};
