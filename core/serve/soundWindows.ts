/** A window of a live sound. */
export interface SoundWindow {
  /** Seconds from the start of the stream. */
  readonly t: number;
  readonly durationSeconds: number;
  readonly channels: readonly Float32Array[];
}

export interface WindowSize {
  readonly seconds: number;
  readonly hopSeconds: number;
}

/** Pieces further apart than this do not belong together. */
const maxGapSeconds = 0.05;

/**
 * Cuts a live sound into windows across the borders of its pieces: window k starts exactly k hops after the first
 * sample. A gap starts it anew; what stood before is then given out, shorter. Holds less than one window and one piece.
 */
export class SoundWindows {
  readonly #rateHz: number;
  readonly #length: number;
  readonly #hop: number;
  #pieces: (readonly Float32Array[])[] = [];
  #held = 0;
  /** Time of the first sample after the last gap, and how many samples before those held came since. */
  #originSeconds = 0;
  #gone = 0;
  /** Samples that came and are passed over: a hop may be longer than a window. */
  #skip = 0;

  constructor(sampleRateHz: number, { seconds, hopSeconds }: WindowSize) {
    this.#rateHz = sampleRateHz;
    this.#length = Math.max(1, Math.round(seconds * sampleRateHz));
    this.#hop = Math.max(1, Math.round(hopSeconds * sampleRateHz));
  }

  /** The time at which the next piece is expected to begin. */
  nextSeconds(): number {
    return this.#originSeconds + (this.#gone + this.#held) / this.#rateHz;
  }

  /** Takes a piece that begins at `t`, and gives the windows that are whole by it. */
  push(channels: readonly Float32Array[], t: number = this.nextSeconds()): readonly SoundWindow[] {
    const before = Math.abs(t - this.nextSeconds()) > maxGapSeconds ? this.end() : [];
    if (this.#gone + this.#held === 0) this.#originSeconds = t;
    if ((channels[0]?.length ?? 0) > 0) this.#pieces.push(channels);
    this.#held += channels[0]?.length ?? 0;
    const windows = [...before];
    this.#passOver();
    while (this.#skip === 0 && this.#held >= this.#length) {
      windows.push(this.#window(this.#length));
      this.#skip = this.#hop;
      this.#passOver();
    }
    return windows;
  }

  /** What is left, if it is more than windows before it already held; the next piece starts anew. */
  end(): readonly SoundWindow[] {
    const overlap = this.#gone > 0 && this.#skip === 0 ? Math.max(0, this.#length - this.#hop) : 0;
    const rest = this.#skip === 0 && this.#held > overlap ? [this.#window(this.#held)] : [];
    this.#pieces = [];
    this.#held = 0;
    this.#gone = 0;
    this.#skip = 0;
    return rest;
  }

  #window(length: number): SoundWindow {
    const count = this.#pieces[0].length;
    const channels = Array.from({ length: count }, (_, channel) => {
      const samples = new Float32Array(length);
      let at = 0;
      for (const piece of this.#pieces) {
        if (at >= length) break;
        const part = piece[channel].subarray(0, length - at);
        samples.set(part, at);
        at += part.length;
      }
      return samples;
    });
    return {
      t: this.#originSeconds + this.#gone / this.#rateHz,
      durationSeconds: length / this.#rateHz,
      channels,
    };
  }

  /** Lets go of samples that no later window holds. */
  #passOver(): void {
    while (this.#skip > 0 && this.#pieces.length > 0) {
      const [first] = this.#pieces;
      const size = Math.min(this.#skip, first[0].length);
      if (size === first[0].length) this.#pieces.shift();
      else this.#pieces[0] = first.map((samples) => samples.subarray(size));
      this.#skip -= size;
      this.#held -= size;
      this.#gone += size;
    }
  }
}
