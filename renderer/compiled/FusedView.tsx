import { TriangleAlert } from 'lucide-react';
import { tooFewRuns } from '../../core/profile/comparisonSentence.ts';
import type { FusedComparison, FusedGroup } from '../../core/profile/fusedComparison.ts';
import { ForestBar } from '../profile/compare/ForestBar.tsx';
import { intervalText, ratioAxis } from '../profile/compare/forest.ts';
import { VerdictWord } from '../profile/compare/VerdictWord.tsx';
import { msNumber, percentText } from '../profile/words.ts';
import { useStudio } from '../state/state.ts';
import { PartNumber } from './CompiledHulls.tsx';
import { formKey } from './formKey.ts';
import { useOwnTitles } from './ownTitles.ts';

/** A pipeline node by node against its compiled form: two rows, where the time went, and why it is no faster where it is not. */
export function FusedView({ result, of }: { readonly result: FusedComparison; readonly of: string }) {
  const stale = useStudio((s) => formKey(s.document) !== of);
  const { wall, p95 } = result.comparison;
  const axis = ratioAxis([wall, p95]);
  return (
    <section className="fused-view" aria-label="Compiled against node by node">
      {stale && (
        <p className="fused-stale">
          <TriangleAlert size={14} aria-hidden="true" />
          The pipeline was edited since this was measured.
        </p>
      )}
      <table className="fused-rows">
        <caption className="spoken">Latency of both forms, run in turns</caption>
        <thead>
          <tr>
            <th scope="col">Milliseconds</th>
            <th scope="col" className="number">
              Median
            </th>
            <th scope="col" className="number">
              p95
            </th>
            <th scope="col">Times as fast, 95 %</th>
            <th scope="col">Change, 95 % interval</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Node by node</th>
            <td className="number">{msNumber(wall.before)}</td>
            <td className="number">{msNumber(p95.before)}</td>
            <td />
            <td />
          </tr>
          <tr>
            <th scope="row">Compiled</th>
            <td className="number">
              <b>{msNumber(wall.after)}</b>
            </td>
            <td className="number">{msNumber(p95.after)}</td>
            <td>
              <span className="fused-speed">
                <b>{timesText(wall.ratio)}</b>{' '}
                {tooFewRuns(wall) ? '' : `${timesText(wall.high)} to ${timesText(wall.low)}`}
                <VerdictWord verdict={wall.verdict} />
              </span>
            </td>
            <td>
              <ForestBar axis={axis} difference={wall} />
              <span className="quiet">{intervalText(wall)}</span>
            </td>
          </tr>
        </tbody>
      </table>
      <ul className="fused-words">
        {result.words.map((words) => (
          <li key={words}>{words}</li>
        ))}
        <li>Answers: {result.answers.words}.</li>
      </ul>
      <Groups result={result} />
    </section>
  );
}

function Groups({ result: { groups } }: { readonly result: FusedComparison }) {
  const titleOf = useOwnTitles();
  if (groups.length === 0) return null;
  return (
    <table className="fused-groups">
      <caption>Work in a run, whose it is</caption>
      <thead>
        <tr>
          <th scope="col">Whose</th>
          <th scope="col" className="number">
            Node by node, ms
          </th>
          <th scope="col" className="number">
            Compiled, ms
          </th>
          <th scope="col">Verdict</th>
          <th scope="col" className="number">
            Of the critical path
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.part ?? 'outside'}>
            <th scope="row">
              <GroupName group={group} titleOf={titleOf} />
            </th>
            <td className="number">{msNumber(group.work.before)}</td>
            <td className="number">{msNumber(group.work.after)}</td>
            <td>
              <VerdictWord verdict={group.work.verdict} />
            </td>
            <td className="number">{percentText(group.pathPercent)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function GroupName({ group, titleOf }: { readonly group: FusedGroup; readonly titleOf: (node: string) => string }) {
  const names = group.nodes.map(titleOf).join(', ');
  return (
    <span className="group-name" title={names}>
      {group.part === null ? <b>Outside</b> : <PartNumber at={group.part} />}
      <span className="cut">{names}</span>
    </span>
  );
}

/** `1.41×`, of a ratio of times. */
function timesText(ratio: number): string {
  return ratio > 0 && Number.isFinite(ratio) ? `${(1 / ratio).toFixed(2)}×` : '–';
}
