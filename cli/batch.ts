import { exitCodeOf, type ProblemData } from '../core/problems/problem.ts';
import type { BatchItem } from './inputs.ts';
import { saveOutputs } from './outputs.ts';
import { makeProgress, timeLeft } from './progress.ts';
import { asProblem, print, problemLines, withoutStack } from './report.ts';
import { resultJson } from './resultJson.ts';
import { runRequest, type Session } from './run.ts';

interface Done {
  readonly line: string;
  readonly problem: ProblemData | null;
}

/**
 * Runs the items of a batch, `jobs` at once, and prints one JSON line each in the items' order. A bad item gives a line
 * with its error. Returns the exit code: 0 when all went well, else that of the first bad item; 130 when cancelled.
 */
export async function runBatch(session: Session, items: readonly BatchItem[], jobs: number): Promise<number> {
  const { voice, signal } = session;
  const progress = makeProgress(voice.err, voice.quiet);
  const startedAt = performance.now();
  let finished = 0;
  let failed = 0;
  let first: ProblemData | null = null;
  const work = async (item: BatchItem): Promise<Done> => {
    const done = await runItem(session, item);
    finished++;
    if (done.problem !== null) failed++;
    progress.show(
      finished,
      items.length,
      `${timeLeft(finished, items.length, performance.now() - startedAt)}${failed > 0 ? `, ${failed} failed` : ''}`,
    );
    return done;
  };
  await inOrder(
    items,
    jobs,
    work,
    async (done) => {
      if (done.problem?.code === 'cancelled') return;
      await print(done.line);
      first ??= done.problem;
    },
    signal,
  );
  progress.clear();
  if (signal.aborted) {
    process.stderr.write(`${problemLines(asProblem(signal.reason), voice.err).join('\n')}\n`);
    return exitCodeOf('cancelled');
  }
  if (!voice.quiet) {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stderr.write(`${items.length - failed} done, ${failed} failed, ${seconds} s\n`);
  }
  return first === null ? 0 : exitCodeOf((first as ProblemData).code);
}

async function runItem(session: Session, item: BatchItem): Promise<Done> {
  try {
    const result = await runRequest(session, item.inputs, session.options.samples !== true);
    const saved = await saveOutputs(result, item.inputs, session.destinations, item.stem, session.tools);
    return { line: JSON.stringify({ item: item.name, ...resultJson(result, saved, session.voice) }), problem: null };
  } catch (error) {
    const problem = withoutStack(asProblem(error), session.voice);
    return { line: JSON.stringify({ item: item.name, error: problem }), problem };
  }
}

/** Most items, per job, that are started or wait for a slower one before them. */
const aheadPerJob = 8;

/**
 * Works on `items`, at most `jobs` at once, and hands results on in the items' order as they come. A slow reader slows
 * the work down. Starts nothing more once the signal is aborted. `work` must not reject.
 */
export async function inOrder<T, R>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<R>,
  emit: (result: R) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const gate = makeGate(jobs);
  const ahead: Promise<R>[] = [];
  for (const item of items) {
    if (signal.aborted) break;
    if (ahead.length >= jobs * aheadPerJob) await emit(await (ahead.shift() as Promise<R>));
    ahead.push(gate(() => work(item)));
  }
  for (const result of ahead) await emit(await result);
}

/** Lets `width` pieces of work run at once; the rest wait in order. */
function makeGate(width: number): <R>(work: () => Promise<R>) => Promise<R> {
  let free = width;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
