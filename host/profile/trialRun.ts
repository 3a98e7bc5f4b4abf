import { setMaxListeners } from 'node:events';
import { Problem } from '../../core/problems/problem.ts';
import type { AnswersEffect } from '../../core/profile/advice.ts';
import { attributeRun } from '../../core/profile/attribute.ts';
import type { BenchTarget, TrialOutcome, TrialSettings, Variant } from '../../core/profile/bench.ts';
import { answersEffect, type SampleOutputs } from '../../core/profile/differences.ts';
import type { LoadPoint } from '../../core/profile/load.ts';
import { runLevel } from '../../core/profile/loadLevel.ts';
import { seededRandom, shuffled } from '../../core/profile/random.ts';
import { Recorder } from '../../core/profile/recorder.ts';
import { runTrial } from '../../core/profile/trial.ts';
import type { Bed, PreparedAlone } from './bed.ts';
import type { JobListeners } from './bench.ts';
import { watchMemory } from './memoryWatch.ts';
import { requestsTo } from './requests.ts';
import { asProblem, betweenRuns, cancelledProblem, Runner, samplesOf } from './runner.ts';

/** A variant that is open. */
interface Open {
  readonly runner: Runner;
  readonly answers: readonly (SampleOutputs | Problem)[];
  readonly memoryBytes: number;
}

/** Of the budget, for throughput when that is asked for. */
const loadShare = 0.4;
const [leastLevelSeconds, mostLevelSeconds] = [0.3, 3];
const noAnswers: AnswersEffect = {
  identical: false,
  maxDifference: null,
  bestSame: null,
  words: 'there is no answer to hold against another',
};

/** Rounds whose times do not count: caches are still another variant's. */
const warmUpRounds = 2;

/** Runs variants in turns. Each has model sessions of its own, shared out over the cores as if it were alone. */
export async function trialOf(
  bed: Bed,
  target: BenchTarget,
  variants: readonly Variant[],
  settings: TrialSettings,
  listeners: JobListeners,
): Promise<readonly TrialOutcome[]> {
  const signal = listeners.signal ?? new AbortController().signal;
  setMaxListeners(0, signal);
  const say = (done: number, words: string): void => listeners.onProgress?.({ phase: 'trial', done, words });
  const samples = samplesOf(target);
  const beganMs = performance.now();
  const opened: PreparedAlone[] = [];
  const baseline = process.memoryUsage.rss();
  try {
    const tried: (Open | Problem)[] = [];
    for (const [place, { name, document, device }] of variants.entries()) {
      say((0.1 * place) / variants.length, `opening ${name}`);
      try {
        const prepared = await bed.prepareAlone(target, document, device);
        opened.push(prepared);
        tried.push(await openVariant(new Runner(prepared, samples, signal), baseline));
      } catch (error) {
        if (signal.aborted) throw cancelledProblem(signal.reason);
        tried.push(asProblem(error));
      }
    }
    const usable = usableSamples(tried, samples.length);
    const entered = tried.map((one) => (one instanceof Problem ? one : (problemOn(one, usable) ?? one)));
    const running = entered.flatMap((one) => (one instanceof Problem ? [] : [one]));

    const random = seededRandom(settings.seed);
    const loads = settings.concurrency.length > 0 ? loadShare : 0;
    const left = Math.max(0.3 * settings.budgetMs, settings.budgetMs - (performance.now() - beganMs));
    const nodeRuns: Map<string, NodeTimes>[][] = running.map(() => []);
    const times = await runTrial(
      { ...settings, budgetMs: left * (1 - loads) },
      {
        variants: running.length,
        samples: usable.length,
        runOnce: async (variant, sample) => {
          await betweenRuns();
          if (settings.nodes !== true) return (await running[variant].runner.run(usable[sample])).ms;
          const { ms, nodes } = await runNodes(running[variant].runner, usable[sample]);
          nodeRuns[variant].push(nodes);
          return ms;
        },
        warmUpRounds,
        now: () => performance.now(),
        random,
        signal,
        onRound: ({ rounds, done }) =>
          say(0.1 + (0.9 - loads) * done, `round ${rounds} of ${running.length} variants in turns`),
      },
    );
    if (signal.aborted) throw cancelledProblem(signal.reason);
    const levels = settings.concurrency.length * running.length;
    const seconds = Math.min(
      mostLevelSeconds,
      Math.max(leastLevelSeconds, (left * loads) / 1000 / Math.max(1, levels)),
    );
    const points = await loadsOf(running, usable, settings.concurrency, seconds, random, (done) =>
      say(1 - loads + loads * done, 'several requests at once'),
    );
    const reference = running[0] === undefined ? [] : answersOn(running[0], usable);
    return variants.map(({ name }, place): TrialOutcome => {
      const one = entered[place];
      if (one instanceof Problem)
        return { name, problem: one.data, wallMs: [], loads: [], answers: noAnswers, memoryBytes: 0 };
      const at = running.indexOf(one);
      return {
        name,
        problem: times.problems[at],
        wallMs: times.wallMs[at],
        ...(settings.nodes === true
          ? byNode(nodeRuns[at].slice(warmUpRounds, warmUpRounds + times.wallMs[at].length))
          : {}),
        loads: points[at],
        answers: answersEffect(reference, answersOn(one, usable)),
        memoryBytes: one.memoryBytes,
      };
    });
  } finally {
    for (const prepared of opened) await prepared.close();
  }
}

