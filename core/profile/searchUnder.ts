import type { Checked } from '../check/checked.ts';
import type { Bench, BenchListeners, BenchTarget } from './bench.ts';
import type { Machine } from './knobs.ts';
import { paretoFront } from './pareto.ts';
import type { Measured } from './profile.ts';
import type { SearchResult, SearchSettings } from './search.ts';
import {
  holdsLimit,
  metricAt,
  operatingAt,
  pointOf,
  promise,
  type SettingMeasure,
  surelyBetter,
  worth,
} from './searchMeasure.ts';
import { bottleneckMoves, jointMoves, type Move, merged, nodeMoves, stepMoves, withRoom } from './searchMoves.ts';
import { Pruning } from './searchPruning.ts';
import { type Config, changesOf, configKey, type SearchSpace, settingsOf, spaceOf } from './searchSpace.ts';
import { efforts, SearchTrials } from './searchTrials.ts';
import { searchWords } from './searchWords.ts';

export interface SearchAsk {
  /** The document that is turned, free of errors. */
  readonly checked: Checked;
  readonly target: BenchTarget;
  readonly settings: SearchSettings;
  readonly machine: Machine;
  /** Of a profile of the document: how long its nodes and its requests take. */
  readonly measured: Pick<Measured, 'nodes' | 'wall'>;
  readonly seed: number;
  readonly now: () => number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly listeners?: BenchListeners;
}

/** What comes out best is measured again until it stays the best, so often at the most. */
const mostRepeats = 4;

/**
 * Looks for the setting of all knobs that gives most under the limit: all nodes at once first, then node by node from
 * the busiest on (coordinate ascent), the better half of each step measured again and longer (successive halving,
 * Karnin et al. 2013), until nothing helps any more or the budget is spent. Then the front of what was found is measured
 * once more, for the best of many noisy measurements is seldom as good as it seemed; the winner is told by that alone.
 * Cancelled, it gives what there is so far. Rejects only when the document as it stands cannot be measured.
 */
export async function searchUnder(ask: SearchAsk, bench: Bench): Promise<SearchResult> {
  const space = spaceOf(ask.checked, ask.machine, ask.settings.knobs, ask.measured);
  const pruning = new Pruning(space);
  const trials = new SearchTrials(ask, bench, space);
  await climb(ask, space, pruning, trials);
  trials.phase = 'front';
  await measureFront(ask, trials);
  trials.phase = 'winner';
  await confirmWinner(ask, trials);
  return resultOf(ask, space, pruning, trials);
}

async function climb(ask: SearchAsk, space: SearchSpace, pruning: Pruning, trials: SearchTrials): Promise<void> {
  const { limit } = ask.settings;
  const start: Config = space.knobs.map(() => 0);
  const seen = (config: Config) => trials.get(config);
  let best = start;
  await trials.measure([start], efforts.second, trials.ladder());
  if (seen(start) === undefined) return;
  pruning.dropSmall();
  for (let sweep = 0; trials.goesOn(); sweep++) {
    const from = best;
    // The best of several is seldom as good as it seemed: what the next are to beat is measured anew.
    if (sweep > 0) await trials.measure([from], efforts.second, trials.levels(trials.known([from]), false));
    // All nodes alike first; once that gives no more, each by itself.
    const joint = sweep === 0 || (sweep < 3 && best !== start) ? jointMoves(space, from, pruning.left()) : [];
    const single = [...space.busyMs.keys()].map((node) => nodeMoves(space, from, pruning.left(), node));
    const steps = [...stepMoves(space, from, pruning.left()), ...bottleneckMoves(space, from, pruning.left())];
    if (joint.length > 0) {
      best = await tryMoves(ask, space, pruning, trials, from, [joint]);
      pruning.dropWorse(joint, seen, from, limit);
      pruning.dropIdle(joint, seen, from, limit);
    }
    if (best === from) {
      best = await tryMoves(ask, space, pruning, trials, from, [steps, ...single]);
      pruning.dropWorse([...steps, ...single.flat()], seen, from, limit);
      if (best === from) return;
    }
    pruning.renew(from, best);
  }
}

/**
 * Takes a first look at all moves, group by group, and a longer one at the best few and at the best of each group all at
 * once, for what helps one node mostly helps beside what helps another. The best there is then.
 */
