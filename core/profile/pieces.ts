import { type SpanKind, spanKinds } from '../run/tracer.ts';
import { Intervals } from './intervals.ts';
import type { RunView } from './runView.ts';

/** A stretch of a task's time, which belongs to one node and to nothing else. */
export interface Piece {
  readonly node: string;
  readonly kind: SpanKind;
  readonly worker: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Stage → what each of its nodes takes of a pass over all of them; in any unit. */
export type FusedShares = ReadonlyMap<number, readonly number[]>;

/**
 * Where a piece comes from: a span, the time before the task's start, or the time between spans, in which the node went
 * on by itself on the main thread.
 */
type Source = 'span' | 'wait' | 'own';
interface RawPiece extends Piece {
  readonly source: Source;
}

/** Who worked on the main thread when. */
interface MainThread {
  /** Calls that were made on it, and copies: nothing else can have run meanwhile. */
  readonly calls: Intervals;
  /** Those, and what nodes did there after an answer had come. */
  readonly busy: Intervals;
}

/**
 * Cuts every task's time, from ready to end, into pieces that do not overlap: the innermost span has it. What no span
 * covers before the start is a queue while somebody else held the main thread, and a gap otherwise.
 */
export class TaskPieces {
  readonly #view: RunView;
  readonly #raw: readonly (readonly RawPiece[])[];
  readonly #main: MainThread;

  constructor(view: RunView, shares: FusedShares) {
    this.#view = view;
    const raw = Array.from({ length: view.count }, (_, task) => rawPieces(view, task, shares));
    const main: MainThread = { calls: new Intervals(), busy: new Intervals() };
    raw.forEach((pieces, task) => {
      for (const { kind, worker, source, startMs, endMs } of pieces) {
        if (worker !== 'main' || (kind !== 'run' && kind !== 'copy')) continue;
        main.busy.add(startMs, endMs, task);
        if (source === 'span') main.calls.add(startMs, endMs, task);
      }
    });
    main.busy.sort();
    main.calls.sort();
    this.#raw = raw;
    this.#main = main;
  }

  /** Of one task between two times, in order and without a hole; from before it was ready on, should `fromMs` be that. */
  between(task: number, fromMs: number, toMs: number): readonly Piece[] {
    const pieces: Piece[] = [];
    this.#cut(task, fromMs, toMs, ({ node, kind, worker }, startMs, endMs, by) =>
      pieces.push({ node, kind: by < 0 ? kind : 'queue', worker, startMs, endMs }),
    );
    return pieces;
  }

