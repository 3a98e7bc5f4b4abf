import { toProblemData } from '../problems/problem.ts';
import type { Bench, TrialOutcome } from './bench.ts';
import { clientsAtLimit, measureOf, type SettingMeasure } from './searchMeasure.ts';
import { type Config, configKey, documentOf, type SearchSpace } from './searchSpace.ts';
import type { SearchAsk } from './searchUnder.ts';

/** How long a look lasts, in units of a first one. */
export const efforts = { first: 1, second: 3, final: 6 } as const;

/** Sessions that may be open at once while settings run in turns. */
const sessionsAtOnce = 40;
const mostAtOnce = 6;
/** Parts of the budget for finding settings, for measuring again what came out best, and for the winner alone. */
export type SearchPhase = 'find' | 'front' | 'winner';
const reserves: Readonly<Record<SearchPhase, number>> = { find: 0.4, front: 0.15, winner: 0 };
const mostClients = 256;

/** Measures settings within the budget, and keeps what was measured of each. */
export class SearchTrials {
  readonly measures = new Map<string, SettingMeasure>();
  phase: SearchPhase = 'find';
  outOfBudget = false;
  private readonly ask: SearchAsk;
  private readonly bench: Bench;
  private readonly space: SearchSpace;
  private readonly began: number;
  /** A first look at one setting, in milliseconds. */
  private readonly lookMs: number;
  private trials = 0;
  /** What looks really take over what they were to: models must be opened, and loads last for a while at the least. */
  private pace = 1;

  constructor(ask: SearchAsk, bench: Bench, space: SearchSpace) {
    this.ask = ask;
    this.bench = bench;
    this.space = space;
    this.began = ask.now();
    // Joint moves twice and one round over the nodes, some of it measured again.
    const expected = 40 + 10 * space.busyMs.size;
    const least = Math.max(150, 12 * ask.measured.wall.p50);
    const most = Math.max(4000, 150 * ask.measured.wall.p50);
    const share = ((1 - reserves.find) * ask.settings.budgetMs) / (2.5 * expected);
    this.lookMs = Math.min(most, Math.max(least, share));
  }

  get(config: Config): SettingMeasure | undefined {
    return this.measures.get(configKey(config));
  }

  /** Of these, what was measured. */
  known(configs: readonly Config[]): readonly SettingMeasure[] {
    return configs.flatMap((config) => this.get(config) ?? []);
  }

  /** Of everything that ran. */
  sound(): readonly SettingMeasure[] {
    return [...this.measures.values()].filter((one) => one.problem === null && one.at.length > 0);
  }

  cancelled(): boolean {
    return this.ask.listeners?.signal?.aborted === true;
  }

  goesOn(): boolean {
    if (this.cancelled()) return false;
    if (this.leftMs() >= this.lookMs) return true;
    this.outOfBudget = true;
    return false;
  }

  /** Settings in one trial: as many as may stay open beside each other. */
  atOnce(): number {
    return Math.max(1, Math.min(mostAtOnce, Math.floor(sessionsAtOnce / Math.max(1, this.space.busyMs.size)) - 1));
  }

  async measure(configs: readonly Config[], effort: number, levels: readonly number[]): Promise<void> {
    for (let at = 0; at < configs.length && this.goesOn(); ) {
      // Rather fewer settings than a look that is cut short; one at the least, beside the document as it stands.
      const room = Math.floor(this.leftMs() / (effort * this.lookMs * this.pace)) - 1;
      const size = Math.max(1, Math.min(this.atOnce(), room));
      if (effort > efforts.first && room < 1) {
        this.outOfBudget = true;
        return;
      }
      await this.trial(configs.slice(at, at + size), effort, levels);
      at += size;
    }
  }

