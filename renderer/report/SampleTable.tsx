import type { Measured } from '../../core/profile/profile.ts';
import { msNumber } from '../profile/words.ts';

interface SampleTableProps {
  readonly measured: Measured;
  readonly titleOf: (node: string) => string;
}

export function SampleTable({ measured, titleOf }: SampleTableProps) {
  return (
    <table className="report-table">
      <thead>
        <tr>
          <th scope="col">Sample, slowest first</th>
          <th className="number">Runs</th>
          <th className="number">p50</th>
          <th className="number">p95</th>
          <th>Slowest node</th>
        </tr>
      </thead>
      <tbody>
        {measured.samples.map((sample) => (
          <tr key={sample.index}>
            <th scope="row">{sample.name}</th>
            <td className="number">{sample.runs}</td>
            <td className="number">{sample.problem === undefined ? msNumber(sample.wall.p50) : ''}</td>
            <td className="number">{sample.problem === undefined ? msNumber(sample.wall.p95) : ''}</td>
            <td>{sample.problem ?? titleOf(sample.slowestNode)}</td>
          </tr>
        ))}
      </tbody>
      <caption>Milliseconds.</caption>
    </table>
  );
}