  all(task: number): readonly Piece[] {
    return this.between(task, this.#view.trace.tasks.readyMs[this.#view.firstTask + task], Number.POSITIVE_INFINITY);
  }

  /** Other tasks that held the main thread while this one waited for it. */
  holders(task: number): ReadonlySet<number> {
    const found = new Set<number>();
    const { readyMs } = this.#view.trace.tasks;
    this.#cut(task, readyMs[this.#view.firstTask + task], Number.POSITIVE_INFINITY, (_, _from, _to, by) => {
      if (by >= 0) found.add(by);
    });
    return found;
  }

  #cut(
    task: number,
    fromMs: number,
    toMs: number,
    take: (piece: Piece, startMs: number, endMs: number, by: number) => void,
  ): void {
    const { readyMs, endMs } = this.#view.trace.tasks;
    const absolute = this.#view.firstTask + task;
    const beganMs = Math.min(readyMs[absolute], endMs[absolute], toMs);
    const early = fromMs < beganMs ? [waiting(firstNode(this.#view, task), fromMs, beganMs)] : [];
    for (const piece of [...early, ...this.#raw[task]]) {
      const from = Math.max(piece.startMs, fromMs);
      const to = Math.min(piece.endMs, toMs);
      if (!(to > from)) continue;
      const others = this.#inTheWay(piece);
      if (others === null) take(piece, from, to, -1);
      else others.cut(from, to, task, (start, end, by) => take(piece, start, end, by));
    }
  }

  /** Whose work on the main thread explains that this piece is none. */
  #inTheWay({ source, kind }: RawPiece): Intervals | null {
    if (source === 'own') return this.#main.calls;
    return source === 'wait' || kind === 'gap' ? this.#main.busy : null;
  }
}

/** The node that a task's time goes to when nothing says more. */
export function firstNode(view: RunView, task: number): string {
  const stage = view.trace.tasks.stage[view.firstTask + task];
  return view.plan.stages[stage]?.nodes[0]?.id ?? '';
}

function waiting(node: string, startMs: number, endMs: number): RawPiece {
  return { node, kind: 'gap', worker: 'main', startMs, endMs, source: 'wait' };
}

const passName = /^pass of (\d+)$/;

function rawPieces(view: RunView, task: number, shares: FusedShares): readonly RawPiece[] {
  const { names, tasks, spans } = view.trace;
  const absolute = view.firstTask + task;
  const endMs = tasks.endMs[absolute];
  const readyMs = Math.min(tasks.readyMs[absolute], endMs);
  const startMs = Math.min(Math.max(tasks.startMs[absolute], readyMs), endMs);
  const stage = tasks.stage[absolute];
  const pieces: RawPiece[] = [];
  const inOrder = [...view.spans.subarray(view.firstSpan[task], view.firstSpan[task + 1])].sort(
    (a, b) => spans.startMs[a] - spans.startMs[b] || spans.endMs[b] - spans.endMs[a],
  );
  /** Spans that have begun, the latest last; some may have ended. */
  const begun: number[] = [];
  let next = 0;
  /** Of what began last: what follows a span is still its node's. */
  let node = firstNode(view, task);
  let at = readyMs;
  while (at < endMs) {
    for (; next < inOrder.length && spans.startMs[inOrder[next]] <= at; next++) {
      begun.push(inOrder[next]);
      node = names[spans.node[inOrder[next]]];
    }
    while (begun.length > 0 && spans.endMs[begun[begun.length - 1]] <= at) begun.pop();
    const span = begun[begun.length - 1];
    let until = at < startMs ? startMs : endMs;
    if (next < inOrder.length) until = Math.min(until, spans.startMs[inOrder[next]]);
    if (span === undefined) {
      pieces.push(
        at < startMs
          ? waiting(node, at, until)
          : { node, kind: 'run', worker: 'main', startMs: at, endMs: until, source: 'own' },
      );
    } else {
      until = Math.min(until, spans.endMs[span]);
      const piece = { kind: spanKinds[spans.kind[span]], worker: names[spans.worker[span]], source: 'span' as const };
      const taken = Number(passName.exec(names[spans.name[span]])?.[1] ?? 0);
      if (taken > 1)
        pieces.push(...shareOut(view, stage, taken, shares, at, until).map((part) => ({ ...piece, ...part })));
      else pieces.push({ ...piece, node: names[spans.node[span]], startMs: at, endMs: until });
    }
    at = until;
  }
  return pieces;
}

/** A pass over the first `taken` nodes of a stage, one after the other as if each had its share. */
function shareOut(
  view: RunView,
  stage: number,
  taken: number,
  shares: FusedShares,
  startMs: number,
  endMs: number,
): readonly Pick<Piece, 'node' | 'startMs' | 'endMs'>[] {
  const nodes = view.plan.stages[stage].nodes.slice(0, taken);
  const known = shares.get(stage)?.slice(0, taken) ?? [];
  const sum = known.reduce((total, share) => total + share, 0);
  const even = known.length < nodes.length || !(sum > 0);
  const parts: Pick<Piece, 'node' | 'startMs' | 'endMs'>[] = [];
  let from = startMs;
  let done = 0;
  nodes.forEach(({ id }, i) => {
    done += even ? 1 / nodes.length : known[i] / sum;
    const to = i === nodes.length - 1 ? endMs : Math.min(endMs, startMs + done * (endMs - startMs));
    if (to > from) parts.push({ node: id, startMs: from, endMs: to });
    from = Math.max(from, to);
  });
  return parts;
}
