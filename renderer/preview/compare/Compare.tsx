import { ArrowLeftRight, Columns2, X } from 'lucide-react';
import { useState } from 'react';
import type { RunSummary } from '../../../core/studio/api.ts';
import { useStudio } from '../../state/state.ts';
import { closeCompare, compareRuns } from '../../state/viewing.ts';
import { CanvasPanel } from '../CanvasPanel.tsx';
import { IconButton } from '../controls.tsx';
import { runDifferences } from '../documentDifference.ts';
import { deltaText, msText } from '../numbers.ts';
import { runOf } from '../previews.ts';
import { clockText } from '../runs/runWords.ts';
import { comparedEnds, type TimeRow, timeRows } from './ends.ts';
import { OutputPair } from './OutputPair.tsx';

/** Two runs side by side: what differed going in, what differs coming out, and where the time went. */
export function Compare({ left, right }: { readonly left: string; readonly right: string }) {
  const a = useStudio((s) => runOf(s.runs, left));
  const b = useStudio((s) => runOf(s.runs, right));
  return (
    <CanvasPanel name="Two runs compared" whole onClose={closeCompare}>
      <header className="viewer-head">
        <Columns2 size={16} aria-hidden="true" />
        <h2>Compare runs</h2>
        <span className="grow" />
        <IconButton name="Change sides" onClick={() => compareRuns(right, left)}>
          <ArrowLeftRight size={16} />
        </IconButton>
        <IconButton name="Close" keys="Esc" onClick={closeCompare}>
          <X size={16} />
        </IconButton>
      </header>
      {a === null || b === null ? (
        <p className="viewer-nothing quiet">
          One of the two runs is not kept any more. Choose two of the list of runs.
        </p>
      ) : (
        <Sides left={a} right={b} />
      )}
    </CanvasPanel>
  );
}

function Sides({ left, right }: { readonly left: RunSummary; readonly right: RunSummary }) {
  const ends = comparedEnds(left, right);
  const published = ends.filter((one) => one.published);
  const [more, setMore] = useState<readonly string[]>([]);
  const shown = [
    ...(published.length > 0 ? published : ends.slice(-1)),
    ...ends.filter((one) => !one.published && more.includes(one.end)),
  ];
  const others = ends.filter((one) => !shown.includes(one));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="compare-page" tabIndex={0} aria-label="Comparison">
      <div className="compare-sides">
        <Side run={left} name="Left" />
        <Side run={right} name="Right" />
      </div>
      <Inputs left={left} right={right} />
      <h3>Results</h3>
      {shown.map((one) => (
        <OutputPair key={one.end} end={one.end} title={one.title} left={left} right={right} />
      ))}
      {others.length > 0 && (
        <label className="field compare-more">
          <span className="quiet">Compare another port</span>
          <select value="" onChange={(event) => event.target.value !== '' && setMore([...more, event.target.value])}>
            <option value="">Choose…</option>
            {others.map((one) => (
              <option key={one.end} value={one.end}>
                {one.title}
              </option>
            ))}
          </select>
        </label>
      )}
      <Times rows={timeRows(left, right)} left={left} right={right} />
    </section>
  );
}

function Side({ run, name }: { readonly run: RunSummary; readonly name: string }) {
  return (
    <p className="compare-side">
      <b>{name}</b>
      <span>{`Run ${clockText(run.startedAt)}`}</span>
      {run.batchItem !== undefined && <span>{run.batchItem}</span>}
      {run.wallMs !== null && <span className="quiet">{msText(run.wallMs)}</span>}
      {run.phase !== 'done' && <span className="warn-ink">{run.phase}</span>}
    </p>
  );
}

function Inputs({ left, right }: { readonly left: RunSummary; readonly right: RunSummary }) {
  const changes = runDifferences(left, right);
  return (
    <>
      <h3>What differs going in</h3>
      {changes.length === 0 ? (
        <p className="side-note">Nothing: the same nodes, parameters, wires and inputs.</p>
      ) : (
        <table className="compare-table">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">What</th>
              <th scope="col">Left</th>
              <th scope="col">Right</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((one) => (
              <tr key={`${one.where} ${one.what}`}>
                <th scope="row">{one.where}</th>
                <td>{one.what === '' ? 'node' : one.what}</td>
                <td>
                  <code>{one.before}</code>
                </td>
                <td>
                  <code>{one.after}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Times({
  rows,
  left,
  right,
}: {
  readonly rows: readonly TimeRow[];
  readonly left: RunSummary;
  readonly right: RunSummary;
}) {
  if (rows.length === 0) return null;
  const whole = (a: number | null, b: number | null): string => (a === null || b === null ? '' : deltaMs(b - a));
  return (
    <>
      <h3>Time per node</h3>
      <table className="compare-table figures">
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.node}>
              <th scope="row">{row.title}</th>
              <td>{cell(row, 'left')}</td>
              <td>{cell(row, 'right')}</td>
              <td>{whole(row.left, row.right)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">The whole run</th>
            <td>{left.wallMs === null ? '' : msText(left.wallMs)}</td>
            <td>{right.wallMs === null ? '' : msText(right.wallMs)}</td>
            <td>{whole(left.wallMs, right.wallMs)}</td>
          </tr>
        </tfoot>
      </table>
      <p className="side-note">One run each: single times vary. Profile measures over many.</p>
    </>
  );
}

function cell(row: TimeRow, side: 'left' | 'right') {
  const ms = row[side];
  if (ms !== null) return msText(ms);
  return <span className="quiet">{row.cached === side || row.cached === 'both' ? 'from cache' : 'not run'}</span>;
}

function deltaMs(ms: number): string {
  return Math.abs(ms) < 0.05 ? '0 ms' : `${deltaText(ms, Math.abs(ms) < 1 ? 1 : 3)} ms`;
}
