import { Check, Search, Wrench } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ProblemData } from '../../core/problems/problem.ts';
import { SeverityIcon } from '../inspector/Fault.tsx';
import { countText } from '../shell/words.ts';
import { shownRunOf } from '../state/runs.ts';
import { state, useStudio } from '../state/state.ts';
import { FixButtons } from './FixButtons.tsx';
import { fixAll, sureFixes } from './fixAll.ts';
import { goTo, hasPlace } from './goTo.ts';
import { filterRows, type ProblemRow, problemRows } from './rows.ts';

const none: readonly ProblemData[] = [];

/** All problems of the open pipeline: of its check, of the run that is shown, of its opening. */
export function ProblemsPanel() {
  const check = useStudio((s) => s.report?.problems ?? none);
  const checked = useStudio((s) => s.report !== null);
  const run = useStudio(shownRunOf);
  const opening = useStudio((s) => s.session?.warnings ?? none);
  const nodes = useStudio((s) => s.document.nodes);
  const readOnly = useStudio((s) => s.session?.readOnly ?? true);
  const [text, setText] = useState('');
  const [hidden, setHidden] = useState<ReadonlySet<ProblemData['severity']>>(new Set());
  const all = useMemo(() => {
    const ofRun = run === null ? none : [...(run.problem === null ? [] : [run.problem]), ...run.warnings];
    return problemRows({ check, run: ofRun, opening }, nodes);
  }, [check, run, opening, nodes]);
  const shown = filterRows(all, text, hidden);
  const sure = readOnly
    ? []
    : sureFixes(
        shown.map((row) => row.problem),
        state().document,
      );
  const counts = (severity: ProblemData['severity']) => all.filter((row) => row.problem.severity === severity).length;

  if (all.length === 0)
    return (
      <div className="nothing" role="status">
        {checked ? (
          <>
            <span className="okay">
              <Check size={16} aria-hidden="true" />
              No problems
            </span>
            <p className="quiet">Every wire fits, every parameter holds, every file is there.</p>
          </>
        ) : (
          <p className="quiet">The pipeline is being checked.</p>
        )}
      </div>
    );
  function toggle(severity: ProblemData['severity']): void {
    const next = new Set(hidden);
    if (!next.delete(severity)) next.add(severity);
    setHidden(next);
  }
  return (
    <div className="problems">
      <div className="panel-bar">
        <label className="field">
          <Search size={12} aria-hidden="true" />
          <input
            type="search"
            aria-label="Filter the problems"
            placeholder="Filter"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {(['error', 'warning'] as const).map((severity) => (
          <button
            key={severity}
            type="button"
            className="toggle"
            aria-pressed={!hidden.has(severity)}
            onClick={() => toggle(severity)}
          >
            <SeverityIcon severity={severity} />
            {countText(counts(severity), severity)}
          </button>
        ))}
        <span className="grow" />
        {sure.length > 1 && (
          <button type="button" className="button small" onClick={() => void fixAll(shown.map((row) => row.problem))}>
            <Wrench size={12} aria-hidden="true" />
            Fix all that can be ({sure.length})
          </button>
        )}
      </div>
      <div className="problem-list">
        {shown.length === 0 && <p className="nothing quiet">None of the {all.length} problems fits the filter.</p>}
        <Group title="Errors" rows={shown.filter((row) => row.problem.severity === 'error')} />
        <Group title="Warnings" rows={shown.filter((row) => row.problem.severity === 'warning')} />
      </div>
    </div>
  );
}

function Group({ title, rows }: { readonly title: string; readonly rows: readonly ProblemRow[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3>
        {title} {rows.length}
      </h3>
      <ul>
        {rows.map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </ul>
    </section>
  );
}

const origins: Readonly<Record<ProblemRow['from'], string>> = { check: '', run: 'in the run', opening: 'on opening' };

function Row({ row: { problem, place, from, title } }: { readonly row: ProblemRow }) {
  return (
    <li className="problem-row">
      <button
        type="button"
        className="problem-go"
        disabled={!hasPlace(problem.where)}
        title={hasPlace(problem.where) ? 'Go there' : undefined}
        onClick={() => goTo(problem.where)}
      >
        <SeverityIcon severity={problem.severity} />
        <span>{problem.message}</span>
        <small>
          <code title={title}>{problem.code}</code>
          {place !== '' && <span>{place}</span>}
          {from !== 'check' && <span>{origins[from]}</span>}
          <span>{problem.fix}</span>
        </small>
      </button>
      <FixButtons problem={problem} />
    </li>
  );
}
