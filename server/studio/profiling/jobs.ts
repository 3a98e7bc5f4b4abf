import { Problem, toProblemData } from '../../../core/problems/problem.ts';
import type { BenchProgress } from '../../../core/profile/bench.ts';
import type { Comparison } from '../../../core/profile/comparison.ts';
import type { FusedComparison } from '../../../core/profile/fusedComparison.ts';
import type { JobKind } from '../../../core/studio/api.ts';
import type { CompiledReport } from '../../../core/studio/compilingCalls.ts';
import type { Exported } from '../../../core/studio/exportingCalls.ts';
import type { BackEnd } from '../backEnd.ts';
import type { Session } from '../sessions.ts';
import { newId } from '../statePaths.ts';
import { makeProgressTeller, realTellClock } from './progressTeller.ts';

/** What a job came to. */
export interface JobResult {
  readonly profile: string | null;
  readonly comparison?: Comparison;
  readonly fused?: FusedComparison;
  readonly compiled?: CompiledReport;
  readonly exported?: Exported;
}
/** What a job is given to work with. */
export interface JobTools {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Pick<BenchProgress, 'done' | 'words'>) => void;
}

export interface Jobs {
  /** Begins a job and answers at once; events tell the rest. Throws `usage` while the session has another. */
  start(session: Session, kind: JobKind, work: (tools: JobTools) => Promise<JobResult>): string;
  /** Quiet when it has ended, or is another window's. */
  cancel(client: string, job: string): void;
  /** Throws `usage` while a job of the session is under way: `what` would disturb it. */
  requireIdle(session: Session, what: string): void;
  /** Cancels the session's job and waits until it is over. */
  forget(session: string): Promise<void>;
}

interface UnderWay {
  readonly id: string;
  readonly session: Session;
  readonly kind: JobKind;
  readonly stop: AbortController;
  over: Promise<void>;
}

/** A session that closes does not wait longer for a job that does not end. */
const patienceMs = 5000;

export function makeJobs(back: Pick<BackEnd, 'emit' | 'runs'>): Jobs {
  const underWay = new Map<string, UnderWay>();
  /** Jobs of all sessions, one after the other: two at once would measure each other. */
  let measuring: Promise<unknown> = Promise.resolve();
  let busy = 0;

  function requireIdle(session: Session, what: string): void {
    const job = underWay.get(session.id);
    if (job === undefined) return;
    throw new Problem('usage', {
      message: `${what} would disturb the measurement that is under way (${words[job.kind]}).`,
      fix: 'Wait until it has ended, or cancel it.',
    });
  }

  async function run(job: UnderWay, work: (tools: JobTools) => Promise<JobResult>): Promise<void> {
    const { id, session, kind, stop } = job;
    const { signal } = stop;
    const of = { session: session.id, job: id, kind };
    const { onProgress, stop: hush } = makeProgressTeller(
      (done, said) => back.emit({ event: 'job', ...of, done, words: said }),
      realTellClock,
    );
    let result: JobResult = { profile: null };
    let problem = null;
    try {
      result = await inLine(signal, onProgress, async () => {
        await back.runs.stop(session, superseded());
        signal.throwIfAborted();
        return work({ signal, onProgress });
      });
    } catch (error) {
      problem = toProblemData(signal.aborted ? signal.reason : error, 'internal');
    }
    hush();
    underWay.delete(session.id);
    back.emit({
      event: 'jobEnded',
      ...of,
      phase: signal.aborted ? 'cancelled' : problem === null ? 'done' : 'failed',
      problem,
      profile: result.profile,
      comparison: result.comparison ?? null,
      ...(result.fused === undefined ? {} : { fused: result.fused }),
      ...(result.compiled === undefined ? {} : { compiled: result.compiled }),
      ...(result.exported === undefined ? {} : { exported: result.exported }),
    });
  }

  async function inLine<T>(
    signal: AbortSignal,
    onProgress: JobTools['onProgress'],
    work: () => Promise<T>,
  ): Promise<T> {
    const before = measuring;
    const turn = busy++ === 0 ? Promise.resolve() : untilAborted(before, signal);
    if (busy > 1) onProgress({ done: 0, words: 'waits until another pipeline has been measured' });
    const done = turn.then(work);
    measuring = Promise.allSettled([before, done]);
    try {
      return await done;
    } finally {
      busy--;
    }
  }

  return {
    start: (session, kind, work) => {
      requireIdle(session, 'A second one');
      if (back.runs.hasBatch(session)) throw batchRuns();
      const job: UnderWay = { id: newId(), session, kind, stop: new AbortController(), over: Promise.resolve() };
      underWay.set(session.id, job);
      job.over = new Promise((resolve) => {
        // After the answer, so that the window knows the job's name before it hears of it.
        setImmediate(() => void run(job, work).finally(resolve));
      });
      return job.id;
    },
    cancel: (client, id) => {
      for (const { id: own, session, stop } of underWay.values())
        if (own === id && session.client === client) stop.abort(cancelled('It was cancelled.'));
    },
    requireIdle,
    forget: async (session) => {
      const job = underWay.get(session);
      if (job === undefined) return;
      job.stop.abort(cancelled('Its pipeline was closed.'));
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([job.over, patience]);
      clearTimeout(timer);
    },
  };
}

const words: Readonly<Record<JobKind, string>> = {
  profile: 'a profile',
  load: 'throughput against latency',
  advice: 'advice is being tried',
  search: 'a search',
  compare: 'a comparison',
  shrink: 'models are being shrunk',
  fused: 'compiled against node by node',
  compile: 'it is being compiled',
  exportPlan: 'an export is being prepared',
  export: 'it is being exported',
};

async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<void>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

function cancelled(message: string): Problem {
  return new Problem('cancelled', { message, fix: 'Start it again when you want the result.' });
}

function superseded(): Problem {
  return new Problem('cancelled', {
    message: 'A measurement of this pipeline took its place.',
    fix: 'Run it again when that has ended.',
  });
}

function batchRuns(): Problem {
  return new Problem('usage', {
    message: 'A batch of this pipeline runs: it would disturb the measurement.',
    fix: 'Wait until it has ended, or cancel it.',
  });
}
