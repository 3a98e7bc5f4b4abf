import type { Measured } from '../../core/profile/profile.ts';
import { type StageRow, stageRows, sumsOf } from '../profile/stageRows.ts';
import { msNumber, percentText } from '../profile/words.ts';
import { bytesShown } from './bytesShown.ts';

interface NodeTableProps {
  readonly measured: Measured;
  readonly titleOf: (node: string) => string;
}

const columns = ['Stage', 'Where', 'On', 'p50', 'p95', 'Queue', 'Copy', 'Gap', 'Run', 'Mean', 'Out', 'Of the path'];

/** Stages, nodes of fused ones under theirs, and what is nobody's, so that the last column comes to all of the wall. */
export function NodeTable({ measured, titleOf }: NodeTableProps) {
  const rows = [...stageRows(measured, titleOf)].sort((a, b) => b.critical - a.critical || b.p50 - a.p50);
  const { remainder, wall } = sumsOf(measured, rows);
  return (
    <table className="report-table">
      <thead>
        <tr>
          {columns.map((column, at) => (
            <th key={column} className={at > 2 ? 'number' : undefined} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.flatMap((row) => [
          <Row key={row.key} row={row} inside={false} />,
          ...row.inside.map((inner) => <Row key={inner.key} row={inner} inside />),
        ])}
        <tr>
          <th scope="row">Remainder</th>
          <td colSpan={2}>before, between and after the stages</td>
          <td className="number">{msNumber(remainder.stats.p50)}</td>
          <td className="number">{msNumber(remainder.stats.p95)}</td>
          <td colSpan={4} />
          <td className="number">{msNumber(remainder.stats.mean)}</td>
          <td />
          <td className="number">{percentText(remainder.critical)}</td>
        </tr>
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">End to end</th>
          <td colSpan={2} />
          <td className="number">{msNumber(wall.p50)}</td>
          <td className="number">{msNumber(wall.p95)}</td>
          <td colSpan={4} />
          <td className="number">{msNumber(wall.mean)}</td>
          <td />
          <td className="number">100 %</td>
        </tr>
      </tfoot>
      <caption>
        Milliseconds of one run over all its items. Queue, copy, gap and run are means and add up to the mean.
      </caption>
    </table>
  );
}

function Row({ row, inside }: { readonly row: StageRow; readonly inside: boolean }) {
  return (
    <tr className={inside ? 'inside' : undefined}>
      <th scope="row">{row.title}</th>
      <td>{row.share ? 'share of the pass' : row.worker}</td>
      <td>{row.device}</td>
      {[row.p50, row.p95, row.queue, row.copy, row.gap, row.run, row.mean].map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still.
        <td key={at} className="number">
          {msNumber(value)}
        </td>
      ))}
      <td className="number">{bytesShown(row.bytesOut)}</td>
      <td className="number">{row.critical > 0 ? percentText(row.critical) : `slack ${msNumber(row.slackMs)}`}</td>
    </tr>
  );
}
