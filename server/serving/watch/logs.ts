import { type Logger, pino } from 'pino';
import type { PredictionRecord } from '../contract.ts';
import { toldOutcome } from './outcome.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Lines of JSON on standard output. What a line may hold is chosen here: never a header, an input or an answer. */
export function makeLog(level: LogLevel, write?: (line: string) => void): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return write === undefined ? pino(options) : pino(options, { write });
}

/** One line for each request that is over. Refusals of a flood are counted by metrics; here they are only for `debug`. */
export function logRecord(log: Logger, record: PredictionRecord): void {
  const { ask, version, problem, queueMs, runMs, shadow } = record;
  const outcome = toldOutcome(record);
  const fields = {
    requestId: ask.requestId,
    ...(ask.trace === undefined ? {} : { traceId: ask.trace.traceparent.split('-')[1] }),
    protocol: ask.protocol,
    version,
    outcome,
    queueMs: tenths(queueMs),
    runMs: tenths(runMs),
    ...(shadow ? { shadow } : {}),
    ...(problem === undefined ? {} : { code: problem.code, node: problem.where.node }),
  };
  if (outcome === 'answered') log.info(fields, 'answered');
  else if (problem?.code === 'overloaded') log.debug(fields, 'refused');
  else if (problem?.code === 'internal' || problem?.code === 'engine-died') log.error(fields, problem.message);
  else log.warn(fields, outcome);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
