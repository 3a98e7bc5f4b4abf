import type { Limits } from '../../core/define/limits.ts';
import type { AudioValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { emptySound, requireFiniteSound, requireSoundRoom } from '../../nodes/kernels/soundLimits.ts';
import { readWavHeader, type WavLayout } from '../../nodes/kernels/wav.ts';

/**
 * Takes ffmpeg's float WAV as it comes and makes planar sound of it, in pieces of `pieceSeconds` (0: one piece), counting
 * against the limits and refusing NaN on the way.
 */
export class SoundCollector {
  readonly #name: string;
  readonly #limits: Limits;
  readonly #pieceSeconds: number;
  #head: Buffer | null = Buffer.alloc(0);
  #layout: WavLayout | null = null;
  #blocks: Float32Array[][] = [];
  #block: Float32Array[] = [];
  #filled = 0;
  #blockFrames = 65_536;
  /** Bytes of a frame that is not complete yet. */
  #rest = Buffer.alloc(0);
  #frames = 0;
  #pieceStart = 0;

  constructor(name: string, limits: Limits, pieceSeconds: number) {
    this.#name = name;
    this.#limits = limits;
    this.#pieceSeconds = pieceSeconds;
  }

  /** Adds bytes; gives the pieces that became complete. Throws `media-too-large` and `media-nonfinite`. */
  push(chunk: Buffer): { readonly t: number; readonly audio: AudioValue }[] {
    let bytes = chunk;
    if (this.#layout === null) {
      this.#head = Buffer.concat([this.#head ?? Buffer.alloc(0), chunk]);
      if (this.#head.length < 12) return [];
      const header = readWavHeader(this.#head, Number.MAX_SAFE_INTEGER, this.#name);
      if (header.form === 'more') return [];
      if (header.form === 'coded') throw unexpected(this.#name);
      this.#layout = header.layout;
      if (this.#pieceSeconds > 0) {
        this.#blockFrames = Math.max(1, Math.round(this.#pieceSeconds * header.layout.sampleRateHz));
      }
      bytes = this.#head.subarray(header.layout.dataStart);
      this.#head = null;
    }
    if (this.#rest.length > 0) bytes = Buffer.concat([this.#rest, bytes]);
    const { channels } = this.#layout;
    const frames = Math.floor(bytes.length / (4 * channels));
    this.#rest = Buffer.from(bytes.subarray(frames * 4 * channels));
    const pieces: { t: number; audio: AudioValue }[] = [];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let done = 0; done < frames; ) {
      if (this.#block.length === 0) {
        this.#block = Array.from({ length: channels }, () => new Float32Array(this.#blockFrames));
        this.#filled = 0;
      }
      const take = Math.min(frames - done, this.#blockFrames - this.#filled);
      for (let c = 0; c < channels; c++) {
        const out = this.#block[c];
        let at = 4 * (done * channels + c);
        for (let i = this.#filled, end = i + take; i < end; i++, at += 4 * channels) out[i] = view.getFloat32(at, true);
      }
      done += take;
      this.#filled += take;
      this.#frames += take;
      requireSoundRoom(this.#name, this.#frames, channels, this.#layout.sampleRateHz, this.#limits);
      if (this.#filled === this.#blockFrames) this.#close(pieces);
    }
    return pieces;
  }

  /** The last piece, or the only one; null when nothing is left. */
  finish(): { readonly t: number; readonly audio: AudioValue } | null {
    const layout = this.#layout;
    if (layout === null) return null;
    const pieces: { t: number; audio: AudioValue }[] = [];
    if (this.#filled > 0) this.#close(pieces);
    if (this.#pieceSeconds > 0) return pieces[0] ?? null;
    if (this.#frames === 0) return null;
    const channels = Array.from({ length: layout.channels }, (_, c) => {
      const out = new Float32Array(this.#frames);
      let at = 0;
      for (const block of this.#blocks) {
        out.set(block[c], at);
        at += block[c].length;
      }
      return out;
    });
    this.#blocks = [];
    return { t: 0, audio: { kind: 'audio', sampleRateHz: layout.sampleRateHz, channels } };
  }

  /** All of it as one sound. Throws `media-empty` when there was none. */
  whole(): AudioValue {
    const piece = this.finish();
    if (piece === null) throw emptySound(this.#name);
    return piece.audio;
  }

  #close(pieces: { t: number; audio: AudioValue }[]): void {
    const rate = this.#layout?.sampleRateHz ?? 1;
    const full = this.#filled === this.#blockFrames;
    const channels = full ? this.#block : this.#block.map((x) => x.slice(0, this.#filled));
    requireFiniteSound(this.#name, channels, rate, this.#frames - this.#filled);
    if (this.#pieceSeconds > 0) {
      pieces.push({ t: this.#pieceStart / rate, audio: { kind: 'audio', sampleRateHz: rate, channels } });
      this.#pieceStart = this.#frames;
    } else this.#blocks.push(channels);
    this.#block = [];
    this.#filled = 0;
  }
}

function unexpected(name: string): Problem {
  return new Problem('internal', {
    message: `The decoder gave compressed samples for "${name}".`,
    fix: 'Report this with the file and the version of ffmpeg.',
    where: { file: name },
  });
}
