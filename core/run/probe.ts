import type { NodeHost } from '../define/host.ts';
import type { Value } from '../kinds/value.ts';
import { valueBytes } from '../kinds/value.ts';
import type { HeadOfChain } from './chain.ts';
import type { Joined } from './join.ts';
import type { Packet } from './packet.ts';
import { type LentHost, lendHost, takeBack } from './tracedHost.ts';
import type { SpanKind, Tracer } from './tracer.ts';

/** What the stages of a traced run have in common. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly host: NodeHost;
  /** When the stages were let go: those without inputs are ready then. */
  dispatchedMs: number;
}

/** Who made a packet, and when it was handed on. */
export interface Origin {
  readonly by: number;
  readonly at: number;
}

/** When an item's turn came in its stage. */
export interface Turn {
  readonly item: number;
  /** When the item before it began; it could not be taken earlier. */
  readonly beforeMs: number;
  /** From when to when every slot was taken; equal when there was one. */
  readonly fullFromMs: number;
  readonly fullToMs: number;
}

/** Reports what a stage does on one item or, for a stage that pulls, in one stretch between pulls. */
export class Probe {
  readonly tracing: Tracing;
  task = -1;
  /** Counted before the node has them: what it gives away to a lane is empty afterwards. */
  bytesIn = 0;
  /** When the last thing that was reported ended. */
  lastMs = 0;
  readonly #lent: LentHost[] = [];

  constructor(tracing: Tracing) {
    this.tracing = tracing;
  }

  now(): number {
    return this.tracing.host.now();
  }

  span(
    node: string,
    kind: SpanKind,
    worker: string,
    name: string,
    startMs: number,
    endMs: number,
    bytes: number,
  ): void {
    this.tracing.tracer.span(this.task, node, kind, worker, name, startMs, endMs, bytes);
  }

  /** A node's function was called and has come back, with its answer or the promise of one. */
  called(node: string, startMs: number): void {
    this.lastMs = this.now();
    this.span(node, 'run', 'main', 'call', startMs, this.lastMs, 0);
  }

  /** A node's answer is there. Returns when it came. */
  answered(late: boolean): number {
    if (late) this.lastMs = this.now();
    return this.lastMs;
  }

  failed(): void {
    this.lastMs = this.now();
  }

  /** Several nodes of a chain were done in one pass. */
  passed(node: string, { value, taken }: HeadOfChain, startMs: number, endMs: number): void {
    this.span(node, 'run', 'image', `pass of ${taken}`, startMs, endMs, valueBytes(value));
    this.lastMs = endMs;
  }

  /** The item is done. */
  ends(values: Readonly<Record<string, Value>>): Origin {
    const at = this.lastMs;
    this.#giveBack();
    this.tracing.tracer.end(this.task, at, this.bytesIn, bytesOfValues(values));
    return { by: this.task, at };
  }

  /** The host as this node sees it: its calls are reported. */
  host(node: string): NodeHost {
    const lent = lendHost(this.tracing.host, this, node);
    this.#lent.push(lent);
    return lent.host;
  }

  #giveBack(): void {
    for (const lent of this.#lent) takeBack(this.tracing.host, lent);
    this.#lent.length = 0;
  }
}

/** Begins the task of one joined item. */
export function beginItem(tracing: Tracing, stage: number, node: string, joined: Joined, turn: Turn): Probe {
  const probe = new Probe(tracing);
  const startMs = probe.now();
  const after: number[] = [];
  let readyMs = Math.max(tracing.dispatchedMs, turn.beforeMs);
  for (const port in joined.packets) {
    const { by, at } = joined.packets[port];
    if (by === undefined || at === undefined) continue;
    if (!after.includes(by)) after.push(by);
    readyMs = Math.max(readyMs, at);
  }
  probe.lastMs = startMs;
  probe.bytesIn = packetBytes(joined.packets);
  probe.task = tracing.tracer.begin(stage, turn.item, readyMs, startMs, after);
  const fullFromMs = Math.max(readyMs, turn.fullFromMs);
  if (turn.fullToMs > fullFromMs) probe.span(node, 'queue', 'main', 'slot', fullFromMs, turn.fullToMs, 0);
  return probe;
}

function packetBytes(packets: Readonly<Record<string, Packet>>): number {
  let sum = 0;
  for (const port in packets) {
    const { value } = packets[port];
    if (value !== undefined) sum += valueBytes(value);
  }
  return sum;
}

export function bytesOfValues(values: Readonly<Record<string, Value>>): number {
  let sum = 0;
  for (const port in values) sum += valueBytes(values[port]);
  return sum;
}
