import { ArrowDown, ArrowUp, ChevronRight } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Profile } from '../../../core/profile/profile.ts';
import { bytesText } from '../../canvas/facts.ts';
import { select } from '../../canvas/selecting.ts';
import { useStudio } from '../../state/state.ts';
import { type HeatScale, heatStep } from '../heat.ts';
import { setProfiling } from '../profileState.ts';
import { type Sort, type SortKey, type StageRow, sortedRows, stageRows, sumsOf } from '../stageRows.ts';
import { useTitles } from '../titles.ts';
import { msNumber, percentText } from '../words.ts';

interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly about: string;
  readonly number: boolean;
}
const columns: readonly Column[] = [
  { key: 'title', title: 'Stage', about: 'What runs as one', number: false },
  { key: 'worker', title: 'Worker', about: 'Who did it', number: false },
  { key: 'device', title: 'Ran on', about: 'The device that really ran it', number: false },
  { key: 'p50', title: 'p50', about: 'Milliseconds per request, median', number: true },
  { key: 'p95', title: 'p95', about: 'Milliseconds per request; 95 of 100 were quicker', number: true },
  { key: 'critical', title: 'Of critical path', about: 'Of the time end to end, what is waited for it', number: false },
  { key: 'queue', title: 'Queue', about: 'Ready, but waiting for what worked for others; mean ms', number: true },
  { key: 'copy', title: 'Copy', about: 'Bytes made ready for another thread or device; mean ms', number: true },
  { key: 'gap', title: 'Gap', about: 'Ready, nothing in the way, not working yet; mean ms', number: true },
  { key: 'run', title: 'Run', about: 'Its own work; mean ms', number: true },
  { key: 'mean', title: 'Mean', about: 'Queue, copy, gap and run together; mean ms', number: true },
  { key: 'p99', title: 'p99', about: 'Milliseconds per request; 99 of 100 were quicker', number: true },
  { key: 'deviation', title: 'Deviation', about: 'Standard deviation, ms', number: true },
  { key: 'bytesOut', title: 'Bytes', about: 'What it gives per request', number: true },
];

