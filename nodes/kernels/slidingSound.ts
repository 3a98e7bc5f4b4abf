import type { AudioValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

export interface SoundWindow {
  readonly t: number;
  readonly durationSeconds: number;
  readonly audio: AudioValue;
}
export type PartialWindow = 'drop' | 'pad' | 'keep';

/**
 * Cuts sound that comes in pieces into windows of a fixed number of samples, `hop` samples apart, as if the pieces were
 * one: window k starts at sample k * hop. Holds one window and one piece. Samples, not seconds, are counted, so times
 * do not drift.
 */
export class SlidingSound {
  readonly #length: number;
  readonly #hop: number;
  readonly #rate: number;
  #channels: Float32Array[];
  /** Samples in the buffer, the absolute number of the first of them, and where the next window starts. */
  #filled = 0;
  #first = 0;
  #next = 0;
  #given = 0;
  readonly #t0: number;

  constructor(t0: number, rate: number, channels: number, length: number, hop: number) {
    this.#t0 = t0;
    this.#rate = rate;
    this.#length = length;
    this.#hop = hop;
    this.#channels = Array.from({ length: channels }, () => new Float32Array(length * 2));
  }

  /** When the next sample that is pushed would sound. */
  time(): number {
    return this.#t0 + (this.#first + this.#filled) / this.#rate;
  }

  /** Whether a piece belongs to this sound: same rate and channels. */
  matches(audio: AudioValue): boolean {
    return audio.sampleRateHz === this.#rate && audio.channels.length === this.#channels.length;
  }

  *push(audio: AudioValue): Iterable<SoundWindow> {
    const added = audio.channels[0]?.length ?? 0;
    this.#makeRoom(added);
    this.#channels.forEach((buffer, c) => {
      buffer.set(audio.channels[c], this.#filled);
    });
    this.#filled += added;
    while (this.#next + this.#length <= this.#first + this.#filled) yield this.#cut(this.#length, this.#length);
  }

  /** The last window, when samples are left that no window has held. */
  *finish(partial: PartialWindow): Iterable<SoundWindow> {
    const end = this.#first + this.#filled;
    const covered = this.#given === 0 ? 0 : this.#next - this.#hop + this.#length;
    if (partial === 'drop' || covered >= end || this.#next >= end) return;
    yield this.#cut(end - this.#next, partial === 'pad' ? this.#length : end - this.#next);
  }

  /** The window at `next`: `held` samples from the buffer in one of `length`, the rest silent. */
  #cut(held: number, length: number): SoundWindow {
    const from = this.#next - this.#first;
    const channels = this.#channels.map((buffer) => {
      const out = new Float32Array(length);
      out.set(buffer.subarray(from, from + held));
      return out;
    });
    const t = this.#t0 + this.#next / this.#rate;
    this.#next += this.#hop;
    this.#given++;
    return { t, durationSeconds: length / this.#rate, audio: { kind: 'audio', sampleRateHz: this.#rate, channels } };
  }

  /** Drops what no window needs any more; moves and grows the buffer seldom, so that a push costs what it adds. */
  #makeRoom(added: number): void {
    const capacity = this.#channels[0]?.length ?? 0;
    if (this.#filled + added <= capacity) return;
    const unused = Math.min(Math.max(0, this.#next - this.#first), this.#filled);
    const left = this.#filled - unused;
    const wanted = left + added <= capacity ? capacity : left + added + this.#length;
    this.#channels = this.#channels.map((buffer) => {
      const target = wanted === capacity ? buffer : new Float32Array(wanted);
      target.set(buffer.subarray(unused, this.#filled));
      return target;
    });
    this.#first += unused;
    this.#filled = left;
  }
}

/** Throws `value-shape` when a piece has another rate or other channels than the sound so far. */
export function requireSameSound(sound: SlidingSound, audio: AudioValue, t: number): void {
  if (sound.matches(audio)) return;
  throw new Problem('value-shape', {
    message: `The sound changes at ${t} s to ${audio.sampleRateHz} Hz with ${audio.channels.length} channels.`,
    fix: 'Put audio.resample and audio.mono before this node.',
    where: { port: 'value', timeSeconds: t },
  });
}
