import { setMaxListeners } from 'node:events';
import type { PipelineDocument } from '../../core/graph/document.ts';
import { attributeRun } from '../../core/profile/attribute.ts';
import type { BenchProgress, BenchTarget, ProfileAnswer } from '../../core/profile/bench.ts';
import { liveBytes } from '../../core/profile/liveBytes.ts';
import { type Loop, type MeasuredRuns, measureRuns, RunnableSamples, warmUp } from '../../core/profile/measure.ts';
import { Gathered } from '../../core/profile/measured.ts';
import { measureOverhead } from '../../core/profile/measureOverhead.ts';
import type { FusedShares } from '../../core/profile/pieces.ts';
import type { Measured, Overhead, ProfileSettings } from '../../core/profile/profile.ts';
import { seededRandom } from '../../core/profile/random.ts';
import { Recorder } from '../../core/profile/recorder.ts';
import { encodeTrace } from '../../core/profile/traceFile.ts';
import { warningsOf } from '../../core/profile/warnings.ts';
import { workerTimes } from '../../core/profile/workers.ts';
import type { Bed } from './bed.ts';
import type { JobListeners } from './bench.ts';
import { Capture } from './capture.ts';
import { coldRun } from './coldRun.ts';
import { environmentOf } from './environment.ts';
import { powerOf, thisMachine } from './machine.ts';
import { watchProcess } from './memory.ts';
import { profileModels } from './operators.ts';
import { sharesOfPasses } from './passShares.ts';
import { asProblem, betweenRuns, cancelledProblem, Runner, samplesOf } from './runner.ts';

/** Share of the budget by whose end each phase must have ended; the rest is for what measuring costs. */
const warmUpShare = 0.3;
const passShare = 0.4;
const measureShare = 0.85;
const overheadPairs = 400;
/** Narrow enough to tell 2 % from less. */
const overheadPercent = 0.5;
/** The same order of samples each time. */
const seed = 1;
/** Shortest time between two lines of progress. */
const sayMs = 100;
const noOverhead: Overhead = { msPerRun: 0, percent: 0, lowPercent: 0, highPercent: 0, pairs: 0 };

/**
 * Measures a document: cold, warming up, warm, what measuring costs, and inside its models. Cancelled before the first
 * measured run it rejects; after that it gives what it has.
 */
