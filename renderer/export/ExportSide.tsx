import { Check, CircleX, FolderOpen, Info, TriangleAlert, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ExportPlanView } from '../../core/studio/exportingCalls.ts';
import { bytesText, countText } from '../preview/numbers.ts';
import { JobFailed, JobProgress, useWaits } from '../profile/side/JobState.tsx';
import { msWithUnit } from '../profile/words.ts';
import { outputFault, pickExportFolder, startExport } from './exporting.ts';
import { setExport, useExport } from './exportState.ts';
import { CopyText } from './FileViewer.tsx';
import { ParityGate } from './ParityGate.tsx';

/** Whether what is exported gives the same answers, what is in it, and where it goes. */
export function ExportSide() {
  const plan = useExport((s) => s.plan);
  return (
    <aside className="export-side" aria-label="Parity and export">
      {plan !== null && (
        <div className="export-side-body">
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
  return (
    <section className="export-checks" aria-label="Checks">
      {problems.map(({ message, fix, severity }) => (
        <Fact key={message} is={severity === 'error' ? 'error' : 'warning'} title={message} words={fix} />
      ))}
      {models.length > 0 && (
        <Fact
          is="ok"
          title={`${countText(models.length, 'model')}, the one${models.length === 1 ? '' : 's'} recorded`}
          words={serves ? 'held against its sha256 whenever a server starts' : 'by its sha256, in bundle.json'}
        />
      )}
      {models.length > 0 && (
        <Fact
          is={unknown.length === 0 ? 'ok' : 'warning'}
          title={unknown.length === 0 ? 'Licences known' : `Licence of ${countText(unknown.length, 'model')} not known`}
          words={
            unknown.length === 0
              ? licences.join(', ')
              : `Set it in the pipeline's files: ${unknown.map(({ path }) => path).join(', ')}`
          }
        />
      )}
      {serves && (
        <Fact
          is={drift > 0 ? 'ok' : 'plain'}
          title={drift > 0 ? 'Drift will be watched' : 'Drift will not be watched'}
          words={drift > 0 ? `against ${countText(drift, 'sample')}` : 'fewer than 5 samples lie beside the pipeline'}
        />
      )}
      <Fact
        is="plain"
        title={profile === null ? 'Not profiled yet' : `p95 ${msWithUnit(profile.p95Ms)} here`}
        words={
          profile === null
            ? 'Resources and batches are guesses: profile it first'
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
      <dt>Content</dt>
      <dd className="mono" title={plan.contentHash}>
        {plan.contentHash.slice(0, 12)}…
      </dd>
      <dt>Version</dt>
      <dd>{plan.version}</dd>
    </dl>
  );
}

function Write({ plan }: { readonly plan: ExportPlanView }) {
  const output = useExport((s) => s.output);
  const exported = useExport((s) => (s.exported?.target === s.target ? s.exported : null));
  const waits = useWaits();
  const fault = outputFault(output);
  const blocked = plan.problems.find(({ severity }) => severity === 'error')?.message ?? null;
  const why = blocked ?? fault ?? waits;
  return (
    <form
      className="export-write"
      onSubmit={(event) => {
        event.preventDefault();
        if (why === null) void startExport();
      }}
    >
      <JobProgress kind="export" />
      <JobFailed kind="export" again={() => void startExport()} />
      {exported !== null && waits === null && (
        <p className="export-done" role="status" title={exported.path}>
          <Check size={14} aria-hidden="true" />
          <span>
            {countText(exported.files, 'file')} written, {bytesText(exported.bytes)}
          </span>
        </p>
      )}
      <div className="export-path">
        <span className={fault === null ? 'field' : 'field wrong'} title={output}>
          <input
            type="text"
            className="mono"
            aria-label="Where to"
            aria-invalid={fault !== null}
            spellCheck={false}
            value={output}
            onChange={(event) => setExport({ output: event.target.value, chosen: true })}
          />
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
      <button type="submit" className="button primary export-go" disabled={why !== null} title={why ?? undefined}>
        <Upload size={14} aria-hidden="true" />
        {exported === null ? 'Export' : 'Export again'}
      </button>
      {plan.next.length > 0 && (
        <p className="quiet export-then">
          Then: <code title={plan.next.join('\n')}>{plan.next[0]}</code>
          <CopyText text={plan.next[0]} label="Copy the command" />
        </p>
      )}
    </form>
  );
}
