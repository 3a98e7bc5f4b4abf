import { Check, CircleX, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { Advice } from '../../../core/profile/advice.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { select } from '../../canvas/selecting.ts';
import { adviceWords, groupedAdvice, triedRows } from '../adviceWords.ts';
import { startAdvice } from '../jobs.ts';
import { TableHead } from '../panels/TableHead.tsx';
import { useProfile } from '../profileState.ts';
import { useTitles } from '../titles.ts';
import { ApplyButton } from './ApplyButton.tsx';
import { JobFailed, JobProgress, useWaits } from './JobState.tsx';

/** What would make it faster, each tried here and measured. */
export function AdvicePanel({ profile }: { readonly profile: Profile }) {
  const waits = useWaits();
  const trying = useProfile((s) => s.job?.kind === 'advice');
  const { gains, rest } = groupedAdvice(profile.advice);
  const runs = Math.max(0, ...profile.advice.map((one) => one.tried?.runs ?? 0));
  const none = profile.advice.length === 0;
  return (
    <>
      <header className="side-head">
        <h2 className="spoken">Advice</h2>
        <p>
          {none
            ? 'Looks at what was measured for what might help, tries each on a copy in turns with the pipeline as it is, and tells the gain and whether the answers stay.'
            : `Each was tried here${runs > 0 ? `: ${runs} runs in turns, same inputs` : ''}.`}
        </p>
        {!trying && (
          <button
            type="button"
            className={none ? 'button primary' : 'button'}
            disabled={waits !== null}
            title={waits ?? undefined}
            onClick={() => void startAdvice()}
          >
            {none ? 'Find what helps' : 'Try again'}
          </button>
        )}
        <JobProgress kind="advice" />
        <JobFailed kind="advice" again={() => void startAdvice()} />
      </header>
      <ol className="advice-list">
        {gains.map((advice, i) => (
          <AdviceCard key={advice.id} advice={advice} first={i === 0} />
        ))}
      </ol>
      {rest.length > 0 && (
        <>
          <h3 className="advice-rest">
            {gains.length === 0 ? 'Nothing that was tried helps for sure' : 'Tried, did not help'}
            <span className="quiet">{rest.length}</span>
          </h3>
          <ol className="advice-list">
            {rest.map((advice) => (
              <AdviceCard key={advice.id} advice={advice} first={false} />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function AdviceCard({ advice, first }: { readonly advice: Advice; readonly first: boolean }) {
  const [open, setOpen] = useState(false);
  const titleOf = useTitles();
  const words = adviceWords(advice);
  const helps = advice.verdict === 'helps' || advice.verdict === 'trades';
  return (
    <li className={`advice tone-${words.tone}`}>
      <h3>{advice.title}</h3>
      <p>{advice.why}</p>
      {advice.nodes.length > 0 && (
        <p className="advice-nodes">
          {advice.nodes.slice(0, 6).map((node) => (
            <button key={node} type="button" onClick={() => select([node])}>
              {titleOf(node)}
            </button>
          ))}
          {advice.nodes.length > 6 && <span className="quiet">and {advice.nodes.length - 6} more</span>}
        </p>
      )}
      <div className="advice-result">
        <b>{words.badge}</b>
        <span>
          {words.sign === 'ok' && <Check size={12} aria-hidden="true" />}
          {words.sign === 'warning' &&
            (words.tone === 'failed' ? (
              <CircleX size={12} aria-hidden="true" />
            ) : (
              <TriangleAlert size={12} aria-hidden="true" />
            ))}
          {words.line}
        </span>
      </div>
      {(helps || advice.tried !== null) && (
        <div className="advice-acts">
          {helps && <ApplyButton id={advice.id} changes={advice.changes} about={advice.title} primary={first} />}
          {advice.tried !== null && (
            <button type="button" className="button bare" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Hide the runs' : 'Show the runs'}
            </button>
          )}
        </div>
      )}
      {open && advice.tried !== null && (
        <table className="tried-table">
          <caption>{advice.tried.runs} runs of each, in turns; the range is the 95 % interval</caption>
          <TableHead columns={['(What)', 'Before', 'After', 'Change']} />
          <tbody>
            {triedRows(advice.tried).map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td>{row.before}</td>
                <td>{row.after}</td>
                <td>
                  {row.change}
                  <small>{row.verdict === 'unsure' ? `unsure, ${row.between}` : row.between}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}
