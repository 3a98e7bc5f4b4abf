import {
  type AudioValue,
  type EmbeddingValue,
  type Item,
  type ScoresValue,
  type TensorValue,
  valueBytes,
} from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type PartialWindow, requireSameSound, SlidingSound } from './slidingSound.ts';
import { stackItems } from './stackItems.ts';

export interface WindowRule {
  readonly lengthSeconds: number;
  readonly hopSeconds: number;
  readonly lengthItems: number;
  readonly hopItems: number;
  readonly partial: PartialWindow;
  readonly maxGapSeconds: number;
}
export interface ValueWindow {
  readonly t: number;
  readonly durationSeconds: number;
  readonly outputs: { readonly window: AudioValue | TensorValue };
}
type Windowed = AudioValue | TensorValue | EmbeddingValue | ScoresValue;

/** Windows over sound in pieces, or over a sequence of tensors, embeddings or scores; see the node `time.window`. */
export async function* windowSequence(
  items: AsyncIterable<Item<Windowed>>,
  rule: WindowRule,
  maxBytes: number,
  signal: AbortSignal,
): AsyncIterable<ValueWindow> {
  const sound = new SoundWindows(rule, maxBytes);
  const rows = new RowWindows(rule, maxBytes);
  let kind: string | null = null;
  for await (const item of items) {
    signal.throwIfAborted();
    const { t, durationSeconds, value } = item;
    kind ??= value.kind;
    if (value.kind !== kind) throw mixed(kind, value.kind, t);
    if (value.kind === 'audio') yield* sound.add({ t, value });
    else yield* rows.add(durationSeconds === undefined ? { t, value } : { t, durationSeconds, value });
  }
  yield* sound.finish();
  yield* rows.finish();
}

function mixed(kind: string, other: string, t: number): Problem {
  return new Problem('value-invalid', {
    message: `The sequence of ${kind} goes on with ${other} at ${t} s.`,
    fix: 'Wire a sequence of one kind.',
    where: { port: 'value', timeSeconds: t },
  });
}

class SoundWindows {
  readonly #rule: WindowRule;
  readonly #maxBytes: number;
  #sound: SlidingSound | null = null;

  constructor(rule: WindowRule, maxBytes: number) {
    this.#rule = rule;
    this.#maxBytes = maxBytes;
  }

  *add({ t, value }: Item<AudioValue>): Iterable<ValueWindow> {
    const rule = this.#rule;
    if (this.#sound !== null && t - this.#sound.time() > rule.maxGapSeconds) yield* this.finish();
    const length = Math.max(1, Math.round(rule.lengthSeconds * value.sampleRateHz));
    const hop = Math.max(1, Math.round(rule.hopSeconds * value.sampleRateHz));
    if (this.#sound === null) {
      this.#requireRoom(length, value);
      this.#sound = new SlidingSound(t, value.sampleRateHz, value.channels.length, length, hop);
    }
    requireSameSound(this.#sound, value, t);
    if (this.#sound.time() - t > Math.max(rule.maxGapSeconds, 1 / value.sampleRateHz)) {
      throw new Problem('sequence-order', {
        message: `A piece of sound starts at ${t} s, before the one ahead of it ends at ${this.#sound.time()} s.`,
        fix: 'Wire sound whose pieces follow each other in time.',
        where: { port: 'value', timeSeconds: t },
      });
    }
    for (const { audio, ...when } of this.#sound.push(value)) yield { ...when, outputs: { window: audio } };
  }

  *finish(): Iterable<ValueWindow> {
    const last = this.#sound?.finish(this.#rule.partial) ?? [];
    this.#sound = null;
    for (const { audio, ...when } of last) yield { ...when, outputs: { window: audio } };
  }

  #requireRoom(length: number, audio: AudioValue): void {
    const bytes = length * audio.channels.length * 4;
    if (bytes * 2 <= this.#maxBytes) return;
    throw new Problem('sequence-too-large', {
      message: `A window of ${this.#rule.lengthSeconds} s at ${audio.sampleRateHz} Hz takes ${bytes} bytes, and twice that is over the limit of ${this.#maxBytes}.`,
      fix: 'Use shorter windows or a lower rate, or raise the limit sequenceBytes.',
      where: { param: 'lengthSeconds' },
    });
  }
}

class RowWindows {
  readonly #rule: WindowRule;
  #held: Item<TensorValue | EmbeddingValue | ScoresValue>[] = [];
  /** Items to let pass before the next window starts, when the hop is longer than the window. */
  #skip = 0;
  /** Items at the head of `held` that were in a window already. */
  #covered = 0;

  readonly #maxBytes: number;

  constructor(rule: WindowRule, maxBytes: number) {
    this.#rule = rule;
    this.#maxBytes = maxBytes;
  }

  *add(item: Item<TensorValue | EmbeddingValue | ScoresValue>): Iterable<ValueWindow> {
    if (this.#skip > 0) {
      this.#skip--;
      return;
    }
    const { lengthItems, hopItems } = this.#rule;
    const bytes = valueBytes(item.value) * lengthItems;
    if (bytes > this.#maxBytes) {
      throw new Problem('sequence-too-large', {
        message: `A window of ${lengthItems} items takes ${bytes} bytes, over the limit of ${this.#maxBytes}.`,
        fix: 'Use shorter windows or smaller items, or raise the limit sequenceBytes.',
        where: { param: 'lengthItems', timeSeconds: item.t },
      });
    }
    this.#held.push(item);
    if (this.#held.length < lengthItems) return;
    yield this.#window(0);
    this.#held = this.#held.slice(hopItems);
    this.#covered = this.#held.length;
    this.#skip = Math.max(0, hopItems - lengthItems);
  }

  *finish(): Iterable<ValueWindow> {
    const { partial, lengthItems } = this.#rule;
    if (partial !== 'drop' && this.#held.length > this.#covered)
      yield this.#window(partial === 'pad' ? lengthItems : 0);
  }

  #window(padTo: number): ValueWindow {
    const { t } = this.#held[0];
    const last = this.#held[this.#held.length - 1];
    const durationSeconds = last.t + (last.durationSeconds ?? 0) - t;
    return { t, durationSeconds, outputs: { window: stackItems(this.#held, padTo) } };
  }
}
