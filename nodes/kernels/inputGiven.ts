import { Problem } from '../../core/problems/problem.ts';

/** The problem of an input node that has neither a value nor a sample. */
export function missingInput(kind: string, optional: boolean): Problem {
  return new Problem('input-missing', {
    message: `No ${kind} was given, and the input has no sample${optional ? '; it is optional' : ''}.`,
    fix: `Give the input when running, name a sample at the node, or let a fusion node say what to do without it.`,
  });
}

/** The problem of a value that is not what the input takes. */
export function wrongKind(wanted: string, got: string): Problem {
  return new Problem('input-kind', {
    message: `This input takes ${wanted}, but ${got} was given.`,
    fix: `Give ${wanted}.`,
  });
}

export const optionalDoc =
  'May be left out of a run. Nodes that accept a missing modality then go on without it; others report it as missing.';
