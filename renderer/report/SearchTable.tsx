import type { SearchPoint, SearchResult } from '../../core/profile/search.ts';
import { msNumber, rateText } from '../profile/words.ts';

interface SearchTableProps {
  readonly search: SearchResult;
  readonly titleOf: (node: string) => string;
}

/** The front, fastest first: nothing that was measured is better in both latency and throughput. */
export function SearchTable({ search, titleOf }: SearchTableProps) {
  const front = new Set(search.front);
  const points = search.points
    .filter((point) => front.has(point.id) || point.id === search.winner || point.settings.length === 0)
    .sort((a, b) => a[search.settings.limit.metric] - b[search.settings.limit.metric]);
  return (
    <table className="report-table">
      <thead>
        <tr>
          <th scope="col">Settings</th>
          <th className="number">p50</th>
          <th className="number">p95</th>
          <th className="number">Runs a second</th>
          <th className="number">Clients</th>
          <th>Holds</th>
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr key={point.id} className={point.id === search.winner ? 'winner' : undefined}>
            <th scope="row">{settingsText(point, titleOf)}</th>
            <td className="number">{msNumber(point.p50)}</td>
            <td className="number">{msNumber(point.p95)}</td>
            <td className="number">{rateText(point.throughput)}</td>
            <td className="number">{point.concurrency}</td>
            <td>{point.id === search.winner ? 'yes, the best' : point.holds ? 'yes' : 'no'}</td>
          </tr>
        ))}
      </tbody>
      <caption>{`${search.points.length} measured of ${search.space}; ${search.pruned} left out because others showed that they cannot win.`}</caption>
    </table>
  );
}

function settingsText(point: SearchPoint, titleOf: (node: string) => string): string {
  if (point.settings.length === 0) return 'As it is';
  return point.settings.map((one) => `${titleOf(one.node)} ${one.param} ${String(one.value)}`).join(', ');
}
