import { afterAll } from 'vitest';
import { makeLimits } from '../../../core/define/limits.ts';
import type { PredictionRecord } from '../../../server/serving/contract.ts';
import { type ServerEvent, type Started, type StartOptions, startServing } from '../../../server/serving/start.ts';

export interface InProcess extends Started {
  readonly events: readonly ServerEvent[];
  readonly records: readonly PredictionRecord[];
  /** Exit codes that the process would have ended with. */
  readonly exits: readonly number[];
}

/** A server in this process, with its engine as a child; closed after the file's tests. */
export async function serveHere(
  options: Partial<StartOptions> & { readonly target: string; readonly limit?: Readonly<Record<string, number>> },
): Promise<InProcess> {
  const limitOverrides = options.limit ?? {};
  const events: ServerEvent[] = [];
  const records: PredictionRecord[] = [];
  const exits: number[] = [];
  const started = await startServing({
    host: '127.0.0.1',
    port: 0,
    version: '1',
    limits: makeLimits(limitOverrides),
    limitOverrides,
    exit: (code) => exits.push(code),
    tell: (event) => events.push(event),
    ...options,
  });
  started.service.onRecord((record) => records.push(record));
  afterAll(() => started.close());
  return { ...started, events, records, exits };
}

/** The same, ready. */
export async function serveReady(options: Parameters<typeof serveHere>[0]): Promise<InProcess> {
  const served = await serveHere(options);
  const state = await served.runtime.load();
  if (state !== 'ready') throw new Error(`it is ${state}: ${served.runtime.problem()?.message}`);
  return served;
}
