import { Check, CircleX, FolderOpen, Info, TriangleAlert, Upload } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { ExportPlanView } from '../../core/studio/exportingCalls.ts';
import { bytesText, countText } from '../preview/numbers.ts';
import { JobFailed, JobProgress, useWaits } from '../profile/side/JobState.tsx';
import { msWithUnit } from '../profile/words.ts';
import { outputFault, pickExportFolder, startExport } from './exporting.ts';
import { setExport, useExport } from './exportState.ts';
import { CopyText } from './FileViewer.tsx';
import { ParityGate, reproducedAll } from './ParityGate.tsx';

/** Whether what is exported gives the same answers, what is in it, and where it goes. */
export function ExportSide() {
  const plan = useExport((s) => s.plan);
  const planning = useExport((s) => s.planning);
  return (
    <aside className="export-side" aria-label="Parity and export">
      {plan !== null && (
        <div className="export-side-body" aria-busy={planning}>
          <ParityGate plan={plan} />
          <Checks plan={plan} />
          <Facts plan={plan} />
        </div>
      )}
      {plan !== null && <Write plan={plan} />}
    </aside>
  );
}

function Checks({ plan }: { readonly plan: ExportPlanView }) {
  const { models, problems, drift, profile, files } = plan;
  const serves = files.some(({ path }) => path.startsWith('server/'));
  const unknown = models.filter(({ licence }) => licence === null);
  const licences = [...new Set(models.flatMap(({ licence }) => licence ?? []))];
  const refused = useExport((s) => s.planProblem);
  return (
    <section className="export-checks" aria-label="Checks">
      {refused !== null && <Fact is="error" title={refused.message} words={refused.fix} />}
      {problems.map(({ message, fix, severity }) => (
        <Fact key={message} is={severity === 'error' ? 'error' : 'warning'} title={message} words={fix} />
      ))}
      {models.length > 0 && (
        <Fact
          is="ok"
          title={
            models.length === 1 ? 'The model is the one recorded' : `All ${models.length} models are those recorded`
          }
          words={
            serves ? 'sha256 equal; checked again whenever a server starts' : 'sha256 equal, and listed with the files'
          }
        />
      )}
      {models.length > 0 && (
        <Fact
          is={unknown.length === 0 ? 'ok' : 'warning'}
          title={unknown.length === 0 ? 'Licences known' : `Licence of ${countText(unknown.length, 'model')} not known`}
          words={
            unknown.length === 0
              ? licences.join(', ')
              : `Choose the model's node in Design and say it under File: ${unknown.map(({ path }) => path).join(', ')}`
          }
        />
      )}
      {serves && (
        <Fact
          is={drift > 0 ? 'ok' : 'plain'}
          title={drift > 0 ? 'Drift will be watched' : 'Drift will not be watched'}
          words={
            drift > 0
              ? `against statistics of ${countText(drift, 'sample')}`
              : 'that takes 5 samples beside the pipeline'
          }
        />
      )}
      <Fact
        is="plain"
        title={profile === null ? 'Not profiled yet' : `p95 ${msWithUnit(profile.p95Ms)} here`}
        words={
          profile === null
            ? 'Resources and batches are guesses. Measure it in Profile first.'
            : `${profile.current ? '' : 'of an earlier state of the pipeline; '}${profile.cpu}; other hardware will differ`
        }
      />
    </section>
  );
}

function Fact({
  is,
  title,
  words,
}: {
  readonly is: 'ok' | 'warning' | 'error' | 'plain';
  readonly title: string;
  readonly words: ReactNode;
}) {
  const Icon = { ok: Check, warning: TriangleAlert, error: CircleX, plain: Info }[is];
  return (
    <div className={`export-fact ${is}`}>
      <Icon size={14} aria-hidden="true" />
      <div>
        <p>{title}</p>
        <p className="quiet">{words}</p>
      </div>
    </div>
  );
}

