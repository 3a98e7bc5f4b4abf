import { CircleX } from 'lucide-react';
import { useEffect } from 'react';
import { useProfile } from '../profile/profileState.ts';
import { JobFailed, JobProgress } from '../profile/side/JobState.tsx';
import { useStudio } from '../state/state.ts';
import { ExportSide } from './ExportSide.tsx';
import { enterExport, prepare } from './exporting.ts';
import { useExport } from './exportState.ts';
import { FileTree } from './FileTree.tsx';
import { FileViewer } from './FileViewer.tsx';
import { OptionForm, useOptionFaults } from './OptionForm.tsx';
import { TargetList } from './TargetList.tsx';

/** Where the pipeline is to run, the files that this takes before they are written, and whether they give the same answers. */
export function ExportScreen() {
  const session = useStudio((s) => s.session?.id);
  const plan = useExport((s) => s.plan);
  const prepared = useExport((s) => s.prepared !== null);
  const busy = useExport((s) => s.planning);
  const preparing = useProfile((s) => s.job?.kind === 'exportPlan');
  const failed = useProfile((s) => s.failures.exportPlan !== undefined && s.job === null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another pipeline has another export.
  useEffect(() => void enterExport(), [session]);
  return (
    <div className="middle export-screen">
      <TargetList />
      <div className="export-centre">
        {preparing && (
          <div className="export-preparing">
            <h2>Preparing the export</h2>
            <p className="quiet">
              The pipeline is run on its samples, and what comes out is recorded as golden outputs. Nothing is written
              yet.
            </p>
            <JobProgress kind="exportPlan" />
          </div>
        )}
        {failed && !prepared ? (
          <div className="export-preparing">
            <h2>Nothing is prepared yet</h2>
            <p className="quiet">
              An export carries golden outputs, and they are recorded from the pipeline as it stands.
            </p>
            <JobFailed
              kind="exportPlan"
              again={() => void prepare()}
              cancelled="It was cancelled. Nothing was written."
            />
          </div>
        ) : (
          <JobFailed
            kind="exportPlan"
            again={() => void prepare()}
            cancelled="It was cancelled: these are the files as they were prepared before."
          />
        )}
        {!preparing && (
          <>
            <Stale />
            <PlanProblem />
            {prepared && (
              <div className="export-files" aria-busy={busy}>
                {plan === null ? <section className="export-tree" aria-label="Files" /> : <FileTree plan={plan} />}
                <div className="export-pane">
                  <FileViewer />
                  <OptionForm />
                </div>
              </div>
            )}
          </>
        )}
      </div>
      <ExportSide />
    </div>
  );
}

function Stale() {
  const document = useStudio((s) => s.document);
  const prepared = useExport((s) => s.prepared);
  const failed = useProfile((s) => s.failures.exportPlan !== undefined);
  if (prepared === null || prepared.document === document) return null;
  return (
    <div className="export-stale" role="status">
      <span>The pipeline was changed since: these are the files of what it was.</span>
      {!failed && (
        <button type="button" className="button small" onClick={() => void prepare()}>
          Prepare again
        </button>
      )}
    </div>
  );
}

function PlanProblem() {
  const problem = useExport((s) => s.planProblem);
  const beside = useOptionFaults();
  if (problem === null || beside.has(problem.where.param ?? '')) return null;
  return (
    <div className="job-failed error export-problem" role="alert">
      <CircleX size={14} aria-hidden="true" />
      <div>
        <p>{problem.message}</p>
        <p className="quiet">{problem.fix}</p>
      </div>
    </div>
  );
}
