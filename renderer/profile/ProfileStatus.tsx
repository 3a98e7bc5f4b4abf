import { bytesText } from '../canvas/facts.ts';
import { Progress } from '../shell/StatusBar.tsx';
import { countText, durationText } from '../shell/words.ts';
import { useProfile } from './profileState.ts';
import { clockOf, percentText } from './words.ts';

/** What the profiler does, and what the profile that is shown took of the machine. */
export function ProfileStatus() {
  const job = useProfile((s) => s.job);
  const profile = useProfile((s) => s.current);
  return (
    <>
      {job !== null ? (
        <Progress value={job.done} most={1} label={job.words}>
          <span className="cut">{job.words}</span>
        </Progress>
      ) : (
        <span className="status-text">Cache off while profiling</span>
      )}
      {profile !== null && (
        <span className="status-text worker-meters">
          {profile.measured.workers.slice(0, 6).map(({ worker, busyPercent }) => (
            <span key={worker} title={`${worker}: busy ${percentText(busyPercent)} of the time`}>
              <i className="worker-meter" aria-hidden="true">
                <i style={{ height: `${Math.min(100, busyPercent)}%` }} />
              </i>
              <span className="spoken">
                {worker} busy {percentText(busyPercent)}
              </span>
            </span>
          ))}
          <span>{countText(profile.measured.workers.length, 'worker')}</span>
        </span>
      )}
      <span className="status-gap" />
      {profile !== null && (
        <>
          <span className="status-text">
            Profiled {clockOf(profile.createdAt)}, <b>{durationText(profile.durationMs)}</b>
          </span>
          <span className="status-text">
            Engine <b>{bytesText(profile.measured.memory.steadyBytes)}</b>
          </span>
          {profile.measured.memory.gpu !== null && (
            <span className="status-text">
              GPU <b>{bytesText(profile.measured.memory.gpu.steadyBytes)}</b>,{' '}
              {percentText(profile.measured.memory.gpu.utilisationPercent)} busy
            </span>
          )}
        </>
      )}
    </>
  );
}
