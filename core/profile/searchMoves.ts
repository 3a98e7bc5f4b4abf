import {
  type Config,
  configKey,
  levelOf,
  type SearchSpace,
  type SearchTune,
  type SpaceKnob,
  searchTunes,
  stepFrom,
} from './searchSpace.ts';

/** Values that are left of each knob, by index. */
export type Left = readonly ReadonlySet<number>[];

/** One step of the search: another setting, and which knobs it turns (by index). */
export interface Move {
  readonly config: Config;
  readonly turned: readonly number[];
}

/** A device may be worth its price only with batches, and batches only on a device: some are tried with each change of it. */
const batchesWith = [4, 16];

const ordered: ReadonlySet<SearchTune> = new Set(['threads', 'copies', 'batch']);

/** The same value for a kind of knob on every node at once; and threads with as many copies as the cores then bear. */
export function jointMoves(space: SearchSpace, from: Config, left: Left): readonly Move[] {
  const single = searchTunes.flatMap((tune) => {
    const values = space.knobs.flatMap((knob) => (knob.tune === tune ? knob.values : []));
    const texts = [...new Set(values.map((value) => JSON.stringify(value)))];
    return texts.map((text) => set(space, from, left, new Map([[tune, text]])));
  });
  const shared: (Move | null)[] = [];
  for (let threads = 1; threads <= space.cores; threads *= 2) {
    const copies = Math.floor(space.cores / threads);
    shared.push(
      set(
        space,
        from,
        left,
        new Map([
          ['threads', String(threads)],
          ['copies', String(copies)],
        ]),
      ),
    );
  }
  const devices = [...new Set(space.knobs.flatMap(({ tune, values }) => (tune === 'device' ? values : [])))];
  const batched = devices.flatMap((device) =>
    batchesWith.map((batch) =>
      set(
        space,
        from,
        left,
        new Map([
          ['device', JSON.stringify(device)],
          ['batch', String(batch)],
        ]),
      ),
    ),
  );
  return different(from, [...single, ...shared, ...batched]);
}

/** Every kind of knob a step up or down on all nodes at once. */
export function stepMoves(space: SearchSpace, from: Config, left: Left): readonly Move[] {
  const moves = [...ordered].flatMap((tune) =>
    [true, false].map((up) =>
      turn(
        from,
        indices(space, (knob) => knob.tune === tune),
        (at, i) => stepFrom(space.knobs[i], at, up, left[i]),
      ),
    ),
  );
  return different(from, moves);
}

/**
 * More of what the busiest nodes lack: no one of several that are equally busy gives more throughput alone (bottleneck
 * law), so the busiest two, three, ... go up together.
 */
export function bottleneckMoves(space: SearchSpace, from: Config, left: Left): readonly Move[] {
  const demand = [...space.busyMs].map(([node, ms]) => {
    const at = space.knobs.findIndex((knob) => knob.node === node && knob.tune === 'copies');
    return { node, ms: ms / (at < 0 ? 1 : (levelOf(space.knobs[at], from[at]) ?? 1)) };
  });
  demand.sort((a, b) => b.ms - a.ms);
  const most = demand[0]?.ms ?? 0;
  const busy = demand.filter(({ ms }) => ms >= most / 2).map(({ node }) => node);
  const moves: (Move | null)[] = [];
  for (let count = 2; count <= Math.min(busy.length, 5); count++) {
    const nodes = new Set(busy.slice(0, count));
    for (const tune of ['copies', 'batch'] as const) {
      const knobs = indices(space, (knob) => knob.tune === tune && nodes.has(knob.node));
      moves.push(turn(from, knobs, (at, i) => stepFrom(space.knobs[i], at, true, left[i])));
    }
  }
  return different(from, moves);
}

/** What one node could do otherwise: each choice, a step up and down of each number, threads against copies. */
export function nodeMoves(space: SearchSpace, from: Config, left: Left, node: string): readonly Move[] {
  const own = indices(space, (knob) => knob.node === node);
  const moves: (Move | null)[] = own.flatMap((i) => {
    const knob = space.knobs[i];
    const here = from[i];
    const values = ordered.has(knob.tune) ? nearValues(knob, here, left[i]) : [...left[i]];
    return values.map((value) => turn(from, [i], () => value));
  });
  const device = own.find((i) => space.knobs[i].tune === 'device');
  if (device !== undefined) {
    for (const value of left[device])
      if (value !== from[device]) moves.push(...roomOn(space, from, left, device, value));
  }
  const threads = own.find((i) => space.knobs[i].tune === 'threads');
  const copies = own.find((i) => space.knobs[i].tune === 'copies');
  if (threads !== undefined && copies !== undefined) {
    for (const up of [true, false]) {
      moves.push(
        turn(from, [threads, copies], (at, i) => stepFrom(space.knobs[i], at, (i === threads) === up, left[i])),
      );
    }
  }
  return different(from, moves);
}

