import { Problem } from '../../problems/problem.ts';
import { type OutputError, outputError } from './error.ts';
import type { MadeModel, ShrinkAsk } from './methods.ts';
import { answersOf, type Feeds } from './run.ts';

export type Judging = Pick<ShrinkAsk, 'runner' | 'listeners' | 'options'>;

/** What no answer at all counts as. */
const noAnswer: OutputError = {
  relative: Number.POSITIVE_INFINITY,
  maxDifference: Number.POSITIVE_INFINITY,
  cosine: -1,
  top1: null,
  worst: 0,
  worstRelative: Number.POSITIVE_INFINITY,
};

/**
 * The error of what was made, against answers that are wanted. A mix that cannot run (a count that became infinite, an
 * operator without a kernel for it) is as wrong as can be, and no reason to stop looking.
 */
export async function judged(
  { runner, listeners, options }: Judging,
  made: MadeModel,
  feeds: readonly Feeds[],
  wanted: readonly Feeds[],
): Promise<OutputError> {
  try {
    return outputError(wanted, await answersOf(runner, made.judged ?? made.model, feeds, listeners), options.bestOf);
  } catch (error) {
    if (error instanceof Problem && /^model-(failed|invalid|unsupported)$/.test(error.data.code)) return noAnswer;
    throw error;
  }
}
