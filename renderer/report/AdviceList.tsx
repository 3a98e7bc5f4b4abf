import type { Advice } from '../../core/profile/advice.ts';
import { changeText } from '../profile/words.ts';

const words: Readonly<Record<Advice['verdict'], string>> = {
  helps: 'Helps',
  trades: 'A trade',
  none: 'No gain',
  failed: 'Could not be tried',
  untried: 'Not tried',
};

export function AdviceList({ advice }: { readonly advice: readonly Advice[] }) {
  return (
    <ol className="report-advice">
      {advice.map((one) => (
        <li key={one.id}>
          <h3>
            <span className={`report-verdict ${one.verdict}`}>{words[one.verdict]}</span> {one.title}
          </h3>
          <p>{one.why}</p>
          {one.tried !== null && (
            <p>
              {`p50 ${changeText(one.tried.p50.ratio)}, p95 ${changeText(one.tried.p95.ratio)}${one.tried.throughput === null ? '' : `, throughput ${changeText(one.tried.throughput.ratio)}`}; ${one.tried.answers.words}; ${one.tried.runs} runs.`}
            </p>
          )}
          {one.problem !== null && <p>{one.problem.message}</p>}
        </li>
      ))}
    </ol>
  );
}
