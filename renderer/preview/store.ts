import type { ProblemData } from '../../core/problems/problem.ts';
import { toProblemData } from '../../core/problems/problem.ts';
import type { Preview } from '../../core/studio/preview.ts';

export interface PreviewAsk {
  readonly run: string;
  readonly end: string;
  readonly t: number;
  readonly width: number;
  readonly height: number;
  readonly view: 'node' | 'large';
  readonly slice?: number;
  readonly offset?: number;
}

export interface Answer {
  readonly ask: PreviewAsk;
  /** null: nothing was kept there. */
  readonly preview: Preview | null;
}

/** One place on the screen: answers come into it one after the other, never two at once. */
interface Lane {
  wanted: PreviewAsk | null;
  flying: PreviewAsk | null;
  last: Answer | null;
  problem: { readonly key: string; readonly problem: ProblemData } | null;
  version: number;
  readonly listeners: Set<() => void>;
}

/** Weights of what is kept: a large view may hold 200 kB. */
const weightOf = { node: 1, large: 8 } as const;
const mostLanes = 1000;

/**
 * Previews that were asked for, bounded, the longest unused go first. Of each lane one question is under way; while it
 * is, only the newest of those that follow is kept, so that a scrubber asks for what is seen and not for all it passed.
 */
export class PreviewStore {
  readonly #ask: (ask: PreviewAsk) => Promise<Preview | null>;
  readonly #most: number;
  readonly #answers = new Map<string, Answer>();
  readonly #lanes = new Map<string, Lane>();
  #weight = 0;

  constructor(ask: (ask: PreviewAsk) => Promise<Preview | null>, most = 600) {
    this.#ask = ask;
    this.#most = most;
  }

  subscribe(lane: string, listener: () => void): () => void {
    const { listeners } = this.#lane(lane);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Grows with everything that changes what `read` gives. */
  version(lane: string): number {
    return this.#lanes.get(lane)?.version ?? 0;
  }

  /** The answer if it is there, and what the lane showed last. */
  read(
    lane: string,
    ask: PreviewAsk,
  ): { readonly answer: Answer | null; readonly last: Answer | null; readonly problem: ProblemData | null } {
    const key = keyOf(ask);
    const known = this.#lanes.get(lane);
    return {
      answer: this.#answers.get(key) ?? null,
      last: known?.last ?? null,
      problem: known?.problem?.key === key ? known.problem.problem : null,
    };
  }

  /** Makes the lane's newest wish come true as soon as can be. */
  want(name: string, ask: PreviewAsk): void {
    const lane = this.#lane(name);
    const key = keyOf(ask);
    lane.wanted = ask;
    const known = this.#answers.get(key);
    if (known !== undefined) {
      this.#answers.delete(key);
      this.#answers.set(key, known);
      this.#show(lane, known);
    } else if (lane.flying === null) void this.#fly(lane, ask);
  }

  /** Asks anew: what the answer names is gone, or there was none. */
  forget(name: string, ask: PreviewAsk): void {
    const key = keyOf(ask);
    const known = this.#answers.get(key);
    if (known !== undefined) {
      this.#answers.delete(key);
      this.#weight -= weightOf[known.ask.view];
    }
    this.want(name, ask);
  }

  async #fly(lane: Lane, ask: PreviewAsk): Promise<void> {
    lane.flying = ask;
    try {
      const answer: Answer = { ask, preview: await this.#ask(ask) };
      this.#keep(answer);
      // An answer to an older question is shown on the way to the newer one, but never of another run.
      const wanted = lane.wanted;
      if (wanted === null || keyOf(wanted) === keyOf(ask)) this.#show(lane, answer);
      else if (wanted.run === ask.run && !this.#answers.has(keyOf(wanted))) this.#show(lane, answer);
    } catch (error) {
      const problem = toProblemData(error, 'internal');
      if (problem.code !== 'cancelled') lane.problem = { key: keyOf(ask), problem };
      this.#tell(lane);
    }
    lane.flying = null;
    const { wanted } = lane;
    if (wanted !== null && keyOf(wanted) !== keyOf(ask) && !this.#answers.has(keyOf(wanted)))
      void this.#fly(lane, wanted);
  }

  #show(lane: Lane, answer: Answer): void {
    if (lane.last === answer) return;
    lane.last = answer;
    lane.problem = null;
    this.#tell(lane);
  }

  #tell(lane: Lane): void {
    lane.version++;
    for (const listener of lane.listeners) listener();
  }

  #keep(answer: Answer): void {
    this.#answers.set(keyOf(answer.ask), answer);
    this.#weight += weightOf[answer.ask.view];
    for (const [key, old] of this.#answers) {
      if (this.#weight <= this.#most) break;
      this.#answers.delete(key);
      this.#weight -= weightOf[old.ask.view];
    }
  }

  #lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    if (this.#lanes.size >= mostLanes) this.#dropIdle();
    const lane: Lane = { wanted: null, flying: null, last: null, problem: null, version: 0, listeners: new Set() };
    this.#lanes.set(name, lane);
    return lane;
  }

  #dropIdle(): void {
    for (const [name, lane] of this.#lanes) {
      if (this.#lanes.size < mostLanes / 2) break;
      if (lane.listeners.size === 0 && lane.flying === null) this.#lanes.delete(name);
    }
  }
}

export function keyOf({ run, end, t, width, height, view, slice = 0, offset = 0 }: PreviewAsk): string {
  return `${run} ${end} ${t} ${width}x${height} ${view} ${slice} ${offset}`;
}
