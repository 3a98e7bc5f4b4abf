import { Intervals } from './intervals.ts';
import { type FusedShares, firstNode, type Piece, type RawPiece, rawPieces, waiting } from './rawPieces.ts';
import type { RunView } from './runView.ts';

export type { FusedShares, Piece } from './rawPieces.ts';

/**
 * Cuts every task's time, from ready to end, into pieces that do not overlap: the innermost span has it. What no span
 * covers before the start is a queue while somebody else held the main thread, and a gap otherwise; so is a hop between
 * threads.
 */
export class TaskPieces {
  readonly #view: RunView;
  /** Calls that were made on the main thread, and copies: nothing else can have run there meanwhile. */
  readonly #calls = new Intervals();
  /** Those, and what nodes did there after an answer had come. */
  readonly #busy = new Intervals();
  /** By task. */
  readonly #pieces: readonly (readonly Piece[])[];
  /** By task: others that held the main thread while it waited for that. */
  readonly #holders: readonly number[][];

  constructor(view: RunView, shares: FusedShares) {
    this.#view = view;
    const raw = Array.from({ length: view.count }, (_, task) => rawPieces(view, task, shares));
    for (let task = 0; task < view.count; task++) {
      for (const { kind, worker, source, startMs, endMs } of raw[task]) {
        if (worker !== 'main' || (kind !== 'run' && kind !== 'copy')) continue;
        this.#busy.add(startMs, endMs, task);
        if (source === 'span') this.#calls.add(startMs, endMs, task);
      }
    }
    this.#busy.sort();
    this.#calls.sort();
    this.#holders = raw.map(() => []);
    this.#pieces = raw.map((pieces, task) => this.#cut(pieces, task));
  }

  /** Of one task, from ready to end. */
  all(task: number): readonly Piece[] {
    return this.#pieces[task];
  }

  /** Of one task between two times, in order and without a hole; from before it was ready on, should `fromMs` be that. */
  between(task: number, fromMs: number, toMs: number): readonly Piece[] {
    const { readyMs, endMs } = this.#view.trace.tasks;
    const absolute = this.#view.firstTask + task;
    const beganMs = Math.min(readyMs[absolute], endMs[absolute], toMs);
    const found = fromMs < beganMs ? this.#cut([waiting(firstNode(this.#view, task), fromMs, beganMs)], task) : [];
    for (const piece of this.#pieces[task]) {
      if (piece.endMs <= fromMs) continue;
      if (piece.startMs >= toMs) break;
      if (piece.startMs >= fromMs && piece.endMs <= toMs) found.push(piece);
      else found.push({ ...piece, startMs: Math.max(piece.startMs, fromMs), endMs: Math.min(piece.endMs, toMs) });
    }
    return found;
  }

  /** Other tasks that held the main thread while this one waited for it. */
  holders(task: number): readonly number[] {
    return this.#holders[task];
  }

  #cut(pieces: readonly RawPiece[], task: number): Piece[] {
    const found: Piece[] = [];
    for (const piece of pieces) {
      const others = this.#inTheWay(piece);
      if (others === null) {
        found.push(piece);
        continue;
      }
      others.cut(piece.startMs, piece.endMs, task, (startMs, endMs, by) => {
        const kind = by < 0 ? piece.kind : 'queue';
        if (by >= 0) this.#holders[task].push(by);
        found.push({ node: piece.node, kind, worker: piece.worker, startMs, endMs });
      });
    }
    return found;
  }

  /** Whose work on the main thread explains that this piece is none. */
  #inTheWay({ source, kind }: RawPiece): Intervals | null {
    if (source === 'own') return this.#calls;
    return source === 'wait' || kind === 'gap' ? this.#busy : null;
  }
}
