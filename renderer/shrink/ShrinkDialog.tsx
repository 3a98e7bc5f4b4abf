import { useEffect } from 'react';
import { followLibrary } from '../media/library.ts';
import { useProfile } from '../profile/profileState.ts';
import { JobFailed, JobProgress } from '../profile/side/JobState.tsx';
import { Modal } from '../shell/Modal.tsx';
import { ShrinkForm } from './ShrinkForm.tsx';
import { ShrinkReport } from './ShrinkReport.tsx';
import { startShrink } from './shrinking.ts';
import { useShrink } from './shrinkState.ts';

/** Makes models smaller or faster: how on the left, what came of it on the right. */
export function ShrinkDialog({ onClose }: { readonly onClose: () => void }) {
  useEffect(() => followLibrary(), []);
  return (
    <Modal title="Make models smaller or faster" className="shrink" onClose={onClose}>
      <div className="shrink-halves">
        <ShrinkForm />
        <Outcome />
      </div>
    </Modal>
  );
}

function Outcome() {
  const result = useShrink((s) => s.result);
  const atWork = useProfile((s) => s.job?.kind === 'shrink');
  const failed = useProfile((s) => s.failures.shrink !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section className="shrink-outcome" aria-label="What came of it" tabIndex={0}>
      {atWork ? (
        <div className="shrink-wait">
          <h3>At work</h3>
          <JobProgress kind="shrink" />
          <p className="quiet">You may close this and go on: the job does too, and says when it is done.</p>
        </div>
      ) : result !== null && result.standing !== 'discarded' ? (
        <ShrinkReport key={result.job} result={result} />
      ) : failed ? (
        <div className="shrink-wait">
          <JobFailed kind="shrink" again={() => void startShrink()} />
        </div>
      ) : (
        <Nothing />
      )}
    </section>
  );
}

function Nothing() {
  return (
    <div className="shrink-wait">
      <h3>Nothing was tried yet</h3>
      <p>
        The models are made anew beside the old ones, and the pipeline is run with both, in turns and on the same
        samples. You see what it does to size, latency and answers, and decide then.
      </p>
      <ul className="shrink-promises">
        <li>
          <b>Size</b> of the files, before and after
        </li>
        <li>
          <b>Latency</b> end to end, with its interval and a verdict
        </li>
        <li>
          <b>Answers</b> on every sample, the worst one shown; accuracy or mAP where you say what is true
        </li>
      </ul>
      <p className="quiet">Nothing of your pipeline changes until you apply it, and that can be undone.</p>
    </div>
  );
}