async function tryMoves(
  { settings: { limit } }: SearchAsk,
  space: SearchSpace,
  pruning: Pruning,
  trials: SearchTrials,
  from: Config,
  groups: readonly (readonly Move[])[],
): Promise<Config> {
  const base = trials.get(from);
  if (base === undefined) return from;
  const fresh = groups.flat().filter(({ config }) => trials.get(config) === undefined);
  await trials.measure(
    fresh.map(({ config }) => config),
    efforts.first,
    trials.levels([base], false),
  );
  const promiseOf = ({ config }: Move): number => {
    const one = trials.get(config);
    return one === undefined ? Number.NEGATIVE_INFINITY : promise(one, limit);
  };
  const better = (moves: readonly Move[]): readonly Move[] =>
    moves
      .filter(({ config }) => {
        const one = trials.get(config);
        return one !== undefined && surelyBetter(one, base, limit, 0.5);
      })
      .sort((a, b) => promiseOf(b) - promiseOf(a));
  const leaders = better(groups.flatMap((moves) => better(moves).slice(0, 1)));
  const together = [leaders, leaders.slice(0, Math.ceil(leaders.length / 2))].flatMap((moves) => {
    const all = moves.length < 2 ? null : merged(from, moves);
    return all === null ? [] : [all, withRoom(space, from, pruning.left(), all) ?? all];
  });
  const again = [
    ...new Map(
      [...together, ...better(groups.flat()).slice(0, 2)].map((move) => [configKey(move.config), move]),
    ).values(),
  ];
  if (again.length === 0 || !trials.goesOn()) return from;
  // In one trial with what they are to beat, so that all meet the same machine.
  const promising = trials.known(leaders.map(({ config }) => config));
  await trials.measure([from, ...again.map(({ config }) => config)], efforts.second, trials.levels(promising, false));
  const [first] = [...again].sort((a, b) => promiseOf(b) - promiseOf(a));
  const found = trials.get(first.config);
  return found !== undefined && surelyBetter(found, trials.get(from) ?? base, limit, 1) ? first.config : from;
}

/** Measures the front of all that was seen again, for longer, until all of it has been. */
async function measureFront({ settings: { limit } }: SearchAsk, trials: SearchTrials): Promise<void> {
  for (let round = 0; round < 2 * mostRepeats && trials.goesOn(); round++) {
    const all = trials.sound();
    const best = [...all].sort((a, b) => worth(b, limit) - worth(a, limit)).slice(0, 3);
    const places = all.map((one) => {
      const at = operatingAt(one, limit);
      return { latency: at === null ? Number.NaN : metricAt(at, limit), throughput: at?.throughput ?? Number.NaN };
    });
    const wanted = new Set([...best, ...paretoFront(places).map((i) => all[i])]);
    const due = [...wanted].filter((one) => one.effort < efforts.final).slice(0, trials.atOnce());
    if (due.length === 0) return;
    await trials.measure(
      due.map(({ config }) => config),
      efforts.final,
      trials.levels(due, true),
    );
  }
}

/** What won among several is measured once more by itself: that figure was not chosen for being good. */
async function confirmWinner({ settings: { limit } }: SearchAsk, trials: SearchTrials): Promise<void> {
  const confirmed = new Set<number>();
  for (let repeat = 0; repeat < mostRepeats && trials.goesOn(); repeat++) {
    const winner = winnerOf(trials, limit);
    if (winner === null || winner.effort < efforts.final || confirmed.has(winner.id)) return;
    confirmed.add(winner.id);
    await trials.measure([winner.config], efforts.final, trials.levels([winner], true));
  }
}

/** The best that holds the limit, of those that were measured longest. */
function winnerOf(trials: SearchTrials, limit: SearchSettings['limit']): SettingMeasure | null {
  const holding = trials.sound().filter((one) => holdsLimit(one, limit));
  const finalists = holding.filter((one) => one.effort >= efforts.final);
  return (finalists.length > 0 ? finalists : holding).reduce<SettingMeasure | null>(
    (best, one) => (best === null || worth(one, limit) > worth(best, limit) ? one : best),
    null,
  );
}

function resultOf(ask: SearchAsk, space: SearchSpace, pruning: Pruning, trials: SearchTrials): SearchResult {
  const { settings, createdAt } = ask;
  const { limit } = settings;
  const sound = [...trials.sound()].sort((a, b) => a.id - b.id);
  const points = sound.map((one) => pointOf(one, settingsOf(space, one.config), limit));
  const fitting = points.filter((_, i) => sound[i].answersFit);
  const places = fitting.map((point) => ({ latency: point[limit.metric], throughput: point.throughput }));
  const winner = winnerOf(trials, limit);
  const stoppedBy = trials.cancelled() ? 'cancelled' : trials.outOfBudget ? 'budget' : 'done';
  return {
    createdAt,
    settings,
    stoppedBy,
    space: space.size,
    pruned: pruning.count(),
    points,
    front: paretoFront(places).map((i) => fitting[i].id),
    winner: winner?.id ?? null,
    words: searchWords(
      space,
      settings,
      points,
      points.find(({ id }) => id === winner?.id) ?? null,
      sound.filter(({ answersFit }) => !answersFit).length,
      pruning.words(),
    ),
    changes: winner === null ? [] : changesOf(space, winner.config),
  };
}
