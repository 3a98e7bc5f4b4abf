import { useMemo } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { select } from '../../canvas/selecting.ts';
import { setProfiling, useProfile } from '../profileState.ts';
import { useTitles } from '../titles.ts';
import { msNumber } from '../words.ts';
import { TableHead } from './TableHead.tsx';

/** Each sample's own times, the slowest first; a press shows its slowest run in the timeline. */
export function SampleTable({ profile }: { readonly profile: Profile }) {
  const titleOf = useTitles();
  const trace = useProfile((s) => s.trace);
  const { samples } = profile.measured;
  const slowestRun = useMemo(() => slowestRuns(trace), [trace]);
  if (samples.length === 0) return <p className="panel-nothing">No sample was measured.</p>;
  const most = Math.max(...samples.map((sample) => sample.wall.p95));
  return (
    <table className="stage-table">
      <caption className="spoken">Samples, slowest first; milliseconds end to end</caption>
      <TableHead columns={['Sample', '*Runs', '*p50', '*p95', '*Most', 'Spread to p95', 'Slowest node on it']} />
      <tbody>
        {samples.map((sample, i) => {
          const run = slowestRun.get(sample.index);
          return (
            <tr key={sample.index}>
              <th scope="row">
                <span className="stage-name">
                  {run === undefined ? (
                    <span className="row-word">{sample.name}</span>
                  ) : (
                    <button
                      type="button"
                      className="row-pick"
                      title="Show its slowest run in the timeline"
                      onClick={() => setProfiling({ runs: { first: run, last: run } })}
                    >
                      {sample.name}
                    </button>
                  )}
                  {i === 0 && samples.length > 1 && <small className="share-mark">slowest</small>}
                </span>
              </th>
              {sample.problem === undefined ? (
                <>
                  <td className="number quiet">{sample.runs}</td>
                  <td className="number">{msNumber(sample.wall.p50)}</td>
                  <td className="number">{msNumber(sample.wall.p95)}</td>
                  <td className="number">{msNumber(sample.wall.max)}</td>
                  <td>
                    <span className="path-share" aria-hidden="true">
                      <i style={{ width: `${(96 * sample.wall.p95) / most}px` }} />
                    </span>
                  </td>
                  <td>
                    {sample.slowestNode === '' ? (
                      <span className="quiet">–</span>
                    ) : (
                      <button type="button" className="row-pick" onClick={() => select([sample.slowestNode])}>
                        {titleOf(sample.slowestNode)}
                      </button>
                    )}
                  </td>
                </>
              ) : (
                <td className="error-ink" colSpan={6}>
                  {sample.problem}
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Sample → the run of the trace that took longest on it. */
function slowestRuns(trace: ReturnType<typeof useProfile.getState>['trace']): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  if (trace === null) return found;
  const { count, sample, startMs, endMs } = trace.runs;
  for (let run = 0; run < count; run++) {
    const before = found.get(sample[run]);
    if (before === undefined || endMs[run] - startMs[run] > endMs[before] - startMs[before])
      found.set(sample[run], run);
  }
  return found;
}
