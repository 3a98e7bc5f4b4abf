import { toProblemData } from '../../core/problems/problem.ts';
import { hearParent } from '../process/here.ts';
import { runtimeProblem } from './failures.ts';
import type { ProbeAnswer, ProbeAsk } from './messages.ts';
import { createSession } from './session.ts';
import { tryProvider } from './trial.ts';

/** A child process that may die: opens an unknown model, or tries a device, says how it went, and ends. */
const parent = hearParent<ProbeAsk, ProbeAnswer>(
  (ask) => {
    void answer(ask).then(parent.finish);
  },
  () => process.exit(0),
);

async function answer(ask: ProbeAsk): Promise<ProbeAnswer> {
  try {
    if (ask.ask === 'device') return { ok: true, runMs: await tryProvider(ask.provider) };
    const startedAt = performance.now();
    const session = await createSession(ask.request);
    await session.release();
    return { ok: true, runMs: performance.now() - startedAt };
  } catch (error) {
    const name = ask.ask === 'open' ? ask.request.name : ask.provider;
    return { ok: false, problem: toProblemData(runtimeProblem(error, name, 'open'), 'model-invalid') };
  }
}
