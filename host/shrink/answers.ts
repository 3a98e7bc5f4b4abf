import type { PipelineDocument } from '../../core/graph/document.ts';
import type { ShrinkAnswers, ShrinkWorst } from '../../core/onnx/shrink/report.ts';
import type { Truth } from '../../core/onnx/shrink/truth.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { AnswersEffect } from '../../core/profile/advice.ts';
import type { BenchTarget } from '../../core/profile/bench.ts';
import { answersEffect, type SampleOutputs } from '../../core/profile/differences.ts';
import { shortAnswer } from '../../core/studio/shortAnswer.ts';
import type { Bed } from '../profile/bed.ts';
import { asProblem, betweenRuns, Runner, samplesOf } from '../profile/runner.ts';
import { qualityOf } from './quality.ts';

/** The answers of two documents on every sample that the first can run, and the sample that changed most. */
export async function compareAnswers(
  bed: Bed,
  target: BenchTarget,
  before: PipelineDocument,
  after: PipelineDocument,
  truth: Truth,
  signal: AbortSignal,
): Promise<ShrinkAnswers> {
  const [first, second] = [await answersOn(bed, target, before, signal), await answersOn(bed, target, after, signal)];
  const names = samplesOf(target).map(({ name }) => name);
  const usable = first.flatMap((answer, at) => (answer instanceof Problem ? [] : [at]));
  const pairs = usable.map((at): readonly [SampleOutputs, SampleOutputs] => {
    const [a, b] = [first[at], second[at]];
    // What ran before and does not now is a failure of the shrunk model, not of a sample.
    if (b instanceof Problem) throw b;
    return [a instanceof Problem ? {} : a, b];
  });
  const whole = answersEffect(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  const alone = pairs.map((pair, at) => ({
    sample: names[usable[at]],
    pair,
    effect: answersEffect([pair[0]], [pair[1]]),
  }));
  const worst = alone.reduce<(typeof alone)[number] | null>(
    (most, one) => (!one.effect.identical && (most === null || isWorse(one.effect, most.effect)) ? one : most),
    null,
  );
  const { identical, maxDifference, bestSame, words } = whole;
  return {
    samples: usable.length,
    identical,
    maxDifference,
    bestSame,
    words,
    worst:
      worst === null ? null : { sample: worst.sample, words: worst.effect.words, answers: bothAnswers(worst.pair) },
    quality: qualityOf(
      pairs.map(([a, b], at) => ({ name: names[usable[at]], before: a, after: b })),
      truth,
    ),
  };
}

/** What both say at each public output where they differ. */
function bothAnswers([before, after]: readonly [SampleOutputs, SampleOutputs]): ShrinkWorst['answers'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const only = (all: SampleOutputs, name: string): SampleOutputs =>
    Object.hasOwn(all, name) ? { [name]: all[name] } : {};
  const words = (all: SampleOutputs, name: string): string =>
    Object.hasOwn(all, name) ? shortAnswer(all[name]) : 'missing';
  return names
    .filter((name) => !answersEffect([only(before, name)], [only(after, name)]).identical)
    .map((output) => ({ output, before: words(before, output), after: words(after, output) }));
}

/** A best answer that moved counts before any difference of numbers. */
function isWorse(a: AnswersEffect, b: AnswersEffect): boolean {
  const lost = ({ bestSame }: AnswersEffect) => (bestSame === null ? 0 : bestSame.of - bestSame.same);
  if (lost(a) !== lost(b)) return lost(a) > lost(b);
  // Answers of another shape have no difference that could be told in numbers.
  const by = ({ maxDifference }: AnswersEffect) => maxDifference ?? Number.POSITIVE_INFINITY;
  return by(a) > by(b);
}

async function answersOn(
  bed: Bed,
  target: BenchTarget,
  document: PipelineDocument,
  signal: AbortSignal,
): Promise<readonly (SampleOutputs | Problem)[]> {
  const prepared = await bed.prepareAlone(target, document);
  try {
    const runner = new Runner(prepared, samplesOf(target), signal);
    const answers: (SampleOutputs | Problem)[] = [];
    for (const sample of runner.samples.keys()) {
      await betweenRuns();
      const answer = await runner.run(sample).then(
        ({ result }) => result.outputs,
        (error: unknown) => asProblem(error),
      );
      signal.throwIfAborted();
      answers.push(answer);
    }
    return answers;
  } finally {
    await prepared.close();
  }
}
