import { expect } from 'vitest';
import { Problem, type ProblemData } from '../core/problems/problem.ts';
import type { ProblemCode } from '../core/problems/table.ts';

/** The Problem that `work` fails with; fails the test when it succeeds or throws anything else, or another code. */
export async function rejects(work: () => unknown, code: ProblemCode): Promise<ProblemData> {
  let thrown: unknown;
  try {
    await work();
  } catch (error) {
    thrown = error;
  }
  if (!(thrown instanceof Problem)) expect.fail(`expected the problem ${code}, got ${String(thrown)}`);
  expect(thrown.data.code).toBe(code);
  expect(thrown.data.fix.length).toBeGreaterThan(0);
  return thrown.data;
}
