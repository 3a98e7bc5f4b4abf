import { Search } from 'lucide-react';
import { useState } from 'react';
import type { ScoresPreview } from '../../../core/studio/preview.ts';
import { Check } from '../controls.tsx';
import { numberText, scoreText, wholeText } from '../numbers.ts';
import { barShare, formNote } from '../scores.ts';
import { softmax } from '../vectors.ts';

export function ScoresLarge({ preview }: { readonly preview: ScoresPreview }) {
  const { best, total, form } = preview;
  const [search, setSearch] = useState('');
  const [soft, setSoft] = useState(false);
  const all = best.length === total;
  const asked = soft && all && form === 'logits';
  const values = asked ? softmax(best.map((one) => one.value)) : best.map((one) => one.value);
  const shownForm = asked ? 'probabilities' : form;
  const wanted = search.trim().toLowerCase();
  const rows = best
    .map((one, rank) => ({ ...one, rank, value: values[rank] }))
    .filter((one) => one.label.toLowerCase().includes(wanted));
  const bars = best.map((one, i) => ({ ...one, value: values[i] }));
  return (
    <div className="scores-large">
      <div className="large-tools">
        <label className="field">
          <Search size={14} aria-hidden="true" />
          <input
            type="search"
            aria-label="Search classes"
            placeholder="Search classes"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </label>
        {form === 'logits' && all && <Check name="As probabilities (softmax)" on={soft} onChange={setSoft} />}
        <span className="grow" />
        <span className="readout" role="status">
          {rows.length === total ? `${wholeText(total)} classes` : `${wholeText(rows.length)} of ${wholeText(total)}`}
        </span>
      </div>
      <p className="side-note">
        {asked ? 'Softmax of the logits, computed here; the port holds the logits.' : formNote(form)}
        {!all && ` The best ${wholeText(best.length)} were sent.`}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <ol className="score-table" tabIndex={0} aria-label="Scores, best first">
        {rows.map((one) => (
          <li key={one.class} className={one.rank === 0 ? 'first' : ''}>
            <span className="rank">{one.rank + 1}</span>
            <span className="grow">{one.label}</span>
            <span className="score-bar">
              <span style={{ width: `${100 * barShare(one.value, bars, shownForm)}%` }} />
            </span>
            <code title={String(one.value)}>
              {shownForm === 'probabilities' || shownForm === 'independent'
                ? scoreText(one.value, shownForm)
                : numberText(one.value, 4)}
            </code>
          </li>
        ))}
      </ol>
      {rows.length === 0 && <p className="side-note">No class has that in its name.</p>}
    </div>
  );
}
