import { LoaderCircle } from 'lucide-react';
import { useState } from 'react';
import type { Kind } from '../../core/kinds/value.ts';
import type { SampleCard } from '../../core/studio/api.ts';
import { Glyph } from '../kinds/Glyph.tsx';
import { countText, durationText } from '../shell/words.ts';
import { startRun } from '../state/runs.ts';
import { openDocument } from '../state/sessions.ts';
import { SampleArt } from './SampleArt.tsx';
import { askWelcome, useWelcome, useWelcomeData } from './welcomeData.ts';

/** One click opens a sample as a copy and runs it. */
export function Samples() {
  useWelcomeData();
  const samples = useWelcome((s) => s.samples);
  const problem = useWelcome((s) => s.problem);
  const [opening, setOpening] = useState<string | null>(null);

  async function open(path: string): Promise<void> {
    if (opening !== null) return;
    setOpening(path);
    if (await openDocument(path, { copy: true })) await startRun();
    setOpening(null);
  }

  return (
    <section aria-labelledby="samples-title">
      <header className="welcome-head">
        <h2 id="samples-title">Samples</h2>
        <p className="quiet">Each runs at once, offline, with its own models. Times: median on this machine.</p>
      </header>
      {samples === null && problem !== null && (
        <div className="samples-problem" role="alert">
          <p>
            The samples could not be listed: {problem.message} {problem.fix}
          </p>
          <button type="button" className="button" onClick={() => void askWelcome()}>
            Try again
          </button>
        </div>
      )}
      <ul className="samples" aria-busy={samples === null}>
        {samples === null
          ? [0, 1, 2, 3, 4, 5].map((place) => <li key={place} className="sample waiting" aria-hidden="true" />)
          : samples.map((sample) => (
              <Card
                key={sample.path}
                sample={sample}
                opening={opening === sample.path}
                onOpen={() => void open(sample.path)}
              />
            ))}
      </ul>
    </section>
  );
}

function Card({
  sample,
  opening,
  onOpen,
}: {
  readonly sample: SampleCard;
  readonly opening: boolean;
  readonly onOpen: () => void;
}) {
  const { title, description, kindsIn, kindsOut, nodes, models, p50Ms } = sample;
  return (
    <li className="sample" title={description}>
      <div className="sample-art" aria-hidden="true">
        <SampleArt sample={sample} />
      </div>
      <h3>
        <button type="button" className="sample-open" aria-busy={opening} onClick={onOpen}>
          {title}
        </button>
      </h3>
      <p className="sample-facts">
        <span className="kinds">
          <Kinds kinds={kindsIn} />
          <span className="dash" />
          <Kinds kinds={kindsOut} />
        </span>
        <span className="cut">
          {countText(nodes, 'node')}, {countText(models, 'model')}
        </span>
        <span className="sample-time">
          {opening ? (
            <>
              <LoaderCircle size={12} className="turning" aria-hidden="true" />
              Opening
            </>
          ) : p50Ms === null ? (
            'not timed yet'
          ) : (
            durationText(p50Ms)
          )}
        </span>
      </p>
    </li>
  );
}

function Kinds({ kinds }: { readonly kinds: readonly Kind[] }) {
  return (
    <>
      {kinds.map((kind) => (
        <Glyph key={kind} kind={kind} named />
      ))}
    </>
  );
}