/** Every stage with all that was measured of it; what adds up stands below. */
export function StageTable({ profile, scale }: { readonly profile: Profile; readonly scale: HeatScale }) {
  const [sort, setSort] = useState<Sort>({ by: 'p95', descending: true });
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const titleOf = useTitles();
  const rows = useMemo(() => stageRows(profile.measured, titleOf), [profile, titleOf]);
  const sorted = useMemo(() => sortedRows(rows, sort), [rows, sort]);
  const chosen = useStudio((s) => s.selection.ids);
  const table = useRef<HTMLTableElement>(null);
  // What is chosen elsewhere comes into sight here.
  useEffect(() => {
    if (chosen.length > 0) table.current?.querySelector('tbody tr.chosen')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const sums = sumsOf(profile.measured, rows);
  const widest = Math.max(1, ...rows.map((row) => row.critical));
  const press = (column: Column): void =>
    setSort({
      by: column.key,
      descending: sort.by === column.key ? !sort.descending : column.number || column.key === 'critical',
    });
  const toggle = (key: string): void => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const line = (row: StageRow, inside: boolean) => (
    <Row
      key={row.key}
      row={row}
      inside={inside}
      heat={heatStep(scale, row.p50)}
      widest={widest}
      chosen={row.nodes.some((node) => chosen.includes(node)) && (inside || !open.has(row.key))}
      open={row.inside.length === 0 ? null : open.has(row.key)}
      onToggle={() => toggle(row.key)}
    />
  );
  return (
    <table ref={table} className="stage-table" onMouseLeave={() => setProfiling({ hovered: null })}>
      <caption className="spoken">Stages; milliseconds of one request</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th
              key={column.key}
              scope="col"
              className={column.number ? 'number' : undefined}
              aria-sort={sort.by !== column.key ? 'none' : sort.descending ? 'descending' : 'ascending'}
            >
              <button type="button" title={column.about} onClick={() => press(column)}>
                {column.title}
                {sort.by === column.key &&
                  (sort.descending ? (
                    <ArrowDown size={10} aria-hidden="true" />
                  ) : (
                    <ArrowUp size={10} aria-hidden="true" />
                  ))}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sorted.map((row) => [
          line(row, false),
          ...(open.has(row.key) ? row.inside.map((inner) => line(inner, true)) : []),
        ])}
      </tbody>
      <tfoot>
        <tr title="Where branches run at once their times are more than the wall's; on the critical path they are part of it">
          <th scope="row">All stages</th>
          <td />
          <td />
          <td className="number" />
          <td className="number" />
          <td>{percentText(sums.stages.critical)}</td>
          {(['queue', 'copy', 'gap', 'run', 'mean'] as const).map((key) => (
            <td key={key} className="number">
              {msNumber(sums.stages[key])}
            </td>
          ))}
          <td />
          <td />
          <td />
        </tr>
        <tr title="Before the first stage begins and after the last has ended: time that belongs to no node">
          <th scope="row">Remainder</th>
          <td />
          <td />
          <Times stats={sums.remainder.stats} middle={percentText(sums.remainder.critical)} />
        </tr>
        <tr className="wall">
          <th scope="row">End to end</th>
          <td />
          <td />
          <Times stats={sums.wall} middle={percentText(sums.stages.critical + sums.remainder.critical)} />
        </tr>
      </tfoot>
    </table>
  );
}

function Times({ stats, middle }: { readonly stats: Profile['measured']['wall']; readonly middle: string }) {
  return (
    <>
      <td className="number">{msNumber(stats.p50)}</td>
      <td className="number">{msNumber(stats.p95)}</td>
      <td>{middle}</td>
      <td />
      <td />
      <td />
      <td />
      <td className="number">{msNumber(stats.mean)}</td>
      <td className="number">{msNumber(stats.p99)}</td>
      <td className="number">{msNumber(stats.deviation)}</td>
      <td />
    </>
  );
}

function Row({
  row,
  inside,
  heat,
  widest,
  chosen,
  open,
  onToggle,
}: {
  readonly row: StageRow;
  readonly inside: boolean;
  readonly heat: number;
  readonly widest: number;
  readonly chosen: boolean;
  /** Null: there is nothing in it. */
  readonly open: boolean | null;
  readonly onToggle: () => void;
}) {
  function keyDown(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const all = [...(event.currentTarget.closest('tbody')?.querySelectorAll<HTMLElement>('.row-pick') ?? [])];
    const at = all.indexOf(event.currentTarget as HTMLElement);
    all[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    event.preventDefault();
  }
  return (
    <tr
      className={[chosen ? 'chosen' : '', inside ? 'inside' : ''].join(' ')}
      onMouseEnter={() => setProfiling({ hovered: row.node })}
      onClick={() => select(row.nodes)}
    >
      <th scope="row">
        <span className="stage-name">
          {open !== null && (
            <button
              type="button"
              className={`stage-fold ${open ? 'open' : ''}`}
              aria-expanded={open}
              aria-label={`Nodes of ${row.title}`}
              onClick={(event) => {
                event.stopPropagation();
                onToggle();
              }}
            >
              <ChevronRight size={12} aria-hidden="true" />
            </button>
          )}
          <i className="heat-swatch" style={{ background: `var(--heat-${heat})` }} aria-hidden="true" />
          <button
            type="button"
            className="row-pick"
            aria-pressed={chosen}
            title={row.title}
            onKeyDown={keyDown}
            onClick={(event) => {
              event.stopPropagation();
              select(row.nodes);
            }}
          >
            {row.title}
          </button>
          {row.share && (
            <small className="share-mark" title="Its share of the pass, found by running the pass up to it">
              share
            </small>
          )}
        </span>
      </th>
      <td className="quiet">{row.worker}</td>
      <td className="quiet">{row.device}</td>
      <td className="number">{msNumber(row.p50)}</td>
      <td className="number">{msNumber(row.p95)}</td>
      <td>
        {row.critical > 0.05 ? (
          <span className="path-share">
            <i style={{ width: `${(72 * row.critical) / widest}px` }} aria-hidden="true" />
            {percentText(row.critical)}
          </span>
        ) : (
          <span className="quiet" title="It could take this much longer before the run does">
            off it, {msNumber(row.slackMs)} slack
          </span>
        )}
      </td>
      <Part value={row.queue} />
      <Part value={row.copy} />
      <Part value={row.gap} />
      <Part value={row.run} />
      <td className="number">{msNumber(row.mean)}</td>
      <td className="number">{msNumber(row.p99)}</td>
      <td className="number">{msNumber(row.deviation)}</td>
      <td className="number quiet">{row.bytesOut > 0 ? bytesText(Math.round(row.bytesOut)) : '–'}</td>
    </tr>
  );
}

/** A dash where there is as good as nothing: what is there stands out. */
function Part({ value }: { readonly value: number }) {
  return value < 0.005 ? <td className="number quiet">–</td> : <td className="number">{msNumber(value)}</td>;
}
