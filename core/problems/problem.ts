import { type ProblemClass, type ProblemCode, problemTable } from './table.ts';

/** Where a problem sits. All parts optional; a screen shows the most exact one. */
export interface ProblemPlace {
  readonly file?: string;
  readonly node?: string;
  readonly port?: string;
  readonly param?: string;
  readonly wire?: { readonly from: string; readonly to: string };
  /** Path inside a JSON document, e.g. `nodes[3].params.width`. */
  readonly at?: string;
  /** Timestamp of the item in seconds. */
  readonly timeSeconds?: number;
}

/** A mend that the studio can apply by one click. `insert` names a node type to put into the wire. */
export interface ProblemMend {
  readonly insert?: { readonly type: string; readonly params?: Readonly<Record<string, unknown>> };
  readonly setParam?: { readonly name: string; readonly value: unknown };
}

/** Plain data form, which crosses processes and is printed by `--json`. */
export interface ProblemData {
  readonly code: ProblemCode;
  /** What happened, with file, node, port and value named, and what was expected. */
  readonly message: string;
  /** What to do about it, in one sentence. */
  readonly fix: string;
  readonly where: ProblemPlace;
  readonly severity: 'error' | 'warning';
  readonly mend?: ProblemMend;
  /** When it is worth to try again, in whole seconds. */
  readonly retryAfterSeconds?: number;
  readonly cause?: string;
}

export interface ProblemInit {
  readonly message: string;
  readonly fix: string;
  readonly where?: ProblemPlace;
  readonly severity?: 'error' | 'warning';
  readonly mend?: ProblemMend;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The one error that Tributary throws. `data` is its plain form. */
export class Problem extends Error {
  readonly data: ProblemData;
  constructor(code: ProblemCode, init: ProblemInit) {
    super(init.message);
    this.name = 'Problem';
    this.data = problemData(code, init);
  }
}

/** Makes the plain form, for collecting without throwing. */
export function problemData(code: ProblemCode, init: ProblemInit): ProblemData {
  return {
    code,
    message: init.message,
    fix: init.fix,
    where: init.where ?? {},
    severity: init.severity ?? 'error',
    ...(init.mend ? { mend: init.mend } : {}),
    ...(init.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: init.retryAfterSeconds }),
    ...(init.cause === undefined ? {} : { cause: causeText(init.cause) }),
  };
}

/** Turns plain data back into a throwable. */
export function problemFrom(data: ProblemData): Problem {
  return new Problem(data.code, data);
}

/** The plain form of anything thrown; what is not a Problem becomes `node-failed` (or the code given). */
export function toProblemData(
  error: unknown,
  code: ProblemCode = 'node-failed',
  where: ProblemPlace = {},
): ProblemData {
  if (error instanceof Problem) return { ...error.data, where: { ...where, ...error.data.where } };
  return problemData(code, {
    message: causeText(error),
    fix: 'This is likely a fault of the node: report it with the pipeline and the input that caused it.',
    where,
    cause: error instanceof Error ? (error.stack ?? error.message) : error,
  });
}

/** True for problems of one modality's data, which a fusion node may absorb. */
export function isMediaProblem(data: ProblemData): boolean {
  return (problemTable[data.code] as ProblemClass).media === true;
}

export function exitCodeOf(code: ProblemCode): number {
  return problemTable[code].exit;
}

function causeText(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return String(cause);
}
