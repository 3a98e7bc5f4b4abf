import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { Problem, type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { NodeReport, RunEvent, RunResult, RunSoFar } from '../../core/run/result.ts';
import type { RunInput, RunPhase, RunSummary } from '../../core/studio/api.ts';
import type { BackEnd } from './backEnd.ts';
import type { FusedRun } from './compiling/fusedRun.ts';
import { readRunInputs } from './runInputs.ts';
import { inTurn, type Session } from './sessions.ts';
import { newId } from './statePaths.ts';

export interface RunAsk {
  readonly document: PipelineDocument;
  readonly inputs: Readonly<Record<string, RunInput>>;
  readonly targets: readonly string[];
  readonly device?: Device;
  readonly batchItem?: string;
  /** Its compiled form is run. */
  readonly fused?: boolean;
}

export interface OneRun {
  readonly summary: RunSummary;
  /** null when it failed or was cancelled. */
  readonly result: RunResult | null;
}

/** Runs whose values the engine keeps, per session. */
const mostKept = 6;

export interface Runs {
  /** Begins a run and answers at once; an earlier one of the session is cancelled. Events tell the rest. */
  start(session: Session, ask: RunAsk): string;
  /** Runs to the end, as one of a batch: no events of its own but what it leaves to look at. */
  one(session: Session, ask: RunAsk, signal: AbortSignal): Promise<OneRun>;
  /** A batch under way: cancelled as a run is. */
  begin(session: Session, run: string): AbortController;
  end(run: string): void;
  /** True when it was under way. */
  cancel(client: string, run: string): boolean;
  summaries(session: Session): readonly RunSummary[];
  find(run: string): RunSummary | undefined;
  /** Where the engine has what a port gave in a run. */
  engineEnd(run: string, end: string): string;
  /** A batch of the session is under way. */
  hasBatch(session: Session): boolean;
  /** Cancels what runs of a session, and waits until it is over. */
  stop(session: Session, why: Problem): Promise<void>;
  /** Lets go of everything of a session. */
  forget(session: string): void;
}

interface UnderWay {
  readonly session: Session;
  readonly stop: AbortController;
  readonly batch: boolean;
  over: Promise<void>;
}

/** Why a run ended that nobody will look at: its values are let go at once. */
class Superseded extends Problem {}

export function makeRuns(
  back: Omit<BackEnd, 'runs' | 'jobs'>,
  fuse: (session: Session, document: PipelineDocument) => Promise<FusedRun>,
): Runs {
  const underWay = new Map<string, UnderWay>();
  const kept = new Map<string, RunSummary[]>();
  /** By run, while its values are there. */
  const fused = new Map<string, FusedRun>();

  function release(run: string): void {
    fused.delete(run);
    back.engine.release(run);
  }

  function begin(session: Session, run: string, batch: boolean): UnderWay {
    for (const [id, other] of underWay) {
      if (other.session !== session) continue;
      underWay.delete(id);
      other.stop.abort(
        new Superseded('cancelled', {
          message: 'A newer run of this pipeline took its place.',
          fix: 'Look at the newer one.',
        }),
      );
    }
    const begun = { session, stop: new AbortController(), batch, over: Promise.resolve() };
    underWay.set(run, begun);
    return begun;
  }

  function keep(summary: RunSummary): void {
    if (back.sessions.find(summary.session) === undefined) {
      release(summary.run);
      return;
    }
    const list = [summary, ...(kept.get(summary.session) ?? [])];
    for (const old of list.splice(mostKept)) release(old.run);
    kept.set(summary.session, list);
  }

  async function follow(
    session: Session,
    run: string,
    ask: RunAsk,
    signal: AbortSignal,
    loud: boolean,
  ): Promise<OneRun> {
    const startedAt = Date.now();
    const begunMs = performance.now();
    const seen = new Map<string, NodeReport>();
    let soFar: RunSoFar | null = null;
    let form: FusedRun | null = null;
    const onEvent = (event: RunEvent): void => {
      for (const told of form?.events(event) ?? [event]) {
        remember(seen, told);
        if (loud) tell(back, session, run, told);
      }
    };
    function summary(phase: RunPhase, problem: ProblemData | null, result: RunResult | null): RunSummary {
      const far = result ?? soFar;
      return {
        run,
        session: session.id,
        phase,
        startedAt,
        wallMs: far?.wallMs ?? performance.now() - begunMs,
        nodes: far === null ? Object.fromEntries(seen) : (form?.nodes(far.nodes) ?? far.nodes),
        problem: problem === null ? null : (form?.problem(problem) ?? problem),
        warnings: far?.warnings ?? [],
        ports: form?.ports(far?.ports ?? []) ?? far?.ports ?? [],
        outputs: outputsOf(ask.document, result),
        document: ask.document,
        inputs: ask.inputs,
        ...(ask.batchItem === undefined ? {} : { batchItem: ask.batchItem }),
        ...(ask.fused === true ? { fused: true } : {}),
      };
    }
    try {
      // Behind what is being put into its folder.
      const inputs = await inTurn(session, () => readRunInputs(session, ask.inputs));
      if (ask.fused === true) {
        form = await fuse(session, ask.document);
        fused.set(run, form);
      }
      signal.throwIfAborted();
      const result = await back.engine.run(
        {
          document: form?.document ?? ask.document,
          folder: session.folder,
          inputs,
          targets: ask.targets,
          cache: true,
          keep: run,
          brief: true,
          ...(ask.device === undefined ? {} : { device: ask.device }),
        },
        {
          signal,
          onEvent,
          onFailure: (far) => {
            soFar = far;
          },
        },
      );
      if (isWhole(session, ask, result)) await back.timings.add(session.sample ?? '', result.wallMs);
      return { summary: summary('done', null, result), result };
    } catch (error) {
      const problem = toProblemData(signal.aborted ? signal.reason : error, 'internal');
      return { summary: summary(signal.aborted ? 'cancelled' : 'failed', problem, null), result: null };
    }
  }

  async function run(session: Session, id: string, ask: RunAsk, signal: AbortSignal): Promise<void> {
    const { summary } = await follow(session, id, ask, signal, true);
    underWay.delete(id);
    if (signal.reason instanceof Superseded) release(id);
    else keep(summary);
    back.emit({ event: 'runEnded', session: session.id, summary });
  }

  return {
    start: (session, ask) => {
      const id = newId();
      const begun = begin(session, id, false);
      begun.over = new Promise((resolve) => {
        // After the answer, so that the window knows the run's name before it hears of it.
        setImmediate(() => void run(session, id, ask, begun.stop.signal).finally(resolve));
      });
      return id;
    },
    one: async (session, ask, signal) => {
      const done = await follow(session, newId(), ask, signal, false);
      keep(done.summary);
      return done;
    },
    begin: (session, id) => begin(session, id, true).stop,
    end: (id) => {
      underWay.delete(id);
    },
    cancel: (client, id) => {
      const found = underWay.get(id);
      if (found === undefined || found.session.client !== client) return false;
      found.stop.abort(cancelled('The run was cancelled.'));
      return true;
    },
    hasBatch: (session) => [...underWay.values()].some((other) => other.session === session && other.batch),
    stop: async (session, why) => {
      const ended = [...underWay.values()].filter((other) => other.session === session);
      for (const { stop } of ended) stop.abort(why);
      await Promise.all(ended.map(({ over }) => over));
    },
    summaries: (session) => kept.get(session.id) ?? [],
    engineEnd: (run, end) => fused.get(run)?.engineEnd(end) ?? end,
    find: (id) => [...kept.values()].flat().find((summary) => summary.run === id),
    forget: (session) => {
      for (const [id, other] of underWay) {
        if (other.session.id !== session) continue;
        underWay.delete(id);
        other.stop.abort(cancelled('Its pipeline was closed.'));
      }
      for (const summary of kept.get(session) ?? []) release(summary.run);
      kept.delete(session);
    },
  };
}

function tell(back: Pick<BackEnd, 'emit'>, session: Session, run: string, event: RunEvent): void {
  const of = { session: session.id, run };
  if (event.event === 'start') back.emit({ event: 'runStarted', ...of, nodes: event.nodes });
  else if (event.event === 'note') back.emit({ ...event, event: 'runNote', ...of });
  else back.emit({ ...event, event: 'runNode', ...of });
}

/** Should the engine die with what it knew, this is what is left to tell of each node. */
function remember(seen: Map<string, NodeReport>, event: RunEvent): void {
  if (event.event === 'start') return;
  const before = seen.get(event.node) ?? { state: 'skipped', stage: 0, items: 0, runMs: 0, notes: {} };
  if (event.event === 'note')
    seen.set(event.node, { ...before, notes: { ...before.notes, [event.name]: event.value } });
  else
    seen.set(event.node, {
      ...before,
      items: event.items,
      state: event.state === 'running' ? 'skipped' : event.state,
    });
}

function outputsOf(document: PipelineDocument, result: RunResult | null): RunSummary['outputs'] {
  if (result === null) return {};
  return Object.fromEntries(
    Object.entries(result.outputs).map(([name, { status }]) => {
      const named = Object.hasOwn(document.outputs, name) ? document.outputs[name].node : name;
      return [name, { status, node: named }];
    }),
  );
}

/** A run that says how long the sample takes: all of it, as it is shipped, nothing from the cache, models open. */
function isWhole(session: Session, ask: RunAsk, result: RunResult): boolean {
  const reports = Object.values(result.nodes);
  return (
    session.sample !== null &&
    ask.targets.length === 0 &&
    ask.fused !== true &&
    session.edited.history.at === 0 &&
    reports.length === ask.document.nodes.length &&
    reports.every((report) => report.state === 'ran' && !hasOpenedModel(report))
  );
}

/** Its time holds the opening of the model, which happens once. */
function hasOpenedModel({ runMs, items, notes }: NodeReport): boolean {
  const [model, queue] = [notes['runMs'], notes['queueMs']];
  return typeof model === 'number' && typeof queue === 'number' && items === 1 && runMs > 3 * (model + queue) + 20;
}

function cancelled(message: string): Problem {
  return new Problem('cancelled', { message, fix: 'Run it again when you want the result.' });
}
