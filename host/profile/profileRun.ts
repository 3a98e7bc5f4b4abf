import { setMaxListeners } from 'node:events';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { BenchTarget, ProfileAnswer } from '../../core/profile/bench.ts';
import type { Environment } from '../../core/profile/environment.ts';
import { RunnableSamples } from '../../core/profile/measure.ts';
import type { Gathered } from '../../core/profile/measured.ts';
import type { Measured, Overhead, ProfileSettings } from '../../core/profile/profile.ts';
import { seededRandom } from '../../core/profile/random.ts';
import { Recorder } from '../../core/profile/recorder.ts';
import { sliceTrace } from '../../core/profile/sliceTrace.ts';
import { encodeTrace } from '../../core/profile/traceFile.ts';
import { warningsOf } from '../../core/profile/warnings.ts';
import type { Bed } from './bed.ts';
import type { JobListeners } from './bench.ts';
import { Capture } from './capture.ts';
import { coldRun } from './coldRun.ts';
import { environmentOf } from './environment.ts';
import { type ProfileJob, speaker } from './job.ts';
import { powerOf, thisMachine } from './machine.ts';
import { type ProcessWatch, watchProcess } from './memory.ts';
import { profileModels } from './operators.ts';
import { sharesOfPasses } from './passShares.ts';
import { measurePhase, overheadPhase, warmUpPhase } from './phases.ts';
import { cancelledProblem, Runner, samplesOf } from './runner.ts';

/** Share of the budget by whose end each phase must have ended; the rest is for what measuring costs. */
const warmUpShare = 0.3;
const passShare = 0.4;
const measureShare = 0.85;
/** The same order of samples each time. */
const seed = 1;
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
  say('cold', 0, 'looking at the machine');
  let watch: ProcessWatch | null = null;
  try {
    const prepared = await bed.prepare(target, document);
    const environment = await environmentOf(prepared.plan);
    const runner = new Runner(prepared, samplesOf(target), signal);
    const samples = new RunnableSamples(runner.samples.length);
    const job: ProfileJob = {
      runner,
      settings,
      samples,
      random: seededRandom(seed),
      originMs: performance.now(),
      say,
    };
    watch = await watchProcess(job.originMs);
    return await measured(bed, job, environment, watch, listeners);
  } catch (error) {
    throw signal.aborted ? cancelledProblem(signal.reason) : error;
  } finally {
    await watch?.stop();
  }
}

async function measured(
  bed: Bed,
  job: ProfileJob,
  environment: Environment,
  watch: ProcessWatch,
  { onSummingUp }: JobListeners,
): Promise<ProfileAnswer> {
  const { runner, settings, samples, originMs, say } = job;
  const { signal } = runner;
  const { plan, host } = runner.prepared;
  const othersBefore = bed.runsBegun();
  say('cold', 0.02, 'every model closed, then the first run');
  const cold = await coldRun(runner, samples);
  const startMs = performance.now();
  const until = (share: number): number => startMs + share * settings.budgetMs;

  say('warmUp', 0.05, 'warming up');
  const capture = new Capture(plan, host);
  const warmUp = await warmUpPhase(job, capture, until(warmUpShare));
  signal.throwIfAborted();
  const shares = await sharesOfPasses(runner, capture, until(passShare), job.random);

  let gathered: Gathered | null = null;
  signal.addEventListener('abort', () => {
    if (gathered !== null && gathered.count() > 0) onSummingUp?.();
  });
  const recorder = new Recorder({ originMs, maxSpans: settings.traceSpans });
  const fromMs = performance.now();
  const phase = { fromMs, untilMs: until(measureShare) };
  const warm = await measurePhase(job, recorder, shares, phase, (gathering) => {
    gathered = gathering;
  });
  if (warm.gathered.count() === 0) throw cancelledProblem(signal.reason);
  await watch.stop();
  const memory = watch.profile(fromMs, performance.now());

  const ofRuns = warm.gathered.ofRuns();
  const { mean, deviation } = ofRuns.wall;
  say('overhead', 0.8, 'what measuring costs: runs with and without it, in turns');
  const overhead = signal.aborted ? noOverhead : await overheadPhase(job, (100 * deviation) / mean, until(1));
  const inside =
    settings.operators && !signal.aborted
      ? await profileModels(runner, capture, (done, node) =>
          say('operators', 0.88 + 0.12 * done, `inside the model of "${node}"`),
        )
      : { models: [], problems: [] };

  const names = runner.samples.map(({ name }) => name);
  const failed = new Map([...samples.problems()].map(([index, { message }]) => [index, message]));
  // Runs that were broken off are in the trace, but were not measured.
  const recorded = recorder.trace();
  const kept = warm.gathered.inTrace();
  const trace = kept.length === recorded.runs.count ? recorded : sliceTrace(recorded, kept);
  const place = (index: number): number => (index < 0 ? -1 : kept.indexOf(index));
  const { median, p95, slowest } = ofRuns.shown;
  const found: Omit<Measured, 'warnings'> = {
    cold,
    warmUp,
    ...ofRuns,
    shown: { median: place(median), p95: place(p95), slowest: place(slowest) },
    stoppedBy: warm.runs.stoppedBy,
    intervalPercent: warm.runs.intervalPercent,
    nodes: warm.gathered.nodes(warm.devices),
    stages: warm.gathered.stages(),
    wires: capture.wires(),
    models: inside.models,
    memory: { ...memory, liveBytes: warm.liveBytes },
    overhead,
    samples: warm.gathered.samples(names, failed),
    series: warm.gathered.series(),
  };
  const warnings = warningsOf(found, {
    environment,
    settings,
    powerAfter: await powerOf(thisMachine),
    otherRuns: bed.runsBegun() - othersBefore,
    dropped: trace.dropped,
    problems: inside.problems,
  });
  return { measured: { ...found, warnings }, environment, trace: encodeTrace(trace) };
}
