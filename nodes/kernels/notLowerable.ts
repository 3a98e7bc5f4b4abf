import { Problem } from '../../core/problems/problem.ts';

/** A `not-lowerable` problem: what has no form as operators of ONNX, and what to do instead of letting the file be cut there. */
export function notLowerable(
  message: string,
  fix = 'Change it, or let this node run outside the ONNX file: the file is cut there.',
): Problem {
  return new Problem('not-lowerable', { message, fix });
}
