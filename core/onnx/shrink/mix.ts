import { dropOf } from './error.ts';
import { type Judging, judged } from './judge.ts';
import type { Method, ShrinkAsk } from './methods.ts';
import type { LayerSensitivity, MixSearch } from './report.ts';
import { answersOf } from './run.ts';

export interface Mix {
  readonly layers: ReadonlySet<string>;
  /** Layers left out because the model was faster without. */
  readonly slow: ReadonlySet<string>;
  readonly search: MixSearch;
}

/** Layers that seem to lose time by it and are tried to be left out. */
const mostLeftOut = 5;
/** A mix counts as faster from this ratio of times on. */
const fasterRatio = 0.95;
/** Mixes that are tried by adding one more layer, after the longest row of layers was found. */
const mostAdded = 12;

/**
 * The mix of layers that saves most within a drop (see `dropOf`). Layers stand in the order of their error for each
 * millisecond that they save (each byte, where time was not measured); as many as hold together are taken from the front
 * by halving, then those behind one by one. What comes out was run as it is on all feeds.
 */
export async function fastestMix(
  ask: Judging & Pick<ShrinkAsk, 'feeds' | 'stopwatch'>,
  method: Method,
  rows: readonly LayerSensitivity[],
  maxDrop: number,
): Promise<Mix> {
  const { runner, feeds, stopwatch, listeners } = ask;
  const wanted = await answersOf(runner, method.before, feeds, listeners);
  let tried = 0;
  const dropWith = async (layers: readonly string[]): Promise<number> => {
    listeners.signal?.throwIfAborted();
    if (layers.length === 0) return 0;
    tried++;
    listeners.onProgress?.(Math.min(0.95, tried / 20), `a mix of ${layers.length} of ${rows.length} layers`);
    return dropOf(await judged(ask, method.make(new Set(layers)), feeds, wanted));
  };
  const order = inOrder(rows).map(({ layer }) => layer);
  const dropOfAll = await dropWith(order);
  let [held, failed, drop] = [0, order.length, 0];
  if (dropOfAll <= maxDrop) [held, drop] = [order.length, dropOfAll];
  while (failed - held > 1) {
    const middle = (held + failed) >> 1;
    const found = await dropWith(order.slice(0, middle));
    if (found <= maxDrop) [held, drop] = [middle, found];
    else failed = middle;
  }
  let taken: readonly string[] = order.slice(0, held);
  for (const layer of order.slice(held + 1, held + 1 + mostAdded)) {
    const found = await dropWith([...taken, layer]);
    if (found <= maxDrop) [taken, drop] = [[...taken, layer], found];
  }
  const slow = new Set<string>();
  // What a layer takes does not tell what its borders cost: only the whole mix, measured with it and without it, does.
  for (const layer of stopwatch !== null && method.timed ? losers(rows, taken) : []) {
    const without = taken.filter((one) => one !== layer);
    if (without.length === 0) break;
    const [now, less] = [method.make(new Set(taken)).model, method.make(new Set(without)).model];
    if (((await stopwatch?.ratio(now, less)) ?? 1) > fasterRatio) continue;
    const found = await dropWith(without);
    if (found > maxDrop) continue;
    [taken, drop] = [without, found];
    slow.add(layer);
  }
  return { layers: new Set(taken), slow, search: { maxDrop, tried, drop, dropOfAll } };
}

/** Layers that take longer shrunk than as they were, those that lose most first. */
function losers(rows: readonly LayerSensitivity[], taken: readonly string[]): readonly string[] {
  return rows
    .filter(({ layer, savedMs }) => savedMs !== null && savedMs < 0 && taken.includes(layer))
    .sort((a, b) => (a.savedMs ?? 0) - (b.savedMs ?? 0))
    .slice(0, mostLeftOut)
    .map(({ layer }) => layer);
}

/** Least error for what is saved first; layers that save nothing come last. */
export function inOrder(rows: readonly LayerSensitivity[]): readonly LayerSensitivity[] {
  const timed = rows.some(({ savedMs }) => savedMs !== null && savedMs > 0);
  const saved = ({ savedMs, savedBytes }: LayerSensitivity) => (timed ? (savedMs ?? 0) : Math.max(1, savedBytes));
  const cost = (row: LayerSensitivity) =>
    saved(row) > 0 ? (row.relative + smallestError) / saved(row) : Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => {
    const [x, y] = [cost(a), cost(b)];
    return x === y ? a.relative - b.relative : x - y;
  });
}

/** Tells layers without any error apart by what they save. */
const smallestError = 1e-9;
