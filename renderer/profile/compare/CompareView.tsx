import { ArrowLeftRight, Check, Copy, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Comparison } from '../../../core/profile/comparison.ts';
import { comparisonSentence, verdictSentence } from '../../../core/profile/comparisonSentence.ts';
import type { EnvironmentDifference } from '../../../core/profile/environment.ts';
import { IconButton } from '../../preview/controls.tsx';
import { countText } from '../../preview/numbers.ts';
import { msWithUnit } from '../words.ts';
import { DifferenceTable } from './DifferenceTable.tsx';
import { VerdictWord } from './VerdictWord.tsx';

export interface CompareViewProps {
  readonly comparison: Comparison;
  readonly titleOf: (node: string) => string;
  /** Changes the two sides; absent: the button is not shown. */
  readonly onSwap?: () => void;
  readonly selected?: string | null;
  readonly onSelect?: (node: string) => void;
}

/** Two profiles held against each other: what they were measured on, what was changed, what it did. */
export function CompareView({ comparison, titleOf, onSwap, selected = null, onSelect }: CompareViewProps) {
  const { before, after, environment, document, wall, p95, interleaved } = comparison;
  const sentence = comparisonSentence(comparison, titleOf);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="profile-compare" tabIndex={0} aria-label="Comparison of two profiles">
      <header>
        <p className="compare-sentence">
          <VerdictWord verdict={wall.verdict} />
          <span>{sentence}.</span>
          <CopyButton text={`${sentence}.`} />
        </p>
        <p className="quiet compare-pair">
          <span>
            Before: <b>{nameOf(before)}</b>
          </span>
          {onSwap !== undefined && (
            <IconButton name="Change sides" onClick={onSwap}>
              <ArrowLeftRight size={16} />
            </IconButton>
          )}
          <span>
            After: <b>{nameOf(after)}</b>
          </span>
          <span>
            {interleaved
              ? 'Measured in turns, so drift of the machine falls out.'
              : 'Measured one after the other: drift of the machine is in the intervals.'}
          </span>
        </p>
      </header>
      <Environments rows={environment} />
      <div className="compare-block">
        <h3>What was changed in the pipeline</h3>
        {document.length === 0 ? (
          <p className="quiet">Nothing: both run the same nodes with the same parameters.</p>
        ) : (
          <ul>
            {document.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </div>
      <div className="compare-block">
        <h3>What it did</h3>
        <dl className="compare-figures">
          {(
            [
              ['Median', wall],
              ['p95', p95],
            ] as const
          ).map(([name, difference]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <b>{`${msWithUnit(difference.before)} → ${msWithUnit(difference.after)}`}</b>
                <span>{verdictSentence(difference)}</span>
              </dd>
            </div>
          ))}
        </dl>
        <div className="compare-scroll">
          <DifferenceTable comparison={comparison} titleOf={titleOf} selected={selected} onSelect={onSelect} />
        </div>
      </div>
    </section>
  );
}

function Environments({ rows }: { readonly rows: readonly EnvironmentDifference[] }) {
  const matter = rows.filter((row) => row.matters).length;
  return (
    <div className="compare-block">
      <h3>What they were measured on</h3>
      {rows.length === 0 ? (
        <p className="quiet">The same machine in the same state, as far as it tells.</p>
      ) : (
        <>
          {matter > 0 && (
            <p className="compare-warning">
              <TriangleAlert size={12} aria-hidden="true" />
              {`${countText(matter, 'difference')} here ${matter === 1 ? 'matters' : 'matter'}: times of the two cannot be held against each other without a doubt.`}
            </p>
          )}
          <table className="environment-table">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
                <th scope="col">
                  <span className="spoken">Whether it matters</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {[...rows.filter((row) => row.matters), ...rows.filter((row) => !row.matters)].map((row) => (
                <tr key={row.what}>
                  <th scope="row">{row.what}</th>
                  <td>{row.before}</td>
                  <td>{row.after}</td>
                  <td>
                    {row.matters && (
                      <span className="compare-warning">
                        <TriangleAlert size={12} aria-hidden="true" />
                        matters
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </div>
  );
}

function CopyButton({ text }: { readonly text: string }) {
  const [done, setDone] = useState('');
  return (
    <IconButton
      name={done === text ? 'Copied' : 'Copy this sentence'}
      onClick={() => navigator.clipboard.writeText(text).then(() => setDone(text))}
    >
      {done === text ? <Check size={16} /> : <Copy size={16} />}
    </IconButton>
  );
}

/** Its label, else when it was made. */
function nameOf({ label, createdAt }: Comparison['before']): string {
  const at = new Date(createdAt);
  const when = Number.isNaN(at.getTime())
    ? createdAt
    : at.toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  return label === '' ? when : `${label} (${when})`;
}
