import { Problem, toProblemData } from '../../../core/problems/problem.ts';
import type { RunResult } from '../../../core/run/result.ts';
import { chooseVersion, type GuardSettings, guardVerdict, VersionTally } from '../../../core/serve/rollout.ts';
import type { PredictAsk, PredictionRecord, ServedModel, VersionState } from '../contract.ts';
import { notReady, type Runtime } from '../runtime.ts';
import type { Versions } from '../service.ts';
import type { Journal } from './journal.ts';
import { makeShadow, type Shadow } from './shadow.ts';

/** How a version that was loaded comes into service. */
export type Rollout =
  | { readonly how: 'switch' }
  /** It gets this share of the traffic, 0 to 1, and is watched. */
  | { readonly how: 'canary'; readonly weight: number }
  /** It gets copies, and its answers go nowhere. */
  | { readonly how: 'shadow' };

export interface VersionSetInit {
  /** What the pipeline is called in addresses. */
  readonly name: string;
  readonly journal: Journal;
  readonly guard: GuardSettings;
  /** Requests after which a version that was switched to needs the one before it no longer. */
  readonly probation: number;
  /** No request lives longer than this: a version that gets none any more can be closed after it. */
  readonly longestMs: number;
  readonly random: () => number;
  /** Milliseconds of the clock that never jumps. */
  readonly now: () => number;
  /** Hears of the copies that shadows ran. */
  readonly onCopy?: (record: PredictionRecord) => void;
}

interface Entry {
  readonly version: string;
  readonly runtime: Runtime;
  weight: number;
  shadow: Shadow | null;
  tally: VersionTally;
  /** What its tally is held against; null: it is not being tried. */
  against: Entry | null;
  /** Why it was taken back. */
  takenBack: string | null;
}

export interface VersionView {
  readonly version: string;
  readonly state: VersionState;
  readonly weight: number;
  readonly shadow: boolean;
  readonly tried: boolean;
  readonly answered: number;
  readonly failed: number;
  readonly compared: number;
  readonly different: number;
  readonly largestDifference: number;
  readonly dropped: number;
  readonly problem?: string;
}

/** Faults of a version; what the caller did wrong says nothing of it. */
const ownFaults = new Set(['internal', 'engine-died', 'model-failed', 'node-failed', 'value-nonfinite', 'deadline']);

/** Several versions of one pipeline side by side: who gets what, trial, rollback. */
export class VersionSet implements Versions {
  readonly #init: VersionSetInit;
  readonly #entries: Entry[] = [];

  constructor(init: VersionSetInit) {
    this.#init = init;
  }

  /** The version that the server starts with gets all that comes, also while it loads: callers are told so. */
  begin(runtime: Runtime): void {
    this.#entries.push(entryOf(runtime, 1));
  }

