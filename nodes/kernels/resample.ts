import { kaiserAt } from './window.ts';

/**
 * Band-limited resampling by a windowed sinc (Smith, Digital Audio Resampling; Crochiere and Rabiner for the polyphase
 * form). `high` has the band of soxr's HQ, which librosa.load takes: flat to 0.913 of half the lower rate, 120 dB down from
 * 1 on, by Kaiser's formula for a transition of 0.087. `fast` is the filter that resampy calls kaiser_fast; `scipy` is
 * exactly scipy.signal.resample_poly with its default Kaiser window.
 */
export const resampleQualities = ['high', 'fast', 'scipy'] as const;
export type ResampleQuality = (typeof resampleQualities)[number];

/** Impulse response: `at(t)` for t in input samples, zero outside -half..half. */
interface Filter {
  readonly half: number;
  at(t: number): number;
}

const sincFilters = {
  high: { zeros: 90, beta: 12.26526, rolloff: 0.9565 },
  fast: { zeros: 16, beta: 8.555504641634386, rolloff: 0.85 },
} as const;

/** Numbers of a bank of filters that may be held: 32 MiB. Odd pairs of rates beyond it read a fine table instead. */
const largestBank = 1 << 22;
const pointsPerSample = 512;

/** Samples that `samples` become: ceil(samples * to / from). */
export function resampledLength(samples: number, fromHz: number, toHz: number): number {
  const divisor = greatestDivisor(fromHz, toHz);
  return Math.ceil((samples * (toHz / divisor)) / (fromHz / divisor));
}

/** One channel at another rate; both rates are whole numbers of Hz. The same array when they are equal. */
export function resample(x: Float32Array, fromHz: number, toHz: number, quality: ResampleQuality): Float32Array {
  if (fromHz === toHz) return x;
  const out = new Float32Array(resampledLength(x.length, fromHz, toHz));
  const { up, down } = ratioOf(fromHz, toHz);
  const filters = filtersOf(up, down, quality);
  if ('weights' in filters) polyphase(x, out, up, down, filters);
  else interpolated(x, out, up, down, filters);
  return out;
}

/** The ratio of two rates in lowest terms. */
function ratioOf(fromHz: number, toHz: number): { readonly up: number; readonly down: number } {
  const divisor = greatestDivisor(fromHz, toHz);
  return { up: toHz / divisor, down: fromHz / divisor };
}

/**
 * The ratio of two rates in lowest terms and its bank of filters, each of 2 * reach + 1 numbers: row r is for outputs that lie
 * r / up after an input sample, from the input `reach` before it to the one `reach` behind. null: too large to be held.
 */
export function filterBank(
  fromHz: number,
  toHz: number,
  quality: ResampleQuality,
): { readonly up: number; readonly down: number; readonly bank: Bank | null } {
  const { up, down } = ratioOf(fromHz, toHz);
  const filters = filtersOf(up, down, quality);
  return { up, down, bank: 'weights' in filters ? filters : null };
}

/** A bank, or the filter itself where a bank would be too large. */
function filtersOf(up: number, down: number, quality: ResampleQuality): Bank | Filter {
  const key = `${up}/${down} ${quality}`;
  const known = banks.get(key);
  if (known !== undefined) return known;
  const filter = quality === 'scipy' ? scipyFilter(up, down) : sincFilter(up / down, sincFilters[quality]);
  const reach = Math.ceil(filter.half);
  if (up * (2 * reach + 1) > largestBank) return filter;
  const bank = { reach, weights: bankOf(up, reach, filter) };
  keep(key, bank);
  return bank;
}

interface Bank {
  readonly reach: number;
  readonly weights: Float64Array;
}

/** The last few banks: making one takes longer than resampling a second of sound with it. */
const banks = new Map<string, Bank>();

function keep(key: string, bank: Bank): void {
  if (banks.size >= 4) for (const oldest of [...banks.keys()].slice(0, banks.size - 3)) banks.delete(oldest);
  banks.set(key, bank);
}

