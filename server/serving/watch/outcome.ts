import type { PredictionRecord } from '../contract.ts';
import { httpStatusOf } from '../status.ts';

/** How a request ended, as metrics, log and traces tell it. */
export const outcomes = ['answered', 'failed', 'invalid', 'refused', 'cancelled', 'late'] as const;
export type ToldOutcome = (typeof outcomes)[number];

/**
 * What was sent is told apart from what the server did: nobody is to be woken for somebody's broken picture. Not ready and
 * full are `refused`; NaN is the model's doing although its status is one of the caller's.
 */
export function toldOutcome({ outcome, problem }: Pick<PredictionRecord, 'outcome' | 'problem'>): ToldOutcome {
  if (problem === undefined || (outcome !== 'failed' && outcome !== 'refused')) return outcome;
  const status = httpStatusOf(problem);
  if (problem.code === 'overloaded' || problem.code === 'not-ready') return 'refused';
  return status < 500 && problem.code !== 'value-nonfinite' ? 'invalid' : 'failed';
}
