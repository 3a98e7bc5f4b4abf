import type { Checked } from '../../core/check/checked.ts';
import type { ScoresValue, Value } from '../../core/kinds/value.ts';
import type { Keeper, Seen } from '../../core/run/keeper.ts';
import { agreementOf, type MeetingPair, meetingPairs } from '../../core/serve/drift/agreement.ts';
import { type Features, featuresOf } from '../../core/serve/drift/features.ts';
import type { Observation } from '../../core/serve/drift/reference.ts';
import { watchedEnds } from '../../core/serve/drift/watchedEnds.ts';

/** Items of a sequence that are looked at, the first to pass. */
const mostItems = 16;
/** Longest that making a picture inside a fused pass may take. */
const lookMs = 10_000;

/** Tells what passes in a run as figures for drift, at the ends that are watched: nothing is kept of the values. */
export class PortFeatures implements Keeper {
  readonly #watched: ReadonlySet<string>;
  readonly #pairs: readonly MeetingPair[];
  readonly #meeting: ReadonlySet<string>;
  readonly #found = new Map<string, (Features | Promise<Features>)[]>();
  readonly #scores = new Map<string, ScoresValue>();

  constructor(checked: Checked) {
    this.#watched = new Set(watchedEnds(checked).keys());
    this.#pairs = meetingPairs(checked);
    this.#meeting = new Set(this.#pairs.flatMap(({ ends }) => ends));
  }

  see(end: string, { value, later }: Seen): void {
    if (value?.kind === 'scores' && this.#meeting.has(end) && !this.#scores.has(end)) this.#scores.set(end, value);
    if (!this.#watched.has(end)) return;
    const list = this.#found.get(end) ?? [];
    this.#found.set(end, list);
    if (list.length >= mostItems) return;
    if (value !== undefined) list.push(featuresOf(value));
    else if (later !== undefined) {
      const made = later.make(AbortSignal.timeout(lookMs)).then((picture: Value) => featuresOf(picture));
      // What cannot be made is not told: the run itself has said why.
      list.push(made.catch((): Features => ({})));
    }
  }

  complete(): void {}

  inherit(): null {
    return null;
  }

  /** By `node.port`, and by the place where two scores meet. */
  async observation(): Promise<Observation> {
    const observation: Record<string, Features> = {};
    for (const [end, items] of this.#found) {
      const features = together(await Promise.all(items));
      if (Object.keys(features).length > 0) observation[end] = features;
    }
    for (const { at, ends } of this.#pairs) {
      const [a, b] = ends.map((end) => this.#scores.get(end));
      if (a === undefined || b === undefined) continue;
      const features = agreementOf(a, b);
      if (Object.keys(features).length > 0) observation[at] = features;
    }
    return observation;
  }
}

/** One set of figures for the items of a sequence: means, and the words of the first. */
function together(items: readonly Features[]): Features {
  if (items.length === 1) return items[0];
  const all: Record<string, number | string> = {};
  for (const name of new Set(items.flatMap((item) => Object.keys(item)))) {
    const values = items.flatMap((item) => (item[name] === undefined ? [] : [item[name]]));
    const numbers = values.filter((x) => typeof x === 'number');
    all[name] = numbers.length > 0 ? numbers.reduce((a, b) => a + b, 0) / numbers.length : values[0];
  }
  return all;
}