/** Milliseconds of one node in one run. */
interface NodeTimes {
  readonly all: number;
  readonly critical: number;
}

/** One run, and what each node took of it. */
async function runNodes(
  runner: Runner,
  sample: number,
): Promise<{ readonly ms: number; readonly nodes: Map<string, NodeTimes> }> {
  const recorder = new Recorder({ originMs: performance.now(), maxSpans: Number.POSITIVE_INFINITY });
  const { ms } = await runner.run(sample, { tracer: recorder.run(sample) });
  const { nodes } = attributeRun(recorder.trace(), 0, runner.prepared.plan);
  return {
    ms,
    nodes: new Map(
      nodes.map(({ node, ms: { run, copy, queue, gap }, criticalMs }) => [
        node,
        { all: run + copy + queue + gap, critical: criticalMs },
      ]),
    ),
  };
}

function byNode(runs: readonly ReadonlyMap<string, NodeTimes>[]): Required<Pick<TrialOutcome, 'nodeMs' | 'pathMs'>> {
  const nodes = [...(runs[0]?.keys() ?? [])];
  const table = (of: keyof NodeTimes): Readonly<Record<string, readonly number[]>> =>
    Object.fromEntries(nodes.map((node) => [node, runs.map((run) => run.get(node)?.[of] ?? 0)]));
  return { nodeMs: table('all'), pathMs: table('critical') };
}

/** Checks, plans and opens a variant, and runs it on every sample: for its answers, its memory, and to warm up. */
async function openVariant(runner: Runner, baseline: number): Promise<Open> {
  const watch = await watchMemory();
  const answers: (SampleOutputs | Problem)[] = [];
  let peak = watch.beforeBytes;
  try {
    for (const sample of runner.samples.keys()) {
      await betweenRuns();
      answers.push(
        await runner.run(sample).then(
          ({ result }) => result.outputs,
          (error: unknown) => asProblem(error),
        ),
      );
      if (runner.signal.aborted) throw cancelledProblem(runner.signal.reason);
    }
  } finally {
    peak = (await watch.stop()).peakBytes;
  }
  // Others may be open already: what this one added stands for it.
  return { runner, answers, memoryBytes: baseline + Math.max(0, peak - watch.beforeBytes) };
}

/** Samples that some variant can run: one that none can says nothing about any. All of them where no variant can. */
function usableSamples(tried: readonly (Open | Problem)[], count: number): readonly number[] {
  const all = Array.from({ length: count }, (_, sample) => sample);
  const usable = all.filter((sample) =>
    tried.some((one) => !(one instanceof Problem) && !(one.answers[sample] instanceof Problem)),
  );
  return usable.length > 0 ? usable : all;
}

function problemOn({ answers }: Open, usable: readonly number[]): Problem | null {
  return usable.map((sample) => answers[sample]).find((answer) => answer instanceof Problem) ?? null;
}

function answersOn({ answers }: Open, usable: readonly number[]): readonly SampleOutputs[] {
  return usable.flatMap((sample) => {
    const answer = answers[sample];
    return answer instanceof Problem ? [] : [answer];
  });
}

/** Throughput of each variant with so many clients at once, the variants in a new order at each level. */
async function loadsOf(
  running: readonly Open[],
  usable: readonly number[],
  concurrency: readonly number[],
  seconds: number,
  random: () => number,
  onLevel: (done: number) => void,
): Promise<readonly (readonly LoadPoint[])[]> {
  const points: LoadPoint[][] = running.map(() => []);
  let done = 0;
  for (const level of concurrency) {
    for (const place of shuffled([...running.keys()], random)) {
      const { runner } = running[place];
      onLevel(done++ / (concurrency.length * running.length));
      if (runner.signal.aborted) throw cancelledProblem(runner.signal.reason);
      const parts = requestsTo(runner, usable);
      points[place].push(await runLevel({ arrivals: 'closed', level, seconds, maxQueue: level }, parts, random));
    }
  }
  return points;
}
