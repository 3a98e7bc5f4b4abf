import type { VideoPart } from '../../core/define/host.ts';

type Track = VideoPart['part'];

/**
 * Parts between the pipes of a decoder and whoever pulls them. Each track waits for room of its own, so that neither
 * stops the other while parts are pulled, and memory stays bounded when they are not.
 */
export class PartQueue {
  readonly #waiting: Record<Track, VideoPart[]> = { frame: [], sound: [] };
  readonly #room: Record<Track, number>;
  #open: number;
  #failure: { readonly error: unknown } | null = null;
  #wake: (() => void)[] = [];

  /** `room`: parts of a track that may wait. `tracks`: how many will be ended. */
  constructor(room: Record<Track, number>, tracks: number) {
    this.#room = room;
    this.#open = tracks;
  }

  /** Resolves when there is room; false when nobody takes parts any more. */
  async put(part: VideoPart): Promise<boolean> {
    const track = this.#waiting[part.part];
    while (track.length >= this.#room[part.part] && this.#failure === null) await this.#change();
    if (this.#failure !== null) return false;
    track.push(part);
    this.#changed();
    return true;
  }

  /** A track has come to its end. */
  end(): void {
    this.#open--;
    this.#changed();
  }

  /** Nothing more is given; who waits for a part gets the error. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#changed();
  }

  /** The earliest part that is there; waits for one; null at the end. Throws what `fail` was told. */
  async take(): Promise<VideoPart | null> {
    const { frame, sound } = this.#waiting;
    while (frame.length === 0 && sound.length === 0) {
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#open === 0) return null;
      await this.#change();
    }
    const first = sound.length === 0 || (frame.length > 0 && frame[0].t <= sound[0].t) ? frame : sound;
    const part = first.shift() as VideoPart;
    this.#changed();
    return part;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