  models(): readonly ServedModel[] {
    const versions = this.#entries.map(({ version, runtime, weight }) => ({
      version,
      weight,
      signature: runtime.signature,
      state: runtime.state(),
      problem: runtime.problem(),
    }));
    return [{ name: this.#init.name, versions }];
  }

  views(): readonly VersionView[] {
    return this.#entries.map(({ version, runtime, weight, shadow, tally, against, takenBack }) => ({
      version,
      state: runtime.state(),
      weight,
      shadow: shadow !== null,
      tried: against !== null,
      answered: tally.answered,
      failed: tally.failed,
      compared: tally.compared,
      different: tally.different,
      largestDifference: tally.largestDifference,
      dropped: tally.dropped,
      ...((takenBack ?? runtime.problem() ?? null) === null
        ? {}
        : { problem: takenBack ?? runtime.problem()?.message }),
    }));
  }

  choose(ask: PredictAsk): Runtime {
    if (ask.model !== this.#init.name) throw unknownModel(ask.model, this.#init.name);
    if (ask.version !== undefined) return serving(this.#named(ask.version));
    const able = this.#entries.filter(({ runtime }) => runtime.state() === 'ready');
    const version = chooseVersion(able, ask.canaryKey, this.#init.random);
    const chosen = able.find((entry) => entry.version === version) ?? able[0] ?? this.#entries.at(-1);
    if (chosen === undefined) throw unknownModel(ask.model, this.#init.name);
    return serving(chosen);
  }

  ready(): boolean {
    return this.#entries.some(({ weight, runtime }) => weight > 0 && runtime.state() === 'ready');
  }

  answered(ask: PredictAsk, runtime: Runtime, result: RunResult): void {
    for (const entry of this.#entries)
      if (entry.shadow !== null && entry.runtime !== runtime && entry.runtime.state() === 'ready')
        entry.shadow.copy(ask, result);
  }

  /** What became of a request: counts for its version, and may take that back. */
  heard({ version, outcome, problem, runMs, shadow }: PredictionRecord): void {
    const entry = this.#entries.find((one) => one.version === version);
    // One that never ran says nothing of its version.
    if (entry === undefined || shadow || (outcome === 'late' && runMs === 0)) return;
    if (outcome === 'answered') entry.tally.tellAnswered(runMs);
    else if (outcome !== 'refused' && outcome !== 'cancelled' && problem !== undefined && ownFaults.has(problem.code))
      entry.tally.tellFailed();
    else return;
    this.#judge(entry);
  }

  /** Loads a version beside the others and brings it into service as `rollout` says. They go on until it is ready, and when it fails. */
  async add(runtime: Runtime, rollout: Rollout): Promise<VersionState> {
    const { version } = runtime;
    if (this.#entries.some((entry) => entry.version === version)) {
      await runtime.close();
      throw new Problem('request-invalid', {
        message: `There is a version ${JSON.stringify(version)} already.`,
        fix: 'Give the new one another name, or remove that one first.',
      });
    }
    const { journal } = this.#init;
    const entry = entryOf(runtime, 0);
    this.#entries.push(entry);
    journal.tell('loading', version, `loaded beside ${this.#entries.length - 1} others`);
    const state = await runtime.load();
    if (state !== 'ready') {
      journal.tell('failed', version, runtime.problem()?.message ?? state);
      await this.#drop(entry);
      return state;
    }
    journal.tell('ready', version, 'loaded, warmed up and verified');
    if (rollout.how === 'shadow') this.#cast(entry);
    else if (rollout.how === 'canary') this.#try(entry, rollout.weight);
    else this.promote(version);
    return state;
  }

  /** All traffic goes to it from now on; the version before it stands by until it has proved itself. */
  promote(version: string): void {
    const entry = this.#named(version);
    requireReady(entry);
    const before = this.#leading(entry);
    for (const other of this.#entries) {
      other.weight = other === entry ? 1 : 0;
      other.shadow = null;
    }
    entry.tally = new VersionTally();
    entry.against = before;
    this.#init.journal.tell(
      'promoted',
      version,
      before === null ? 'gets all requests' : `takes over from ${before.version}`,
    );
    for (const other of [...this.#entries])
      if (other !== entry && other !== before && other.runtime.state() === 'ready') this.#retire(other);
    if (before === null) return;
    if (this.#init.probation === 0) this.#proved(entry);
  }

  /** Back to the version that it is held against, or to the one before it. */
  rollBack(version: string, words: string): void {
    const entry = this.#named(version);
    const back = entry.against ?? this.#leading(entry);
    if (back === null || back.runtime.state() !== 'ready')
      throw new Problem('request-invalid', {
        message: `There is no version to go back to from ${JSON.stringify(version)}.`,
        fix: 'Load one first.',
      });
    back.weight += entry.weight;
    entry.weight = 0;
    entry.shadow = null;
    entry.against = null;
    entry.takenBack = words;
    this.#init.journal.tell('rolled-back', version, `${words}; ${back.version} gets its requests`);
    this.#retire(entry);
  }

  /** The share of the traffic that a version gets; the leading one gets the rest. */
  setWeight(version: string, weight: number): void {
    const entry = this.#named(version);
    requireReady(entry);
    this.#try(entry, weight);
  }

  /** Takes a version out that gets no traffic, once what it was given is answered. */
  remove(version: string): void {
    const entry = this.#named(version);
    if (entry.weight > 0)
      throw new Problem('request-invalid', {
        message: `Version ${JSON.stringify(version)} gets requests.`,
        fix: 'Promote another one first.',
      });
    this.#retire(entry);
  }

  /** Every version drains. */
  drain(): void {
    for (const { runtime } of this.#entries) runtime.drain();
  }

  async close(): Promise<void> {
    await Promise.all(this.#entries.map(({ runtime }) => runtime.close()));
  }

  #try(entry: Entry, weight: number): void {
    if (!(weight >= 0 && weight <= 1))
      throw new Problem('request-invalid', { message: `A weight of ${weight} is no share.`, fix: 'Give 0 to 1.' });
    const leading = this.#leading(entry);
    if (leading === null)
      throw new Problem('request-invalid', {
        message: `Version ${JSON.stringify(entry.version)} is the only one.`,
        fix: 'Load another one first.',
      });
    const others = this.#entries.filter((other) => other !== entry && other !== leading);
    const taken = others.reduce((sum, other) => sum + other.weight, 0);
    if (taken + weight > 1)
      throw new Problem('request-invalid', {
        message: `Other versions get ${taken} of the traffic: ${weight} is too much.`,
        fix: 'Lower their weights first.',
      });
    entry.shadow = null;
    entry.weight = weight;
    leading.weight = 1 - taken - weight;
    if (entry.against === null) entry.tally = new VersionTally();
    entry.against = leading;
    this.#init.journal.tell(
      'weights',
      entry.version,
      `gets ${weight} of the requests, ${leading.version} ${leading.weight}`,
    );
  }

  #cast(entry: Entry): void {
    const { now, onCopy, journal } = this.#init;
    entry.tally = new VersionTally();
    entry.against = this.#leading(entry);
    entry.shadow = makeShadow(
      entry.runtime,
      entry.tally,
      (ask, result, error, runMs) => {
        const record = { ask, version: entry.version, queueMs: 0, runMs, shadow: true } as const;
        if (result !== null) onCopy?.({ ...record, outcome: 'answered', result });
        else onCopy?.({ ...record, outcome: 'failed', problem: toProblemData(error, 'internal') });
      },
      now,
    );
    journal.tell('shadow', entry.version, 'gets copies of what others answer');
  }

  #judge(entry: Entry): void {
    const { against } = entry;
    if (against === null || entry.weight === 0) return;
    const verdict = guardVerdict(entry.tally, against.tally, this.#init.guard);
    if (verdict !== null) {
      if (against.runtime.state() !== 'ready') return;
      const words = `${verdict.why}: ${verdict.words}`;
      this.rollBack(entry.version, words);
      return;
    }
    if (entry.weight === 1 && entry.tally.requests() >= this.#init.probation) this.#proved(entry);
  }

  /** The one before it is not needed any more. */
  #proved(entry: Entry): void {
    const before = entry.against;
    entry.against = null;
    if (before !== null && before.weight === 0) this.#retire(before);
  }

  #retire(entry: Entry): void {
    if (entry.runtime.state() === 'draining') return;
    const failed = entry.runtime.state() === 'failed';
    this.#init.journal.tell('draining', entry.version, 'gets no more requests');
    entry.weight = 0;
    entry.shadow = null;
    for (const other of this.#entries) if (other.against === entry) other.against = null;
    if (!failed) entry.runtime.drain();
    // Requests that chose it may still wait for a place: none of them lives longer than this.
    setTimeout(() => void this.#drop(entry), this.#init.longestMs).unref();
  }

  async #drop(entry: Entry): Promise<void> {
    const at = this.#entries.indexOf(entry);
    if (at < 0) return;
    this.#entries.splice(at, 1);
    await entry.runtime.close();
    this.#init.journal.tell('gone', entry.version, 'its process has ended');
  }

  #named(version: string): Entry {
    const found = this.#entries.find((entry) => entry.version === version);
    if (found !== undefined) return found;
    throw new Problem('model-unknown', {
      message: `"${this.#init.name}" has no version ${JSON.stringify(version)}.`,
      fix: `It has ${this.#entries.map((entry) => entry.version).join(', ')}.`,
    });
  }

  /** The version with most of the traffic, this one aside. */
  #leading(aside: Entry): Entry | null {
    const ready = this.#entries.filter((entry) => entry !== aside && entry.runtime.state() === 'ready');
    return ready.reduce<Entry | null>(
      (best, entry) => (best === null || entry.weight > best.weight ? entry : best),
      null,
    );
  }
}

function entryOf(runtime: Runtime, weight: number): Entry {
  return {
    version: runtime.version,
    runtime,
    weight,
    shadow: null,
    tally: new VersionTally(),
    against: null,
    takenBack: null,
  };
}

function serving({ runtime, version }: Entry): Runtime {
  const state = runtime.state();
  if (state === 'ready' || state === 'draining') return runtime;
  throw notReady(runtime.signature.title, version, state, runtime.problem());
}

function requireReady({ version, runtime }: Entry): void {
  const state = runtime.state();
  if (state !== 'ready') throw notReady(runtime.signature.title, version, state, runtime.problem());
}

function unknownModel(model: string, name: string): Problem {
  return new Problem('model-unknown', {
    message: `There is no pipeline called ${JSON.stringify(model)}.`,
    fix: `Ask for "${name}".`,
  });
}
