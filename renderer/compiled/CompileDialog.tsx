import { FolderOpen } from 'lucide-react';
import { useEffect } from 'react';
import { Fold } from '../inspector/Section.tsx';
import { followLibrary } from '../media/library.ts';
import { useLibrarySets } from '../media/librarySets.ts';
import { useProfile } from '../profile/profileState.ts';
import { JobFailed, JobProgress, useWaits } from '../profile/side/JobState.tsx';
import { Modal } from '../shell/Modal.tsx';
import { countText } from '../shell/words.ts';
import { useStudio } from '../state/state.ts';
import { CompileReport } from './CompileReport.tsx';
import { compiledPipelineName, outputFault, pickOutput, startCompile } from './compileFiles.ts';
import { setCompile, useCompile } from './compileState.ts';

/** Writes the pipeline as files of ONNX, held against its nodes. */
export function CompileDialog({ onClose }: { readonly onClose: () => void }) {
  const report = useCompile((s) => s.report);
  const atWork = useProfile((s) => s.job?.kind === 'compile');
  const waits = useWaits();
  const fault = useCompile((s) => outputFault(s.output));
  useEffect(() => followLibrary(), []);
  return (
    <Modal title="Compile to ONNX" className="compile" onClose={onClose}>
      <form
        className="compile-body"
        onSubmit={(event) => {
          event.preventDefault();
          if (waits === null && fault === null) void startCompile();
        }}
      >
        <Output />
        <How />
        <Verify />
        <div className="compile-outcome" aria-live="polite">
          <JobProgress kind="compile" />
          <Failed />
          {report !== null && !atWork && <CompileReport report={report} />}
        </div>
        <footer className="shrink-foot">
          <p className="hint">
            Decoding of files and tokenising stay outside; the README says what must run before the files.
          </p>
          <button
            type="submit"
            className={report === null ? 'button primary' : 'button'}
            disabled={waits !== null || fault !== null}
            title={waits ?? fault ?? undefined}
            data-first
          >
            {report === null ? 'Compile' : 'Compile again'}
          </button>
          {report !== null && (
            <button type="button" className="button primary" onClick={onClose}>
              Done
            </button>
          )}
        </footer>
      </form>
    </Modal>
  );
}

function Output() {
  const output = useCompile((s) => s.output);
  const fault = outputFault(output);
  return (
    <fieldset className="shrink-part">
      <legend>Where to</legend>
      <div className="compile-path">
        <span className={fault === null ? 'field' : 'field wrong'}>
          <input
            type="text"
            className="mono"
            aria-label="File to write"
            aria-invalid={fault !== null}
            spellCheck={false}
            autoComplete="off"
            value={output}
            onChange={(event) => setCompile({ output: event.target.value, replace: false })}
          />
        </span>
        <button type="button" className="button" onClick={() => void pickOutput()}>
          <FolderOpen size={14} aria-hidden="true" />
          Choose…
        </button>
      </div>
      {fault === null ? (
        <p className="hint">Where nodes in the middle stay outside, several files are made and numbered.</p>
      ) : (
        <p className="compile-fault" role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

function How() {
  const { apart, keepDecodePass, assume, examples, pipeline, output } = useCompile();
  const saved = useStudio((s) => s.session?.path != null);
  return (
    <fieldset className="shrink-part">
      <legend>What</legend>
      <label className="check-row">
        <input type="radio" name="compile-split" checked={!apart} onChange={() => setCompile({ apart: false })} />
        One file, or as few as the nodes allow
      </label>
      <label className="check-row">
        <input type="radio" name="compile-split" checked={apart} onChange={() => setCompile({ apart: true })} />A file
        for each branch that waits for other inputs, so that they can run at once
      </label>
      <label className="check-row">
        <input
          type="checkbox"
          checked={examples}
          onChange={(event) => setCompile({ examples: event.target.checked })}
        />
        Programs in Python and TypeScript that run them, and a README
      </label>
      <label
        className="check-row"
        title={saved ? undefined : 'The pipeline has no folder of its own until it is saved'}
      >
        <input
          type="checkbox"
          checked={pipeline && saved}
          disabled={!saved}
          onChange={(event) => setCompile({ pipeline: event.target.checked })}
        />
        <span className={saved ? '' : 'quiet'}>
          A pipeline that uses them: <span className="mono">{compiledPipelineName(output)}</span>
        </span>
      </label>
      <Fold title="More" name="compile more" closed force={assume !== '' || keepDecodePass}>
        <label className="check-row">
          <input
            type="checkbox"
            checked={keepDecodePass}
            onChange={(event) => setCompile({ keepDecodePass: event.target.checked })}
          />
          Leave outside what is done to pictures while they are decoded
        </label>
        <label className="shrink-layers">
          <span className="quiet">Take for granted what an input only tells when it is opened, one a line</span>
          <span className="field">
            <textarea
              className="mono"
              rows={2}
              spellCheck={false}
              placeholder="sound.sampleRateHz=44100"
              value={assume}
              onChange={(event) => setCompile({ assume: event.target.value })}
            />
          </span>
        </label>
      </Fold>
    </fieldset>
  );
}

function Verify() {
  const verify = useCompile((s) => s.verify);
  const on = useCompile((s) => s.on);
  const sets = useLibrarySets()?.length ?? 0;
  return (
    <fieldset className="shrink-part">
      <legend>Held against the nodes</legend>
      <div className="check-row">
        <label>
          <input type="checkbox" checked={verify} onChange={(event) => setCompile({ verify: event.target.checked })} />
          Run both, and tell the largest difference of each output
        </label>
        <span className="field">
          <select
            aria-label="On what"
            disabled={!verify}
            value={sets === 0 ? 'own' : on}
            onChange={(event) => setCompile({ on: event.target.value === 'library' ? 'library' : 'own' })}
          >
            <option value="own">on the own inputs</option>
            {sets > 0 && <option value="library">on the library, {countText(sets, 'sample')}</option>}
          </select>
        </span>
      </div>
    </fieldset>
  );
}

function Failed() {
  const conflict = useProfile((s) => s.failures.compile?.problem?.code === 'document-conflict' && s.job === null);
  return (
    <>
      <JobFailed kind="compile" again={() => void startCompile()} />
      {conflict && (
        <button type="button" className="button small" onClick={() => void startCompile(true)}>
          Replace it
        </button>
      )}
    </>
  );
}
