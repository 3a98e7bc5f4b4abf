import { Problem, type ProblemData, type ProblemPlace, toProblemData } from '../core/problems/problem.ts';
import { problemTable } from '../core/problems/table.ts';
import { printable, sign, styled, type Terminal, terminalOf } from './terminal.ts';

/** How a command talks: results to stdout, everything else to stderr. */
export interface Voice {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

export interface VoiceOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export function makeVoice(options: VoiceOptions): Voice {
  return {
    out: terminalOf(process.stdout, process.env),
    err: terminalOf(process.stderr, process.env),
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    debug: options.debug ?? process.env['TRIBUTARY_DEBUG'] === '1',
  };
}

/** Writes to stdout and waits for a slow reader, so that a pipe neither loses lines nor fills the memory. */
export async function print(text: string): Promise<void> {
  const line = text.endsWith('\n') ? text : `${text}\n`;
  if (!process.stdout.write(line)) await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** A problem as people read it: what, where, what to do. */
export function problemLines(problem: ProblemData, terminal: Terminal): string[] {
  const bad = problem.severity === 'error';
  const mark = styled(terminal, bad ? 'red' : 'yellow', sign(terminal, bad ? 'cross' : 'warning'));
  const lines = [`${mark} ${printable(problem.message)} ${styled(terminal, 'dim', `[${problem.code}]`)}`];
  const where = placeText(problem.where);
  if (where !== '') lines.push(`  at: ${printable(where)}`);
  if (problem.fix !== '') lines.push(`  fix: ${printable(problem.fix)}`);
  const mend = mendText(problem);
  if (mend !== '') lines.push(`  mend: ${printable(mend)}`);
  return lines;
}

/** `file: node.port`, as exact as it is known. */
export function placeText(where: ProblemPlace): string {
  const parts: string[] = [];
  if (where.wire) parts.push(`${where.wire.from} → ${where.wire.to}`);
  else if (where.node !== undefined) {
    const inner = where.port ?? (where.param === undefined ? undefined : `params.${where.param}`);
    parts.push(inner === undefined ? where.node : `${where.node}.${inner}`);
  }
  if (where.at !== undefined) parts.push(where.at);
  if (where.timeSeconds !== undefined && where.timeSeconds !== 0) parts.push(`${where.timeSeconds} s`);
  const place = parts.join(', ');
  if (where.file === undefined) return place;
  return place === '' ? where.file : `${where.file}: ${place}`;
}

function mendText(problem: ProblemData): string {
  const parts: string[] = [];
  const { insert, setParam } = problem.mend ?? {};
  if (insert) {
    const params = insert.params && Object.keys(insert.params).length > 0 ? ` ${JSON.stringify(insert.params)}` : '';
    parts.push(`put ${insert.type}${params} into the wire`);
  }
  if (setParam) parts.push(`set ${setParam.name} to ${JSON.stringify(setParam.value)}`);
  return parts.join(', ');
}

/** Prints what a command threw and says the exit code that it means. */
export function reportFailure(error: unknown, voice: Voice): number {
  const problem = asProblem(error);
  if (voice.json) process.stdout.write(`${JSON.stringify({ error: withoutStack(problem, voice) })}\n`);
  process.stderr.write(`${problemLines(problem, voice.err).join('\n')}\n`);
  if (voice.debug) {
    const stack = error instanceof Error ? error.stack : undefined;
    process.stderr.write(`${[stack, problem.cause].filter(Boolean).join('\ncause: ')}\n`);
  }
  return problemTable[problem.code].exit;
}

/** The plain form of anything thrown; what nobody foresaw is `internal`. */
export function asProblem(error: unknown): ProblemData {
  if (error instanceof Problem) return error.data;
  return {
    ...toProblemData(error, 'internal'),
    fix: 'This is a mistake in Tributary: run again with --debug and report what it prints.',
  };
}

/** Causes may hold stack traces with paths of this machine: they are for --debug. */
export function withoutStack(problem: ProblemData, voice: Voice): ProblemData {
  if (voice.debug || problem.cause === undefined) return problem;
  const { cause: _cause, ...rest } = problem;
  return rest;
}
