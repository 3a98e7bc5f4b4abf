import { seededRandom } from '../../profile/random.ts';
import { type DriftTest, shuffles, testingNumbers, testingWords } from './permutation.ts';
import type { DriftReference, Observation } from './reference.ts';

/** How one statistic of a window stands to the reference. */
export interface StatisticDrift {
  readonly end: string;
  readonly node: string;
  readonly modality: string;
  readonly statistic: string;
  /** 0 (same distribution) to 1. */
  readonly distance: number;
  /** Of this statistic alone. */
  readonly p: number;
  /** Corrected for all that were tested in the window (Holm 1979). */
  readonly corrected: number;
  /** Medians, or the most frequent words. */
  readonly before: number | string;
  readonly now: number | string;
  readonly samples: number;
}

export interface DriftWindow {
  /** Windows before this one. */
  readonly number: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly observations: number;
  /** Least p first. */
  readonly statistics: readonly StatisticDrift[];
  /** Those that drifted beyond doubt. */
  readonly alerts: readonly StatisticDrift[];
}

/** The tests of a window, some shuffles a step, so that a server can answer in between; it returns the window. */
export type WindowTest = Generator<void, DriftWindow, void>;

export interface DriftSettings {
  /** Observations that make a window. */
  readonly window: number;
  /** A window that is not full is closed after this, if it has at least `leastObservations`. */
  readonly windowMs: number;
  /** Share of windows that raise a false alert when nothing drifted. */
  readonly falseAlerts: number;
}

export const usualDrift: DriftSettings = { window: 200, windowMs: 3_600_000, falseAlerts: 0.01 };
/** A test of fewer on either side finds next to nothing. */
export const leastObservations = 20;
const leastReference = 5;

/** Holds windows of observations against a reference. It keeps figures only, and of one window at a time. */
export class DriftMonitor {
  readonly #reference: DriftReference;
  readonly #settings: DriftSettings;
  #gathered = new Map<string, Map<string, (number | string)[]>>();
  #observations = 0;
  #fromMs = 0;
  #number = 0;

  constructor(reference: DriftReference, settings: DriftSettings = usualDrift) {
    this.#reference = reference;
    this.#settings = settings;
  }

  /** Takes in what was seen of one item; gives a window to be tested when this closed one. */
  observe(seen: Observation, nowMs: number): WindowTest | null {
    if (this.#observations === 0) this.#fromMs = nowMs;
    this.#observations++;
    for (const [end, features] of Object.entries(seen)) {
      if (!Object.hasOwn(this.#reference.watched, end)) continue;
      const lists = this.#gathered.get(end) ?? new Map<string, (number | string)[]>();
      this.#gathered.set(end, lists);
      for (const [name, value] of Object.entries(features)) {
        const list = lists.get(name);
        if (list === undefined) lists.set(name, [value]);
        else list.push(value);
      }
    }
    return this.#observations >= this.#settings.window ? this.#close(nowMs) : null;
  }

  /** To be called now and then: closes a window that has been open for long. */
  tick(nowMs: number): WindowTest | null {
    const old = this.#observations > 0 && nowMs - this.#fromMs >= this.#settings.windowMs;
    return old && this.#observations >= leastObservations ? this.#close(nowMs) : null;
  }

  #close(nowMs: number): WindowTest {
    const gathered = this.#gathered;
    const about = { number: this.#number++, fromMs: this.#fromMs, toMs: nowMs, observations: this.#observations };
    this.#gathered = new Map();
    this.#observations = 0;
    return testWindow(this.#reference, gathered, about, this.#settings.falseAlerts);
  }
}

type Gathered = ReadonlyMap<string, ReadonlyMap<string, readonly (number | string)[]>>;

function* testWindow(
  { watched }: DriftReference,
  gathered: Gathered,
  about: Pick<DriftWindow, 'number' | 'fromMs' | 'toMs' | 'observations'>,
  falseAlerts: number,
): WindowTest {
  // The same numbers for the same window: a repeat gives the same p-values.
  const random = seededRandom(about.number + 1);
  const asked = comparable(watched, gathered);
  // The correction multiplies the least p by the number of tests: with too few shuffles none could ever raise an alert.
  const most = Math.max(shuffles, Math.ceil((leastRoom * asked.length) / falseAlerts));
  const tested: Tested[] = [];
  for (const { place, before, now } of asked) {
    const words = typeof before[0] === 'string';
    const found: DriftTest = words
      ? yield* testingWords(before.map(String), now.map(String), random, most)
      : yield* testingNumbers(numbers(before), numbers(now), random, most);
    const middle = words ? mostOf : (list: Values) => median(numbers(list));
    tested.push({ ...place, ...found, before: middle(before), now: middle(now), samples: now.length });
    yield;
  }
  const statistics = holm(tested);
  return { ...about, statistics, alerts: statistics.filter(({ corrected }) => corrected <= falseAlerts) };
}

/** The least p that shuffles can give lies so many times under what an alert needs. */
const leastRoom = 2;

type Tested = Omit<StatisticDrift, 'corrected'>;
type Where = Pick<StatisticDrift, 'end' | 'node' | 'modality' | 'statistic'>;
type Values = readonly (number | string)[];

interface Comparable {
  readonly place: Where;
  readonly before: Values;
  readonly now: Values;
}

/** Statistics of which there are enough on both sides. */
function comparable(watched: DriftReference['watched'], gathered: Gathered): readonly Comparable[] {
  return Object.entries(watched).flatMap(([end, { node, modality, statistics }]) =>
    Object.entries(statistics).flatMap(([statistic, before]): readonly Comparable[] => {
      const seen = gathered.get(end)?.get(statistic) ?? [];
      const now = seen.filter((value) => typeof value === typeof before[0]);
      if (before.length < leastReference || now.length < leastObservations) return [];
      return [{ place: { end, node, modality, statistic }, before, now }];
    }),
  );
}

/** Least p first; each p times the tests that are left, never under the one before it. */
function holm(tested: readonly Tested[]): readonly StatisticDrift[] {
  const sorted = [...tested].sort((a, b) => a.p - b.p || b.distance - a.distance);
  let most = 0;
  return sorted.map((one, at) => {
    most = Math.max(most, Math.min(1, one.p * (sorted.length - at)));
    return { ...one, corrected: most };
  });
}

function numbers(list: Values): readonly number[] {
  return list.filter((x) => typeof x === 'number');
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function mostOf(list: Values): string {
  const counts = new Map<string, number>();
  for (const word of list.map(String)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0] ?? '';
}