function Facts({ plan }: { readonly plan: ExportPlanView }) {
  return (
    <dl className="export-facts">
      <dt>Export</dt>
      <dd>
        {bytesText(plan.bytes)}, {countText(plan.files.length, 'file')}
      </dd>
      <dt>Content hash</dt>
      <dd title={`sha256 ${plan.contentHash}: of two exports of the same pipeline it is the same.`}>
        <span className="mono">{plan.contentHash.slice(0, 12)}…</span>
        <CopyText text={plan.contentHash} label="Copy the hash" />
      </dd>
      <dt>Version</dt>
      <dd>{plan.version}</dd>
    </dl>
  );
}

function Write({ plan }: { readonly plan: ExportPlanView }) {
  const output = useExport((s) => s.output);
  const planning = useExport((s) => s.planning);
  const refused = useExport((s) => s.planProblem);
  const exported = useExport((s) =>
    s.exported?.target === s.target && s.exported.contentHash === plan.contentHash ? s.exported : null,
  );
  const waits = useWaits();
  const fault = outputFault(output);
  const blocked = refused ?? plan.problems.find(({ severity }) => severity === 'error') ?? null;
  const why = blocked?.message ?? fault ?? waits ?? (planning ? 'The files are being put together' : null);
  const good = exported !== null && reproducedAll(exported.verdicts);
  return (
    <form
      className="export-write"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void startExport();
      }}
    >
      <JobProgress kind="export" />
      <JobFailed
        kind="export"
        again={() => void startExport()}
        cancelled="It was cancelled: what lies there is whole but not verified, or as it was before."
      />
      {exported !== null && waits === null && (
        <p className={good ? 'export-done' : 'export-done error'} role="status" title={exported.path}>
          {good ? <Check size={14} aria-hidden="true" /> : <CircleX size={14} aria-hidden="true" />}
          <span>
            {countText(exported.files, 'file')} written, {bytesText(exported.bytes)}
            {good ? '' : '. They do not answer as recorded: do not deploy them.'}
          </span>
        </p>
      )}
      <div className="export-path">
        <span className={fault === null ? 'field' : 'field wrong'} title={output}>
          <PathInput value={output} wrong={fault !== null} />
          <button
            type="button"
            className="icon-button"
            aria-label="Choose the folder…"
            title="Choose the folder…"
            onClick={() => void pickExportFolder()}
          >
            <FolderOpen size={14} aria-hidden="true" />
          </button>
        </span>
        {fault !== null && <p className="export-fault">{fault}</p>}
      </div>
      {/* Not disabled: the keyboard stays on it while it works. */}
      <button type="submit" className="button primary export-go" aria-disabled={why !== null} title={why ?? undefined}>
        <Upload size={14} aria-hidden="true" />
        {exported === null ? 'Export' : 'Export again'}
      </button>
      {plan.next.length > 0 && (exported === null || good) && (
        <p className="quiet export-then">
          Then: <code title={plan.next.join('\n')}>{plan.next[0]}</code>
          <CopyText text={plan.next[0]} label="Copy the command" />
        </p>
      )}
    </form>
  );
}

/** A path, of which the end is in sight while nobody writes: that is where it goes. */
function PathInput({ value, wrong }: { readonly value: string; readonly wrong: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const [writing, setWriting] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another path has another end.
  useLayoutEffect(() => {
    const { current: field } = input;
    if (field === null) return;
    if (!writing) field.scrollLeft = field.scrollWidth;
    field.dataset['cut'] = String(!writing && field.scrollLeft > 0);
  }, [value, writing]);
  return (
    <input
      ref={input}
      type="text"
      className="mono"
      aria-label="Where to"
      aria-invalid={wrong}
      spellCheck={false}
      value={value}
      onFocus={() => setWriting(true)}
      onBlur={() => setWriting(false)}
      onChange={(event) => setExport({ output: event.target.value, chosen: true })}
    />
  );
}
