import { Problem, toProblemData } from '../../core/problems/problem.ts';
import type { RunSoFar } from '../../core/run/result.ts';
import { tryDevices } from '../models/devices.ts';
import type { JobListeners } from '../profile/bench.ts';
import { EngineCore } from './core.ts';
import type { Ask, BenchAnswer, BenchJob, Tell } from './wire.ts';

/** The engine's side of a conversation with `startEngine`. `ended`: it has closed, and nothing of it is needed any more. */
export function makeEngineSide(tell: (message: Tell) => void, ended: () => void): (ask: Ask) => void {
  const underWay = new Map<number, AbortController>();
  let core: EngineCore | null = null;

  async function answer(ask: Ask): Promise<void> {
    if (ask.ask === 'open') core = new EngineCore(ask.options, (problem) => tell({ tell: 'hang', problem }));
    else if (ask.ask === 'cancel')
      underWay.get(ask.id)?.abort(
        new Problem('cancelled', {
          message: 'The run was cancelled.',
          fix: 'Run it again when you want the result.',
        }),
      );
    else if (ask.ask === 'release') core?.release(ask.run);
    else if (ask.ask === 'pin') opened().pins.set(ask.pin, ask.request);
    else if (ask.ask === 'unpin') core?.pins.delete(ask.pin);
    else if (ask.ask === 'runPinned') await runPinned(opened(), ask);
    else if (ask.ask === 'close') {
      await core?.close();
      ended();
    } else if (ask.ask === 'run') await run(opened(), ask);
    else if (ask.ask === 'bench') await measure(opened(), ask);
    else await look(opened(), ask);
  }

  function opened(): EngineCore {
    if (core !== null) return core;
    throw new Problem('internal', { message: 'The engine was asked before it was opened.', fix: 'Report this.' });
  }

  async function run(engine: EngineCore, { id, request }: Extract<Ask, { ask: 'run' }>): Promise<void> {
    const stop = new AbortController();
    underWay.set(id, stop);
    let soFar: RunSoFar | undefined;
    try {
      const result = await engine.run(request, {
        signal: stop.signal,
        onEvent: (event) => tell({ tell: 'event', id, event }),
        onFailure: (state) => {
          soFar = state;
        },
      });
      tell({ tell: 'done', id, result });
    } catch (error) {
      tell({ tell: 'failed', id, problem: toProblemData(error, 'internal'), soFar });
    } finally {
      underWay.delete(id);
      if (stop.signal.aborted) setTimeout(reportStuck, graceMs);
    }
  }

  async function runPinned(
    engine: EngineCore,
    { id, pin, request }: Extract<Ask, { ask: 'runPinned' }>,
  ): Promise<void> {
    const stop = new AbortController();
    underWay.set(id, stop);
    try {
      const { result, observing } = await engine.pins.run(pin, request, stop.signal, {
        onEvent: (event) => tell({ tell: 'event', id, event }),
        onItem: (output, item) => tell({ tell: 'item', id, output, item }),
      });
      tell({ tell: 'done', id, result });
      // Nobody waits for it: what it looks at may have to be decoded once more.
      observing?.observation().then(
        (seen) => tell({ tell: 'observed', id, seen }),
        () => undefined,
      );
    } catch (error) {
      tell({ tell: 'failed', id, problem: toProblemData(error, 'internal') });
    } finally {
      underWay.delete(id);
      if (stop.signal.aborted) setTimeout(reportStuck, graceMs);
    }
  }

  async function measure(engine: EngineCore, { id, job }: Extract<Ask, { ask: 'bench' }>): Promise<void> {
    const stop = new AbortController();
    underWay.set(id, stop);
    try {
      const answer = await measured(engine, job, {
        signal: stop.signal,
        onProgress: (progress) => tell({ tell: 'progress', id, progress }),
        onSummingUp: () => tell({ tell: 'summingUp', id }),
      });
      tell({ tell: 'measured', id, answer });
    } catch (error) {
      tell({ tell: 'failed', id, problem: toProblemData(error, 'internal') });
    } finally {
      underWay.delete(id);
      if (stop.signal.aborted) setTimeout(reportStuck, graceMs);
    }
  }

  async function measured(engine: EngineCore, job: BenchJob, listeners: JobListeners): Promise<BenchAnswer> {
    const { bench } = engine;
    const { kind, target } = job;
    if (kind === 'shrink') return { kind, answer: await engine.shrink(target, job.document, job.request, listeners) };
    if (kind === 'profile') return { kind, answer: await bench.profile(target, job.document, job.settings, listeners) };
    if (kind === 'trial') return { kind, answer: await bench.trial(target, job.variants, job.settings, listeners) };
    return { kind, answer: await bench.load(target, job.document, job.settings, listeners) };
  }

  async function look(engine: EngineCore, ask: Extract<Ask, { ask: 'preview' | 'media' | 'devices' }>): Promise<void> {
    const { id } = ask;
    try {
      if (ask.ask === 'preview') tell({ tell: 'preview', id, answer: await engine.preview(ask.request) });
      else if (ask.ask === 'media') tell({ tell: 'media', id, answer: await engine.media(ask.request) });
      else tell({ tell: 'devices', id, answer: await tryDevices() });
    } catch (error) {
      tell({ tell: 'failed', id, problem: toProblemData(error, 'internal') });
    }
  }

  /** After a cancel, how long a model may go on before the process offers to be replaced. */
  const graceMs = 1000;

  async function reportStuck(): Promise<void> {
    if (underWay.size === 0 && (await core?.hasBusyLane())) tell({ tell: 'stuck' });
  }

  return (ask) => {
    answer(ask).catch((error: unknown) => tell({ tell: 'hang', problem: toProblemData(error, 'internal') }));
  };
}
