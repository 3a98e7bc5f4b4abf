import type { SearchLimit } from './search.ts';
import { leastError, promise, type SettingMeasure } from './searchMeasure.ts';
import type { Left, Move } from './searchMoves.ts';
import { type Config, levelOf, type SearchSpace, type SearchTune, searchTunes } from './searchSpace.ts';

/** A node that keeps a request busy for less than this share of all that its like do cannot change much. */
const smallShare = 0.02;
/** What is worse by this much where it was tried does not become the best elsewhere. */
const clearlyWorse = 0.1;

/** Which values of which knobs are still worth trying, and why the others are not. */
export class Pruning {
  private readonly space: SearchSpace;
  private readonly alive: Set<number>[];
  private readonly reasons = new Map<string, number>();

  constructor(space: SearchSpace) {
    this.space = space;
    this.alive = space.knobs.map(({ values }) => new Set(values.keys()));
  }

  left(): Left {
    return this.alive;
  }

  /** Nodes whose whole time is too short to matter. */
  dropSmall(): void {
    const all = [...this.space.busyMs.values()].reduce((sum, ms) => sum + ms, 0);
    this.space.knobs.forEach((knob, i) => {
      const ms = this.space.busyMs.get(knob.node) ?? 0;
      if (ms < smallShare * all)
        this.drop(i, (at) => at !== 0, `of nodes that take less than ${100 * smallShare} % of the models’ time`);
    });
  }

  /** A kind of knob that showed nothing on all nodes at once: it stays as it is, but on the node that takes most. */
  dropIdle(
    moves: readonly Move[],
    measured: (config: Config) => SettingMeasure | undefined,
    from: Config,
    limit: SearchLimit,
  ): void {
    const base = measured(from);
    if (base === undefined) return;
    const [heaviest] = this.space.busyMs.keys();
    for (const tune of searchTunes) {
      // What one model gains by another device, the next may lose.
      if (tune === 'device') continue;
      const tried = moves.filter(({ turned }) => turned.every((i) => this.space.knobs[i].tune === tune));
      const seen = tried.flatMap(({ config }) => measured(config) ?? []);
      const idle = seen.length > 0 && seen.length === tried.length && seen.every((one) => nothing(one, base, limit));
      if (!idle) continue;
      this.space.knobs.forEach((knob, i) => {
        if (knob.tune === tune && (knob.node !== heaviest || !ordinal(tune)))
          this.drop(i, (at) => at !== from[i], `of ${tune}, which changed nothing on all models at once`);
      });
    }
  }

  /** What was tried from here and did worse; of a number, what lies beyond it too. */
  dropWorse(
    moves: readonly Move[],
    measured: (config: Config) => SettingMeasure | undefined,
    from: Config,
    limit: SearchLimit,
  ): void {
    const base = measured(from);
    if (base === undefined) return;
    for (const { config, turned } of moves) {
      const one = measured(config);
      if (one === undefined || turned.length !== 1) continue;
      const [i] = turned;
      const knob = this.space.knobs[i];
      if (one.problem !== null) {
        this.drop(i, (at) => at === config[i], `of ${knob.tune} that did not run`);
        continue;
      }
      // A value that is worse alone and better with another knob of its node is not done with.
      const { node } = knob;
      const along = moves.filter(
        (move) => move.config[i] === config[i] && move.turned.every((k) => this.space.knobs[k].node === node),
      );
      const worse = (other: SettingMeasure | undefined): boolean =>
        other !== undefined &&
        promise(base, limit) - promise(other, limit) > Math.max(clearlyWorse, 3 * Math.hypot(base.error, other.error));
      if (!along.every((move) => worse(measured(move.config)))) continue;
      const [here, there] = [levelOf(knob, from[i]), levelOf(knob, config[i])];
      const beyond = (at: number): boolean => {
        const level = levelOf(knob, at);
        if (here === null || there === null || level === null) return false;
        return there > here ? level > there : level < there;
      };
      this.drop(
        i,
        (at) => at === config[i] || beyond(at),
        `of ${knob.tune} that were slower where they were tried, or lie beyond such a one`,
      );
    }
  }

  /** Another device is another machine: what was worse on the old one may be better there. */
  renew(before: Config, after: Config): void {
    const moved = new Set(
      this.space.knobs.flatMap((knob, i) => (knob.tune === 'device' && before[i] !== after[i] ? [knob.node] : [])),
    );
    this.space.knobs.forEach((knob, i) => {
      if (moved.has(knob.node) && knob.tune !== 'device') for (const at of knob.values.keys()) this.alive[i].add(at);
    });
  }

  /** How many settings are left out. */
  count(): number {
    return this.space.size - this.alive.reduce((product, values) => product * values.size, 1);
  }

  words(): readonly string[] {
    return [...this.reasons].map(
      ([reason, values]) => `${values} value${values === 1 ? '' : 's'} ${reason}: left out.`,
    );
  }

  private drop(knob: number, which: (at: number) => boolean, reason: string): void {
    for (const at of [...this.alive[knob]]) {
      if (this.alive[knob].size === 1 || !which(at)) continue;
      this.alive[knob].delete(at);
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
    }
  }
}

function ordinal(tune: SearchTune): boolean {
  return tune === 'threads' || tune === 'copies' || tune === 'batch';
}

function nothing(one: SettingMeasure, base: SettingMeasure, limit: SearchLimit): boolean {
  if (one.problem !== null) return false;
  return (
    Math.abs(promise(one, limit) - promise(base, limit)) <
    Math.max(2 * leastError, 1.5 * Math.hypot(one.error, base.error))
  );
}
