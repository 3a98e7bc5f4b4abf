import { Copy, Download } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { BatchRow } from '../../../core/studio/api.ts';
import { shownRunOf } from '../../state/runs.ts';
import { type RunView, useStudio } from '../../state/state.ts';
import { refreshRuns, showRun } from '../../state/viewing.ts';
import { countText, msText } from '../numbers.ts';
import { copyText, saveText } from '../take.ts';
import { answerNames, type BatchSort, batchCsv, sortedRows } from './runWords.ts';

const mostRows = 500;
/** As many of the last ones may still have their values. */
const mostKept = 6;

/** What each item of a batch gave; a click shows its values on the canvas while they are kept. */
export function BatchTable({ batch }: { readonly batch: NonNullable<RunView['batch']> }) {
  const { rows, failed, done, total, leftMs } = batch;
  const runs = useStudio((s) => s.runs);
  const shown = useStudio((s) => shownRunOf(s)?.run ?? null);
  const [sort, setSort] = useState<BatchSort | null>(null);
  const answers = useMemo(() => answerNames(rows), [rows]);
  const sorted = useMemo(() => (sort === null ? rows : sortedRows(rows, sort)), [rows, sort]);
  const running = useStudio((s) => s.run?.phase === 'running');
  const kept = useMemo(
    () => new Set([...runs, ...(running ? rows.slice(-mostKept) : [])].map((run) => run.run)),
    [runs, rows, running],
  );
  // What a batch leaves to look at is not told one by one.
  useEffect(() => {
    if (!running) void refreshRuns();
  }, [running]);
  const problems = rows.some((row) => row.problem !== null);
  const columns = ['name', ...answers, 'ms', ...(problems ? ['problem'] : [])];
  return (
    <>
      <div className="runs-tools">
        <button
          type="button"
          className="button"
          disabled={rows.length === 0}
          onClick={() => void copyText(batchCsv(sorted), 'Table copied')}
        >
          <Copy size={14} aria-hidden="true" />
          Copy CSV
        </button>
        <button
          type="button"
          className="button"
          disabled={rows.length === 0}
          onClick={() => saveText(batchCsv(sorted), 'batch.csv', 'text/csv')}
        >
          <Download size={14} aria-hidden="true" />
          CSV
        </button>
        <span role="status" className="quiet">
          {countText(done, 'item')} of {total}
          {failed > 0 && `, ${failed} failed`}
          {leftMs !== null && done < total && `, about ${msText(leftMs)} left`}
        </span>
      </div>
      <table className="run-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column} column={column} sort={sort} onSort={setSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, mostRows).map((row) => (
            <Row
              key={row.run ?? `${row.name} ${row.wallMs}`}
              {...{ row, answers, problems }}
              shown={row.run !== null && row.run === shown}
              kept={row.run !== null && kept.has(row.run)}
            />
          ))}
        </tbody>
      </table>
      {sorted.length > mostRows && <p className="side-note">{`The first ${mostRows} are shown; the CSV holds all.`}</p>}
    </>
  );
}

const titles: Readonly<Record<string, string>> = { name: 'Item', ms: 'Time', problem: 'Problem' };

function Heading({
  column,
  sort,
  onSort,
}: {
  readonly column: string;
  readonly sort: BatchSort | null;
  readonly onSort: (sort: BatchSort) => void;
}) {
  const mine = sort?.by === column;
  return (
    <th
      scope="col"
      className={column === 'ms' ? 'number' : ''}
      aria-sort={mine ? (sort.down ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        className="sort"
        onClick={() => onSort({ by: column, down: mine ? !sort.down : column === 'ms' })}
      >
        {titles[column] ?? column}
        <span aria-hidden="true">{mine ? (sort.down ? '↓' : '↑') : ''}</span>
      </button>
    </th>
  );
}

function Row({
  row,
  answers,
  problems,
  shown,
  kept,
}: {
  readonly row: BatchRow;
  readonly answers: readonly string[];
  readonly problems: boolean;
  readonly shown: boolean;
  readonly kept: boolean;
}) {
  return (
    <tr className={shown ? 'shown' : ''}>
      <th scope="row">
        <button
          type="button"
          className="run-pick"
          aria-pressed={shown}
          disabled={!kept}
          title={kept ? 'Show on the canvas' : 'Its values are not kept any more: only the last runs are.'}
          onClick={() => void showRun(row.run)}
        >
          <span className="run-mark" aria-hidden="true" />
          {row.name}
        </button>
      </th>
      {answers.map((name) => (
        <td key={name} className="run-answer" title={row.answers[name]}>
          {row.answers[name] ?? ''}
        </td>
      ))}
      <td className="number">{msText(row.wallMs)}</td>
      {problems && (
        <td className="error-ink" title={row.problem?.fix}>
          {row.problem?.message}
        </td>
      )}
    </tr>
  );
}
