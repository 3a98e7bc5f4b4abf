import type { Checked } from '../../core/check/checked.ts';
import { type Limits, makeLimits } from '../../core/define/limits.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { Problem, type ProblemData } from '../../core/problems/problem.ts';
import type { RunHost } from '../../core/run/host.ts';
import type { Following, RunResult } from '../../core/run/result.ts';
import { runPlan } from '../../core/run/run.ts';
import type { Folders } from './folders.ts';
import type { PinnedRun, PinRequest } from './messages.ts';
import { planFor } from './planFor.ts';
import { PortFeatures } from './portFeatures.ts';

interface Prepared {
  readonly checked: Checked;
  readonly host: RunHost;
  readonly warnings: readonly ProblemData[];
  /** By the outputs wanted; under '' that of all of them. */
  readonly plans: Map<string, Plan>;
}

interface Pin {
  readonly request: PinRequest;
  /** null before the first run, and again after it failed: the next run tries anew. */
  prepared: Promise<Prepared> | null;
}

/** Choices of outputs whose plans are kept. */
const mostPlans = 32;

/** Pipelines that are checked and planned once, for runs that bring only their inputs. */
export class Pins {
  readonly #folders: Folders;
  readonly #limits: Limits;
  readonly #onRun: () => void;
  readonly #pins = new Map<number, Pin>();

  constructor(folders: Folders, limits: Limits, onRun: () => void) {
    this.#folders = folders;
    this.#limits = limits;
    this.#onRun = onRun;
  }

  set(id: number, request: PinRequest): void {
    this.#pins.set(id, { request, prepared: null });
  }

  delete(id: number): void {
    this.#pins.delete(id);
  }

  /** Throws Problems only. */
  async run(
    id: number,
    { inputs, outputs, observe, follow }: PinnedRun,
    signal: AbortSignal,
    following: Following,
  ): Promise<{ readonly result: RunResult; readonly observing: PortFeatures | null }> {
    this.#onRun();
    const pin = this.#pins.get(id);
    if (pin === undefined)
      throw new Problem('internal', { message: 'A run asks for a pipeline that is not pinned.', fix: 'Report this.' });
    pin.prepared ??= this.#prepare(pin.request).catch((error: unknown) => {
      pin.prepared = null;
      throw error;
    });
    const { checked, host, warnings, plans } = await pin.prepared;
    const key = outputs === undefined ? '' : JSON.stringify(outputs);
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = planFor(checked, { outputs });
      if (plans.size < mostPlans) plans.set(key, plan);
    }
    const observing = observe ? new PortFeatures(checked) : null;
    const keeper = observing ?? undefined;
    const ran = await runPlan(plan, host, {
      inputs,
      signal,
      noSamples: pin.request.noSamples,
      keeper,
      ...(follow ? following : {}),
    });
    const result = warnings.length === 0 ? ran : { ...ran, warnings: [...warnings, ...ran.warnings] };
    return { result, observing };
  }

  async #prepare({ document, folder, device, limits }: PinRequest): Promise<Prepared> {
    const bounds = limits === undefined ? this.#limits : makeLimits({ ...this.#limits, ...limits });
    const opened = await this.#folders.folder(folder, bounds);
    const checked = await this.#folders.check(document, opened);
    return {
      checked,
      host: this.#folders.runHost(opened.node, device),
      warnings: checked.problems.filter((problem) => problem.severity === 'warning'),
      plans: new Map([['', planFor(checked, {})]]),
    };
  }
}