export async function profileDocument(
  bed: Bed,
  target: BenchTarget,
  document: PipelineDocument,
  settings: ProfileSettings,
  listeners: JobListeners,
): Promise<ProfileAnswer> {
  const signal = listeners.signal ?? new AbortController().signal;
  setMaxListeners(0, signal);
  const say = speaker(listeners.onProgress);
  const now = (): number => performance.now();
  const originMs = now();

  say('cold', 0, 'looking at the machine');
  const prepared = await bed.prepare(target, document);
  const { plan } = prepared;
  const environment = await environmentOf(plan);
  const othersBefore = bed.runsBegun();
  const runner = new Runner(prepared, samplesOf(target), signal);
  const samples = new RunnableSamples(runner.samples.length);
  const watch = await watchProcess();
  const recorder = new Recorder({ originMs, maxSpans: settings.traceSpans });
  const devices = new Map<string, string>();
  let measuredFrom = now();
  let memory: Omit<Measured['memory'], 'liveBytes'> | null = null;
  const capture = new Capture(plan, prepared.host);
  const captured = new Set<number>();
  try {
    say('cold', 0.02, 'closing every model, then the first run');
    const cold = await coldRun(runner, samples);
    const startMs = now();
    const until = (share: number): number => startMs + share * settings.budgetMs;

    const random = seededRandom(seed);
    let scratch = new Recorder({ originMs, maxSpans: settings.traceSpans });
    const loop: Loop = {
      now,
      random,
      signal,
      samples,
      runOnce: async (sample) => {
        await betweenRuns();
        const tracer = scratch.run(sample);
        if (captured.has(sample)) await runner.run(sample, { tracer });
        else {
          captured.add(sample);
          await runner.run(sample, { tracer, keeper: capture.keeper(), plan: capture.plan, host: capture.host });
        }
        const trace = tracer.alone();
        return attributeRun(trace, 0, plan).wallMs;
      },
    };
    say('warmUp', 0.05, 'warming up');
    const warm = await warmUp(loop, until(warmUpShare), {
      toProblem: asProblem,
      onRun: (runs) => say('warmUp', 0.1, `warm-up run ${runs}`),
    });
    const shares: FusedShares = await sharesOfPasses(runner, capture, until(passShare), random).catch(
      (error: unknown) => {
        if (signal.aborted) throw cancelledProblem(signal.reason);
        throw error;
      },
    );
    // Dropped whole, so that it takes no memory from what is measured.
    scratch = new Recorder({ originMs, maxSpans: settings.traceSpans });

    const gathered = new Gathered(plan, shares);
    let alive = 0;
    signal.addEventListener('abort', () => {
      if (gathered.count() > 0) listeners.onSummingUp?.();
    });
    measuredFrom = now();
    const measuring: Loop = {
      ...loop,
      runOnce: async (sample) => {
        await betweenRuns();
        const tracer = recorder.run(sample);
        const { result } = await runner.run(sample, { tracer });
        const trace = tracer.alone();
        const parts = attributeRun(trace, 0, plan, shares);
        gathered.add(sample, tracer.index, trace.runs.startMs[0], parts, workerTimes(trace, 0, plan, shares));
        alive = Math.max(alive, liveBytes(trace, 0));
        for (const [id, { notes }] of Object.entries(result.nodes))
          if (typeof notes['device'] === 'string') devices.set(id, notes['device']);
        return parts.wallMs;
      },
    };
    const measuredRuns: MeasuredRuns = await measureRuns(
      measuring,
      { ...settings, untilMs: until(measureShare) },
      {
        toProblem: asProblem,
        onRun: (runs, known) => {
          const spent = (now() - startMs) / (measureShare * settings.budgetMs);
          const done = Math.min(1, Math.max(spent, runs / settings.maxRuns));
          say('measure', 0.2 + 0.6 * done, progressWords(runs, known));
        },
      },
    );
    if (gathered.count() === 0) throw cancelledProblem(signal.reason);
    memory = await watch.stop(measuredFrom, now());

    const runPlain = async (sample: number): Promise<number> => {
      await betweenRuns();
      return (await runner.run(sample)).ms;
    };
    say('overhead', 0.8, 'what measuring costs: runs with and without it, in turns');
    const overhead = signal.aborted
      ? noOverhead
      : await measureOverhead(loop, runPlain, {
          untilMs: until(1),
          maxPairs: overheadPairs,
          intervalPercent: overheadPercent,
        });
    const inside =
      settings.operators && !signal.aborted
        ? await profileModels(runner, capture, (done, node) =>
            say('operators', 0.88 + 0.12 * done, `inside the model of "${node}"`),
          )
        : { models: [], problems: [] };

    const problems = new Map([...samples.problems()].map(([index, problem]) => [index, problem.message]));
    const trace = recorder.trace();
    const measured: Omit<Measured, 'warnings'> = {
      cold,
      warmUp: warm,
      ...gathered.ofRuns(),
      stoppedBy: measuredRuns.stoppedBy,
      intervalPercent: measuredRuns.intervalPercent,
      nodes: gathered.nodes(devices),
      stages: gathered.stages(),
      wires: capture.wires(),
      models: inside.models,
      memory: { ...memory, liveBytes: alive },
      overhead,
      samples: gathered.samples(
        runner.samples.map(({ name }) => name),
        problems,
      ),
      series: gathered.series(),
    };
    const warnings = warningsOf(measured, {
      environment,
      settings,
      powerAfter: await powerOf(thisMachine),
      otherRuns: bed.runsBegun() - othersBefore,
      dropped: trace.dropped,
      problems: inside.problems,
    });
    return { measured: { ...measured, warnings }, environment, trace: encodeTrace(trace) };
  } finally {
    if (memory === null) await watch.stop(measuredFrom, now());
  }
}

function progressWords(runs: number, { ms, percent }: { readonly ms: number; readonly percent: number }): string {
  if (ms === 0) return `run ${runs}`;
  return `run ${runs}, median ${ms.toPrecision(3)} ms ± ${percent.toPrecision(2)} %`;
}

/** Passes on lines of progress, none too soon after the one before unless a new phase begins. */
function speaker(
  onProgress: ((progress: BenchProgress) => void) | undefined,
): (phase: BenchProgress['phase'], done: number, words: string) => void {
  let last: BenchProgress['phase'] | null = null;
  let saidMs = 0;
  return (phase, done, words) => {
    const atMs = performance.now();
    if (phase === last && atMs - saidMs < sayMs) return;
    last = phase;
    saidMs = atMs;
    onProgress?.({ phase, done, words });
  };
}
