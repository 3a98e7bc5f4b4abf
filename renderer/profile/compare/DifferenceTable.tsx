import type { Comparison, Difference, NodeDifference } from '../../../core/profile/comparison.ts';
import { msNumber } from '../words.ts';
import { ForestAxis, ForestBar } from './ForestBar.tsx';
import { byEffect, intervalText, type RatioAxis, ratioAxis } from './forest.ts';
import { VerdictWord } from './VerdictWord.tsx';

/** The whole and every node: before, after, the ratio with its interval, what it comes to. */
export function DifferenceTable({
  comparison: { wall, p95, nodes },
  titleOf,
  selected,
  onSelect,
}: {
  readonly comparison: Pick<Comparison, 'wall' | 'p95' | 'nodes'>;
  readonly titleOf: (node: string) => string;
  readonly selected: string | null;
  readonly onSelect?: (node: string) => void;
}) {
  const both = nodes.filter((node) => node.only === null);
  const axis = ratioAxis([wall, p95, ...both]);
  return (
    <table className="difference-table">
      <thead>
        <tr>
          <th scope="col">Milliseconds</th>
          <th scope="col">Verdict</th>
          <th scope="col" className="figure">
            Before
          </th>
          <th scope="col" className="figure">
            After
          </th>
          <th scope="col" className="figure">
            Difference
          </th>
          <th scope="col">
            <span className="spoken">After over before</span>
            <ForestAxis axis={axis} />
          </th>
          <th scope="col">Change, 95 % interval</th>
        </tr>
      </thead>
      <tbody>
        <WholeRow name="Whole run, median" difference={wall} axis={axis} />
        <WholeRow name="Whole run, p95" difference={p95} axis={axis} />
      </tbody>
      <tbody>
        {byEffect(nodes).map((node) => (
          <tr key={node.node} aria-current={node.node === selected ? 'true' : undefined}>
            <th scope="row">
              {onSelect === undefined ? (
                titleOf(node.node)
              ) : (
                <button type="button" onClick={() => onSelect(node.node)}>
                  {titleOf(node.node)}
                </button>
              )}
            </th>
            <Cells difference={node} only={node.only} axis={axis} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function WholeRow({
  name,
  difference,
  axis,
}: {
  readonly name: string;
  readonly difference: Difference;
  readonly axis: RatioAxis;
}) {
  return (
    <tr className="whole">
      <th scope="row">{name}</th>
      <Cells difference={difference} only={null} axis={axis} />
    </tr>
  );
}

function Cells({
  difference,
  only,
  axis,
}: {
  readonly difference: Difference;
  readonly only: NodeDifference['only'];
  readonly axis: RatioAxis;
}) {
  const { before, after, verdict } = difference;
  return (
    <>
      <td>
        <VerdictWord verdict={verdict} only={only} />
      </td>
      <td className="figure">{only === 'after' ? '–' : msNumber(before)}</td>
      <td className="figure">{only === 'before' ? '–' : msNumber(after)}</td>
      <td className="figure">{deltaOf(after - before)}</td>
      <td>{only === null && <ForestBar axis={axis} difference={difference} />}</td>
      <td className="interval">{only === null && intervalText(difference)}</td>
    </>
  );
}

function deltaOf(ms: number): string {
  if (Math.abs(ms) < 0.005) return '0';
  return `${ms < 0 ? '\u2212' : '+'}${msNumber(Math.abs(ms))}`;
}
