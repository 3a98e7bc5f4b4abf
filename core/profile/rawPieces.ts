import { type SpanKind, spanKinds } from '../run/tracer.ts';
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
export interface RawPiece extends Piece {
  readonly source: Source;
}

/** The node that a task's time goes to when nothing says more. */
export function firstNode(view: RunView, task: number): string {
  const stage = view.trace.tasks.stage[view.firstTask + task];
  return view.plan.stages[stage]?.nodes[0]?.id ?? '';
}

export function waiting(node: string, startMs: number, endMs: number): RawPiece {
  return { node, kind: 'gap', worker: 'main', startMs, endMs, source: 'wait' };
}

const passName = /^pass of (\d+)$/;

/** A task's time from ready to end, by what its spans say alone. */
export function rawPieces(view: RunView, task: number, shares: FusedShares): readonly RawPiece[] {
  const { names, tasks, spans } = view.trace;
  const absolute = view.firstTask + task;
  const endMs = tasks.endMs[absolute];
  const readyMs = Math.min(tasks.readyMs[absolute], endMs);
  const startMs = Math.min(Math.max(tasks.startMs[absolute], readyMs), endMs);
  const stage = tasks.stage[absolute];
  const pieces: RawPiece[] = [];
  const inOrder = spansInOrder(view, task);
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

/** A task's spans as they began; of those that began together, the longest first. */
function spansInOrder(view: RunView, task: number): readonly number[] {
  const { startMs, endMs } = view.trace.spans;
  const found: number[] = [];
  let inOrder = true;
  for (let at = view.firstSpan[task]; at < view.firstSpan[task + 1]; at++) {
    const span = view.spans[at];
    if (found.length > 0 && startMs[span] <= startMs[found[found.length - 1]]) inOrder = false;
    found.push(span);
  }
  return inOrder ? found : found.sort((a, b) => startMs[a] - startMs[b] || endMs[b] - endMs[a]);
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