  /**
   * Numbers of clients at which these just hold the limit, and above: what can serve more shows only where more ask.
   * `close`: the limit itself, for the last look.
   */
  levels(measures: readonly SettingMeasure[], close: boolean): readonly number[] {
    const { limit } = this.ask.settings;
    const at = measures.map((one) => clientsAtLimit(one, limit));
    const [low, high] = [Math.min(...at), Math.max(...at)];
    const spread = close ? [0.8 * low, low, high, 1.15 * high] : [low, 2 * Math.sqrt(low * high), 4 * high];
    const levels = this.whole(spread);
    // Twice, in turns with the others, so that what the machine does meanwhile meets all.
    return close ? [...levels, ...levels] : levels;
  }

  /** From two clients up, to see where the document stands. */
  ladder(): readonly number[] {
    const steps: number[] = [];
    for (let clients = 2; clients <= Math.max(8, 2 * this.space.cores); clients *= 2) steps.push(clients);
    return this.whole(steps);
  }

  private whole(levels: readonly number[]): readonly number[] {
    if (this.ask.settings.limit.goal === 'latency') return [];
    const clients = levels.map((level) => Math.min(mostClients, Math.max(2, Math.round(level))));
    return [...new Set(clients)].sort((a, b) => a - b);
  }

  private leftMs(): number {
    const { now, settings } = this.ask;
    return (1 - reserves[this.phase]) * settings.budgetMs - (now() - this.began);
  }

  /** One trial, the document as it stands first: answers are held against it. */
  private async trial(configs: readonly Config[], effort: number, levels: readonly number[]): Promise<void> {
    const { ask } = this;
    const base: Config = this.space.knobs.map(() => 0);
    const others = configs.filter((config) => configKey(config) !== configKey(base));
    const all = [base, ...others];
    const wallMs = Math.max(0.05, ask.measured.wall.p50);
    const minRuns = effort >= efforts.final ? 40 : effort >= efforts.second ? 20 : 8;
    const maxRuns = Math.max(
      minRuns,
      Math.min(1000, Math.ceil((effort * this.lookMs) / ((1 + levels.length) * wallMs))),
    );
    const budgetMs = Math.max(this.lookMs, Math.min(this.leftMs(), all.length * effort * this.lookMs));
    const began = ask.now();
    try {
      const outcomes = await this.bench.trial(
        ask.target,
        all.map((config) => ({ name: configKey(config), document: documentOf(this.space, config) })),
        { minRuns, maxRuns, budgetMs, concurrency: levels, seed: ask.seed + this.trials++ },
        {
          signal: ask.listeners?.signal,
          onProgress: ({ words }) => this.progress(words),
        },
      );
      this.pace = 0.5 * this.pace + 0.5 * Math.max(0.5, (ask.now() - began) / budgetMs);
      // Where it only stands beside the others, the clients were chosen for those.
      const baseWanted = others.length < configs.length;
      all.forEach((config, i) => {
        if (i > 0 || baseWanted) this.keep(config, outcomes[i], effort);
      });
    } catch (error) {
      if (this.cancelled()) return;
      if (others.length === 0) throw error;
      if (others.length === 1) this.failed(others[0], error);
      // One that takes the engine down must not take the others with it.
      else for (const config of others) if (this.goesOn()) await this.trial([config], effort, levels);
    }
  }

  private progress(words: string): void {
    const { now, settings, listeners } = this.ask;
    listeners?.onProgress?.({
      phase: 'search',
      done: Math.min(1, (now() - this.began) / settings.budgetMs),
      words: `${this.measures.size} settings measured; ${words}`,
    });
  }

  private keep(config: Config, outcome: TrialOutcome | undefined, effort: number): void {
    if (outcome === undefined || (outcome.problem === null && outcome.wallMs.length === 0)) return;
    const id = this.get(config)?.id ?? this.measures.size;
    this.measures.set(configKey(config), measureOf(id, config, outcome, this.ask.settings, effort));
  }

  private failed(config: Config, error: unknown): void {
    const id = this.get(config)?.id ?? this.measures.size;
    const nothing = { at: [], memoryBytes: 0, answersDifference: null, answersFit: false, error: 1, effort: 0 };
    this.measures.set(configKey(config), { id, config, problem: toProblemData(error), ...nothing });
  }
}