/**
 * A node goes to another device, and all that run there make room for it: batches, and then shorter floats too. One more
 * on a full device gains nothing, and room on a device that is not full gains nothing either: only both at once do.
 */
function roomOn(space: SearchSpace, from: Config, left: Left, device: number, value: number): readonly (Move | null)[] {
  const there = JSON.stringify(space.knobs[device].values[value]);
  const nodes = new Set(
    space.knobs.flatMap(({ tune, node, values }, i) =>
      i === device || (tune === 'device' && JSON.stringify(values[from[i]]) === there) ? [node] : [],
    ),
  );
  const shorter = indices(space, ({ tune, node }) => tune === 'precision' && nodes.has(node));
  const batches = indices(space, ({ tune, node }) => tune === 'batch' && nodes.has(node));
  const sized = (size: number, also: readonly number[]): Move | null =>
    turn(from, [device, ...batches, ...also], (at, i) => {
      if (i === device) return value;
      const { tune, values } = space.knobs[i];
      if (tune === 'precision') return [...left[i]].find((other) => other !== 0) ?? null;
      const next = values.indexOf(size);
      return left[i].has(next) && (levelOf(space.knobs[i], at) ?? 1) < size ? next : null;
    });
  const most = batchesWith[batchesWith.length - 1];
  return [...batchesWith.map((size) => sized(size, [])), ...(shorter.length === 0 ? [] : [sized(most, shorter)])];
}

/** The neighbours of a number, and what the engine would choose; where the engine chooses, least, middle and most. */
function nearValues(knob: SpaceKnob, here: number, left: ReadonlySet<number>): readonly number[] {
  const chosen = [...left].filter((i) => levelOf(knob, i) === null);
  if (levelOf(knob, here) !== null)
    return [...chosen, ...[true, false].flatMap((up) => stepFrom(knob, here, up, left) ?? [])];
  const numbers = [...left].filter((i) => levelOf(knob, i) !== null);
  numbers.sort((a, b) => (levelOf(knob, a) ?? 0) - (levelOf(knob, b) ?? 0));
  if (numbers.length <= 3) return numbers;
  return [numbers[0], numbers[Math.floor(numbers.length / 2)], numbers[numbers.length - 1]];
}

/** Moves of different nodes at once: what a later one turns, an earlier one has settled. */
export function merged(from: Config, moves: readonly Move[]): Move | null {
  const settled = new Map<number, number>();
  for (const { config, turned } of moves) for (const i of turned) if (!settled.has(i)) settled.set(i, config[i]);
  return turn(from, [...settled.keys()], (at, i) => settled.get(i) ?? at);
}

/** The same move, with batches for all nodes that it leaves on a device they were not on at first. */
export function withRoom(space: SearchSpace, from: Config, left: Left, move: Move): Move | null {
  const away = new Set(
    space.knobs.flatMap(({ tune, node }, i) => (tune === 'device' && move.config[i] !== 0 ? [node] : [])),
  );
  const size = batchesWith[batchesWith.length - 1];
  const batches = indices(space, ({ tune, node }) => tune === 'batch' && away.has(node));
  return turn(from, [...new Set([...move.turned, ...batches])], (_, i) => {
    const next = batches.includes(i) ? space.knobs[i].values.indexOf(size) : -1;
    return left[i].has(next) ? next : move.config[i];
  });
}

function indices(space: SearchSpace, which: (knob: SpaceKnob) => boolean): readonly number[] {
  return space.knobs.flatMap((knob, i) => (which(knob) ? [i] : []));
}

/** Knobs of these kinds set to these values (as JSON), on every node that has the value left. */
function set(space: SearchSpace, from: Config, left: Left, values: ReadonlyMap<SearchTune, string>): Move | null {
  const knobs = indices(space, (knob) => values.has(knob.tune));
  return turn(from, knobs, (_, i) => {
    const { tune, values: all } = space.knobs[i];
    const at = all.findIndex((value) => JSON.stringify(value) === values.get(tune));
    return left[i].has(at) ? at : null;
  });
}

function turn(from: Config, knobs: readonly number[], to: (at: number, i: number) => number | null): Move | null {
  const config = [...from];
  const turned: number[] = [];
  for (const i of knobs) {
    const next = to(from[i], i);
    if (next === null || next === from[i]) continue;
    config[i] = next;
    turned.push(i);
  }
  return turned.length === 0 ? null : { config, turned };
}

function different(from: Config, moves: readonly (Move | null)[]): readonly Move[] {
  const seen = new Set([configKey(from)]);
  return moves.filter((move): move is Move => {
    if (move === null || seen.has(configKey(move.config))) return false;
    seen.add(configKey(move.config));
    return true;
  });
}