function bankOf(up: number, reach: number, filter: Filter): Float64Array {
  const taps = 2 * reach + 1;
  const weights = new Float64Array(up * taps);
  for (let r = 0; r < up; r++) {
    for (let k = 0; k < taps; k++) {
      const t = r / up + reach - k;
      if (Math.abs(t) <= filter.half + 1e-9) weights[r * taps + k] = filter.at(t);
    }
  }
  return weights;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

function sincFilter(
  ratio: number,
  shape: { readonly zeros: number; readonly beta: number; readonly rolloff: number },
): Filter {
  const scale = Math.min(1, ratio);
  const cutoff = scale * shape.rolloff;
  const half = shape.zeros / scale;
  return { half, at: (t) => cutoff * sinc(cutoff * t) * kaiserAt(t / half, shape.beta) };
}

/** firwin(2 * 10 * max(up, down) + 1, 1 / max(up, down), window=('kaiser', 5.0)), with a gain of 1 at 0 Hz. */
function scipyFilter(up: number, down: number): Filter {
  const widest = Math.max(up, down);
  const half = 10 * widest;
  const value = (n: number) => sinc(n / widest) * kaiserAt(n / half, 5);
  let sum = 0;
  for (let n = -half; n <= half; n++) sum += value(n);
  return { half: half / up, at: (t) => (up * value(Math.round(t * up))) / sum };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function polyphase(x: Float32Array, out: Float32Array, up: number, down: number, bank: Bank): void {
  const { reach, weights } = bank;
  const taps = 2 * reach + 1;
  // Blocks of input in double precision, with zeros beyond its ends, keep the inner loop free of checks and conversions.
  const span = 8192;
  const block = new Float64Array(span + taps + 4);
  let blockStart = 0;
  let blockEnd = 0;
  for (let m = 0, whole = 0, rest = 0; m < out.length; m++) {
    const start = whole - reach;
    if (m === 0 || start + taps > blockEnd) {
      blockStart = start;
      blockEnd = start + span + taps;
      block.fill(0);
      const first = Math.max(0, blockStart);
      block.set(x.subarray(first, Math.max(first, blockEnd)), first - blockStart);
    }
    out[m] = dot(block, start - blockStart, weights, rest * taps, taps);
    rest += down;
    whole += Math.floor(rest / up);
    rest %= up;
  }
}

/** Four sums at once: one alone waits for each addition. */
function dot(x: Float64Array, at: number, weights: Float64Array, from: number, count: number): number {
  let i = at;
  let w = from;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (const end = from + count - 3; w < end; w += 4, i += 4) {
    a += x[i] * weights[w];
    b += x[i + 1] * weights[w + 1];
    c += x[i + 2] * weights[w + 2];
    d += x[i + 3] * weights[w + 3];
  }
  for (const end = from + count; w < end; w++, i++) a += x[i] * weights[w];
  return a + b + c + d;
}

function interpolated(x: Float32Array, out: Float32Array, up: number, down: number, filter: Filter): void {
  const reach = Math.ceil(filter.half);
  // A narrow filter that spans many input samples needs fewer points in each of them.
  const points = Math.max(8, Math.ceil((pointsPerSample * 64) / Math.max(64, reach)));
  const table = new Float64Array((reach + 1) * points + 2);
  for (let i = 0; i / points <= filter.half; i++) table[i] = filter.at(i / points);
  for (let m = 0, whole = 0, rest = 0; m < out.length; m++) {
    const low = Math.max(0, whole - reach);
    const high = Math.min(x.length - 1, whole + reach);
    const at = whole + rest / up;
    let sum = 0;
    for (let n = low; n <= high; n++) {
      const place = Math.abs(at - n) * points;
      const i = Math.floor(place);
      sum += x[n] * (table[i] + (place - i) * (table[i + 1] - table[i]));
    }
    out[m] = sum;
    rest += down;
    whole += Math.floor(rest / up);
    rest %= up;
  }
}
