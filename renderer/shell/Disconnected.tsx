import { LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStudio } from '../state/state.ts';
import { Elapsed } from './RunButton.tsx';
import { countText } from './words.ts';

/** Shown only when it lasts: a connection that comes back at once is not worth a word. */
const patienceMs = 700;

/** Says that the back end is away, what that means and that it is being tried again. */
export function Disconnected() {
  const connected = useStudio((s) => s.connected);
  const known = useStudio((s) => s.about !== null);
  const tries = useStudio((s) => s.tries);
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    if (connected) return setSince(null);
    const lost = Date.now();
    const timer = window.setTimeout(() => setSince(lost), patienceMs);
    return () => window.clearTimeout(timer);
  }, [connected]);
  return (
    <div role="alert" className="spot">
      {since !== null && !connected && (
        <div className="disconnected floating">
          <LoaderCircle size={16} className="turning" aria-hidden="true" />
          <div>
            <b>The back end is not reachable; trying again.</b>
            <p>
              {known ? 'What you do is kept. ' : ''}
              <span aria-hidden="true">
                {tries > 0 ? `${countText(tries, 'try', 'tries')} in ` : 'For '}
                <Elapsed since={since} />
              </span>
            </p>
          </div>
        </div>
      )}
    </div>
  );
}
