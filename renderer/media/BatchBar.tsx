import { useEffect, useState } from 'react';
import { leftText } from '../shell/words.ts';
import { cancelRun } from '../state/runs.ts';
import { setState, useStudio } from '../state/state.ts';

/** How far the batch is, how long it still takes, and its end. */
export function BatchBar() {
  const batch = useStudio((s) => s.run?.batch ?? null);
  const phase = useStudio((s) => s.run?.phase ?? 'done');
  const run = useStudio((s) => s.run?.run ?? '');
  const [closed, setClosed] = useState('');
  const [left, setLeft] = useState<number | null>(null);
  const going = phase === 'running';
  const told = batch?.leftMs ?? null;
  useEffect(() => {
    setLeft(told);
    if (told === null || !going) return;
    const since = performance.now();
    // Between two answers the time left runs down by itself.
    const timer = window.setInterval(() => setLeft(Math.max(0, told - (performance.now() - since))), 1000);
    return () => window.clearInterval(timer);
  }, [told, going]);
  if (batch === null || closed === run) return null;
  const { done, failed, total } = batch;
  return (
    <div className="batch-bar">
      <progress max={total} value={done} aria-label="Batch" />
      <span role="status">
        {done} of {total}
        {failed > 0 && <span className="failed"> {failed} failed</span>}
        {going ? (
          left !== null && <span className="quiet"> {leftText(left)}</span>
        ) : (
          <span className="quiet"> {endings[phase]}</span>
        )}
      </span>
      <button type="button" className="button small" onClick={() => setState({ bottom: 'runs' })}>
        Results
      </button>
      {going ? (
        <button type="button" className="button small" onClick={() => void cancelRun()}>
          Cancel
        </button>
      ) : (
        <button type="button" className="button small" onClick={() => setClosed(run)}>
          Close
        </button>
      )}
    </div>
  );
}

const endings = { done: 'done', failed: 'broke off', cancelled: 'cancelled', running: '' } as const;
