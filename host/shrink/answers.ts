import type { PipelineDocument } from '../../core/graph/document.ts';
import type { ShrinkAnswers, ShrinkWorst } from '../../core/onnx/shrink/report.ts';
import { type Truth, truthOf } from '../../core/onnx/shrink/truth.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { AnswersEffect } from '../../core/profile/advice.ts';
import type { BenchTarget } from '../../core/profile/bench.ts';
import { AnswersComparison, answersEffect, type SampleOutputs } from '../../core/profile/differences.ts';
import { shortAnswer } from '../../core/studio/shortAnswer.ts';
import type { Bed } from '../profile/bed.ts';
import { asProblem, betweenRuns, Runner, samplesOf } from '../profile/runner.ts';
import { type AnsweredSample, judgeable, qualityOf } from './quality.ts';

/**
 * The answers of two documents on every sample that the first can run, and the sample that changed most. One sample at a
 * time through both: pictures that come out are not kept.
 */
export async function compareAnswers(
  bed: Bed,
  target: BenchTarget,
  before: PipelineDocument,
  after: PipelineDocument,
  truth: Truth,
  signal: AbortSignal,
): Promise<ShrinkAnswers> {
  const first = await opened(bed, target, before, signal);
  try {
    const second = await opened(bed, target, after, signal);
    try {
      const names = samplesOf(target).map(({ name }) => name);
      return await compared(names, first, second, truth);
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
  }
}

async function compared(names: readonly string[], first: Opened, second: Opened, truth: Truth): Promise<ShrinkAnswers> {
  const whole = new AnswersComparison();
  const judged: AnsweredSample[] = [];
  let worst: { readonly told: ShrinkWorst; readonly effect: AnswersEffect } | null = null;
  let samples = 0;
  for (const [at, name] of names.entries()) {
    const a = await first.answer(at);
    if (a instanceof Problem) continue;
    const b = await second.answer(at);
    // What ran before and does not now is a failure of the shrunk model, not of a sample.
    if (b instanceof Problem) throw b;
    samples++;
    whole.add(a, b);
    const effect = answersEffect([a], [b]);
    if (!effect.identical && (worst === null || isWorse(effect, worst.effect)))
      worst = { told: { sample: name, words: effect.words, answers: bothAnswers(a, b) }, effect };
    if (truthOf(truth, name) !== undefined) judged.push({ name, before: judgeable(a), after: judgeable(b) });
  }
  const { identical, maxDifference, bestSame, words } = whole.effect();
  return {
    samples,
    identical,
    maxDifference,
    bestSame,
    words,
    worst: worst?.told ?? null,
    quality: qualityOf(judged, truth),
  };
}

/** What both say at each public output where they differ. */
function bothAnswers(before: SampleOutputs, after: SampleOutputs): ShrinkWorst['answers'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const only = (all: SampleOutputs, name: string): SampleOutputs =>
    Object.hasOwn(all, name) ? { [name]: all[name] } : {};
  const words = (all: SampleOutputs, name: string): string =>
    Object.hasOwn(all, name) ? shortAnswer(all[name]) : 'missing';
  return names
    .filter((name) => !answersEffect([only(before, name)], [only(after, name)]).identical)
    .map((output) => ({ output, before: words(before, output), after: words(after, output) }));
}

interface Opened {
  answer(sample: number): Promise<SampleOutputs | Problem>;
  close(): Promise<void>;
}

async function opened(bed: Bed, target: BenchTarget, document: PipelineDocument, signal: AbortSignal): Promise<Opened> {
  const prepared = await bed.prepareAlone(target, document);
  const runner = new Runner(prepared, samplesOf(target), signal);
  return {
    answer: async (sample) => {
      await betweenRuns();
      const answer = await runner.run(sample).then(
        ({ result }) => result.outputs,
        (error: unknown) => asProblem(error),
      );
      signal.throwIfAborted();
      return answer;
    },
    close: () => prepared.close(),
  };
}

/** A best answer that moved counts before any difference of numbers. */
function isWorse(a: AnswersEffect, b: AnswersEffect): boolean {
  const lost = ({ bestSame }: AnswersEffect) => (bestSame === null ? 0 : bestSame.of - bestSame.same);
  if (lost(a) !== lost(b)) return lost(a) > lost(b);
  // Answers of another shape have no difference that could be told in numbers.
  const by = ({ maxDifference }: AnswersEffect) => maxDifference ?? Number.POSITIVE_INFINITY;
  return by(a) > by(b);
}
