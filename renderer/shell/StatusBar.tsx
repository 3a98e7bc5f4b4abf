import {
  Activity,
  Check,
  CircleX,
  FolderOpen,
  History,
  Layers,
  LoaderCircle,
  Package,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { ProfileStatus } from '../profile/ProfileStatus.tsx';
import { useProfile } from '../profile/profileState.ts';
import { type BottomPanel, useStudio } from '../state/state.ts';
import { runCommand } from './commandMenu.ts';
import { problemSummary } from './problemSummary.ts';
import { runCounts } from './runCounts.ts';
import { countText, durationText, leftText } from './words.ts';

/** What goes on, in one line. */
export function StatusBar() {
  const profiled = useStudio((s) => s.screen === 'profile');
  if (profiled)
    return (
      <footer className="status">
        <ProblemsPart />
        <ProfileStatus />
        <ConnectionPart />
      </footer>
    );
  return (
    <footer className="status">
      <ProblemsPart />
      <RunPart />
      <JobPart />
      <span className="status-gap" />
      <CheckingPart />
      <LastRunPart />
      <ConnectionPart />
      <span className="status-panels">
        <PanelButton panel="problems" label="Problems" icon={<Activity size={14} aria-hidden="true" />} />
        <PanelButton panel="media" label="Media" icon={<FolderOpen size={14} aria-hidden="true" />} />
        <PanelButton panel="runs" label="Runs" icon={<History size={14} aria-hidden="true" />} />
        <PanelButton panel="compiled" label="Compiled" icon={<Package size={14} aria-hidden="true" />} />
      </span>
    </footer>
  );
}

function ProblemsPart() {
  const report = useStudio((s) => s.report);
  const nodes = useStudio((s) => s.document.nodes);
  const shown = useStudio((s) => s.bottom === 'problems');
  if (report === null) return null;
  const { tone, text } = problemSummary(report.problems, nodes);
  const Sign = tone === 'ok' ? Check : tone === 'warning' ? TriangleAlert : CircleX;
  return (
    <button
      type="button"
      className={`status-button ${tone}`}
      aria-expanded={shown}
      title={shown ? 'Hide the problems' : 'Show the problems'}
      onClick={() => runCommand('view.problems')}
    >
      <Sign size={14} aria-hidden="true" />
      <span className="cut">{text}</span>
    </button>
  );
}

function RunPart() {
  const run = useStudio((s) => s.run);
  const count = useStudio((s) => s.document.nodes.length);
  if (run === null) return null;
  const { ran, cached, started, failed } = runCounts(run);
  if (run.batch !== null && run.phase === 'running') {
    const { done, total, leftMs } = run.batch;
    return (
      <Progress value={done} most={total} label={`Run over the library: ${done} of ${total}`}>
        {done} of {total} items{leftMs === null ? '' : `, ${leftText(leftMs)}`}
      </Progress>
    );
  }
  if (run.phase === 'running')
    return (
      <Progress value={ran + cached} most={Math.max(count, started)} label={`Run: ${ran + cached} nodes done`}>
        {ran + cached} of {countText(count, 'node')}
      </Progress>
    );
  if (run.batch !== null)
    return (
      <span className="status-text">
        <Layers size={14} aria-hidden="true" />
        {countText(run.batch.done, 'item')} done{run.batch.failed > 0 ? `, ${run.batch.failed} failed` : ''}
      </span>
    );
  return (
    <span className="status-text" title="Only what changed runs again; the rest comes from the cache">
      <Layers size={14} aria-hidden="true" />
      {ran} ran, {cached} from cache{failed > 0 ? `, ${failed} did not run` : ''}
    </span>
  );
}

/** What was begun elsewhere and goes on: a model that is shrunk, a comparison. */
function JobPart() {
  const session = useStudio((s) => s.session?.id);
  const job = useProfile((s) => (s.session === session ? s.job : null));
  if (job === null) return null;
  return (
    <Progress value={job.done} most={1} label={job.words}>
      <span className="cut">{job.words}</span>
    </Progress>
  );
}

export function Progress({
  value,
  most,
  label,
  children,
}: {
  readonly value: number;
  readonly most: number;
  readonly label: string;
  readonly children: ReactNode;
}) {
  const share = most === 0 ? 0 : Math.min(1, value / most);
  return (
    <span className="status-text">
      <span
        className="meter"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={most}
        aria-valuenow={value}
      >
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {children}
    </span>
  );
}

function CheckingPart() {
  const checking = useStudio((s) => s.checking);
  return (
    <span className={`status-text checking ${checking ? 'on' : ''}`} aria-hidden={!checking}>
      <LoaderCircle size={12} className="turning" aria-hidden="true" />
      Checking
    </span>
  );
}

function LastRunPart() {
  const last = useStudio((s) => (s.run?.batch === null ? s.run.summary : (s.runs[0] ?? null)));
  if (last === null || last.wallMs === null) return null;
  const word = { running: 'Running', done: 'Last run', failed: 'Failed after', cancelled: 'Cancelled after' }[
    last.phase
  ];
  return (
    <span className={`status-text ${last.phase === 'failed' ? 'error' : ''}`}>
      {last.phase === 'failed' && <CircleX size={14} aria-hidden="true" />}
      {word} <b>{durationText(last.wallMs)}</b>
    </span>
  );
}

function ConnectionPart() {
  const connected = useStudio((s) => s.connected);
  return (
    <span className={`status-text connection ${connected ? '' : 'warning'}`} role="status">
      <span className={`led ${connected ? 'ok' : 'warning'}`} aria-hidden="true" />
      {connected ? 'Connected' : 'Not connected'}
    </span>
  );
}

function PanelButton({
  panel,
  label,
  icon,
}: {
  readonly panel: BottomPanel;
  readonly label: string;
  readonly icon: ReactNode;
}) {
  const shown = useStudio((s) => s.bottom === panel);
  return (
    <button
      type="button"
      className="status-button"
      aria-pressed={shown}
      title={`${shown ? 'Hide' : 'Show'} ${label.toLowerCase()}`}
      onClick={() => runCommand(`view.${panel}`)}
    >
      {icon}
      {label}
    </button>
  );
}
