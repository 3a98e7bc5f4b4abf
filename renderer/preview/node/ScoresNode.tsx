import type { ScoresPreview } from '../../../core/studio/preview.ts';
import { scoreText, wholeText } from '../numbers.ts';
import { barShare, formTitle } from '../scores.ts';
import { Caption } from './Well.tsx';

const rows = 5;

export function ScoresNode({ preview }: { readonly preview: ScoresPreview }) {
  const { best, total, form } = preview;
  const shown = best.slice(0, rows);
  return (
    <>
      <span className="score-rows">
        {shown.map((score, i) => (
          <span key={score.class} className={i === 0 ? 'score first' : 'score'}>
            <span className="grow">{score.label}</span>
            <span>{scoreText(score.value, form)}</span>
            <span className="score-bar">
              <span style={{ width: `${100 * barShare(score.value, best, form)}%` }} />
            </span>
          </span>
        ))}
      </span>
      <Caption left={total > rows ? `${rows} of ${wholeText(total)}` : ''} right={formTitle(form)} />
    </>
  );
}
