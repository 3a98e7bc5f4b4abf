import { Problem, toProblemData } from '../../core/problems/problem.ts';
import type { RunEvent } from '../../core/run/result.ts';
import { EngineCore } from './core.ts';
import type { Ask, Tell } from './wire.ts';

/**
 * The engine process: everything that may crash, hang or eat memory lives here, away from whoever asks. It is
 * started by `startEngine` and speaks over the channel that `fork` gives.
 */
const underWay = new Map<number, AbortController>();
let core: EngineCore | null = null;

function tell(message: Tell): void {
  if (process.connected) process.send?.(message);
}

async function answer(ask: Ask): Promise<void> {
  if (ask.ask === 'open') core = new EngineCore(ask.options, (problem) => tell({ tell: 'hang', problem }));
  else if (ask.ask === 'cancel')
    underWay
      .get(ask.id)
      ?.abort(
        new Problem('cancelled', { message: 'The run was cancelled.', fix: 'Run it again when you want the result.' }),
      );
  else if (ask.ask === 'close') {
    await core?.close();
    process.disconnect?.();
  } else await run(ask);
}

async function run({ id, request }: Extract<Ask, { ask: 'run' }>): Promise<void> {
  const stop = new AbortController();
  underWay.set(id, stop);
  try {
    if (core === null)
      throw new Problem('internal', {
        message: 'The engine was asked to run before it was opened.',
        fix: 'Report this.',
      });
    const onEvent = (event: RunEvent): void => tell({ tell: 'event', id, event });
    tell({ tell: 'done', id, result: await core.run(request, stop.signal, onEvent) });
  } catch (error) {
    tell({ tell: 'failed', id, problem: toProblemData(error, 'internal') });
  } finally {
    underWay.delete(id);
    if (stop.signal.aborted) setTimeout(reportStuck, graceMs);
  }
}

/** After a cancel, how long a model may go on before the process offers to be replaced. */
const graceMs = 1000;

async function reportStuck(): Promise<void> {
  if (underWay.size === 0 && (await core?.hasBusyLane())) tell({ tell: 'stuck' });
}

process.on('message', (message: Ask) => {
  answer(message).catch((error: unknown) => tell({ tell: 'hang', problem: toProblemData(error, 'internal') }));
});
// Nobody is left to answer. An orderly exit would wait for a model that may never come back.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// The terminal sends Ctrl-C to the whole group; the caller decides what it means.
process.on('SIGINT', () => undefined);
