import type { MelFilters } from './mel.ts';
import { instantiate, type Local, SimdFunction, type SimdInstance, simdModule } from './simdCode.ts';

/**
 * Mel energies of frames of 400 samples, eight frames at a time: four pairs, each pair in one complex FFT, the four in the
 * lanes of SIMD registers. The FFT is that of fft400.ts (20 x 20, each 20 as 4 x 5), in float32.
 */
const points = 400;
/** Frames in one call; a multiple of 8. */
const blockFrames = 512;

/** Places in memory, in bytes. */
const windowAt = 0;
const twiddleAt = windowAt + 4 * points;
const firstAt = twiddleAt + 8 * points;
const secondAt = firstAt + 32 * points;
const startsAt = secondAt + 32 * (points + 1);
const risesAt = startsAt + 4 * 1040;
const fallsAt = risesAt + 4 * (points / 2 + 1);
const heightsAt = fallsAt + 4 * (points / 2 + 1);
const floorAt = heightsAt + 4 * 1040;
const soundAt = Math.ceil((floorAt + 4) / 64) * 64;
const largestHop = 400;
// A row of room before the first: see bandsFunction.
const energiesAt = soundAt + 4 * (blockFrames * largestHop + points + blockFrames);
const largestMels = 256;
const pages = Math.ceil((energiesAt + 4 * largestMels * blockFrames) / 65_536);

interface Complex {
  readonly re: Local;
  readonly im: Local;
}

/** A DFT of 20 numbers in registers, as 5 DFTs of 4 and 4 of 5; `put` gets result k. */
function dft20(f: SimdFunction, x: readonly Complex[], put: (k: number, value: Complex) => void): void {
  const root5 = f.constant(Math.sqrt(5) / 4);
  const quarter = f.constant(0.25);
  const sin1 = f.constant(Math.sin((2 * Math.PI) / 5));
  const sin2 = f.constant(Math.sin((4 * Math.PI) / 5));
  const plus = (a: Complex, b: Complex) => ({ re: f.add(a.re, b.re), im: f.add(a.im, b.im) });
  const minus = (a: Complex, b: Complex) => ({ re: f.sub(a.re, b.re), im: f.sub(a.im, b.im) });
  const times = (a: Complex, c: Local) => ({ re: f.mul(a.re, c), im: f.mul(a.im, c) });
  /** a - i b and a + i b. */
  const turned = (a: Complex, b: Complex) => [
    { re: f.add(a.re, b.im), im: f.sub(a.im, b.re) },
    { re: f.sub(a.re, b.im), im: f.add(a.im, b.re) },
  ];
  const rows: Complex[][] = [[], [], [], []];
  for (let n2 = 0; n2 < 5; n2++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((n1) => x[(5 * n1 + 4 * n2) % 20]);
    const even = plus(a, c);
    const odd = plus(b, d);
    const [first, third] = turned(minus(a, c), minus(b, d));
    rows[0][n2] = plus(even, odd);
    rows[1][n2] = first;
    rows[2][n2] = minus(even, odd);
    rows[3][n2] = third;
  }
  for (const [k1, [a, b, c, d, e]] of rows.entries()) {
    const s1 = plus(b, e);
    const s2 = plus(c, d);
    const d1 = minus(b, e);
    const d2 = minus(c, d);
    const sum = plus(s1, s2);
    const spread = times(minus(s1, s2), root5);
    const base = minus(a, times(sum, quarter));
    const [one, four] = turned(plus(base, spread), plus(times(d1, sin1), times(d2, sin2)));
    const [two, three] = turned(minus(base, spread), minus(times(d1, sin2), times(d2, sin1)));
    for (const [k2, value] of [plus(a, sum), one, two, three, four].entries()) put((5 * k1 + 16 * k2) % 20, value);
  }
}

/** columns(first frame, hop), both in bytes: windows the frames and does the first 20 DFTs, with twiddles. */
function columnsFunction(): SimdFunction {
  const f = new SimdFunction(2);
  const [start, hop] = [0, 1];
  const frames = Array.from({ length: 8 }, (_, j) => f.integer(j, start, hop));
  const column = f.integer(0);
  const end = f.integer(80);
  const to = f.integer(0);
  f.loop(column, end, 4, () => {
    const at = frames.map((frame) => f.integer(1, frame, column));
    const x = Array.from({ length: 20 }, (_, n) => {
      const weight = f.loadSplat(column, windowAt + 80 * n);
      const re = f.mul(f.loadLanes([at[0], at[2], at[4], at[6]], 80 * n), weight);
      return { re, im: f.mul(f.loadLanes([at[1], at[3], at[5], at[7]], 80 * n), weight) };
    });
    // 20 results of 32 bytes, and 20 twiddles of 8, for each column of 4 bytes.
    f.setInteger(to, 160, undefined, column);
    const twiddles = f.integer(40, undefined, column);
    dft20(f, x, (k, value) => {
      const cos = f.loadSplat(twiddles, twiddleAt + 8 * k);
      const sin = f.loadSplat(twiddles, twiddleAt + 8 * k + 4);
      f.store(to, firstAt + 32 * k, f.sub(f.mul(value.re, cos), f.mul(value.im, sin)));
      f.store(to, firstAt + 32 * k + 16, f.add(f.mul(value.re, sin), f.mul(value.im, cos)));
    });
  });
  return f;
}

/** rows(): the second 20 DFTs; bin 0 is also put behind the last. */
function rowsFunction(): SimdFunction {
  const f = new SimdFunction(0);
  const row = f.integer(0);
  const end = f.integer(640);
  f.loop(row, end, 32, () => {
    const x = Array.from({ length: 20 }, (_, n) => ({
      re: f.load(row, firstAt + 640 * n),
      im: f.load(row, firstAt + 640 * n + 16),
    }));
    dft20(f, x, (k, value) => {
      f.store(row, secondAt + 640 * k, value.re);
      f.store(row, secondAt + 640 * k + 16, value.im);
    });
  });
  const zero = f.integer(0);
  for (const half of [0, 16]) f.store(zero, secondAt + 32 * points + half, f.load(zero, secondAt + half));
  return f;
}

/**
 * log10 of max(floor, x) for four numbers: exponent and mantissa apart, the mantissa's logarithm by the series of the
 * inverse hyperbolic tangent of (m - 1) / (m + 1), whose first seven terms are within 1e-8 for m of 1 to 2.
 */
function logarithm(f: SimdFunction): (x: Local) => Local {
  const floor = f.loadSplat(f.integer(floorAt), 0);
  const one = f.constant(1);
  const fraction = f.constantInteger(0x7fffff);
  const unit = f.constantInteger(0x3f800000);
  const bias = f.constantInteger(127);
  const log2 = f.constant(Math.log10(2));
  const terms = [13, 11, 9, 7, 5, 3, 1].map((n) => f.constant((2 * Math.LOG10E) / n));
  return (x) => {
    const clipped = f.binary('max', x, floor);
    const exponent = f.toFloat(f.binary('subInt', f.shift(clipped, 'right', 23), bias));
    const mantissa = f.binary('or', f.binary('and', clipped, fraction), unit);
    const t = f.binary('div', f.sub(mantissa, one), f.add(mantissa, one));
    const square = f.mul(t, t);
    const series = terms.reduce((sum, term) => f.add(f.mul(sum, square), term));
    return f.add(f.mul(exponent, log2), f.mul(t, series));
  };
}

/**
 * bands(last segment, frame), both in bytes of their tables: power of the eight frames, weighed into bands, or the
 * logarithm of that.
 */
function bandsFunction(logarithms: boolean): SimdFunction {
  const f = new SimdFunction(2);
  const [last, frame] = [0, 1];
  const finish = logarithms ? logarithm(f) : (x: Local) => x;
  const quarter = f.constant(0.25);
  const zero = f.constant(0);
  const evenBefore = f.constant(0);
  const oddBefore = f.constant(0);
  const segment = f.integer(0);
  const to = f.integer(energiesAt - 4 * blockFrames, frame);
  f.loop(segment, last, 4, () => {
    const bin = f.loadInteger(segment, startsAt);
    const end = f.loadInteger(segment, startsAt + 4);
    const [evenRise, evenFall, oddRise, oddFall] = [0, 1, 2, 3].map(() => f.constant(0));
    for (const sum of [evenRise, evenFall, oddRise, oddFall]) f.copy(sum, zero);
    // `bin` counts in steps of 4 bytes; numbers of a bin lie 32 bytes apart.
    f.loop(bin, end, 4, () => {
      const here = f.integer(8, undefined, bin);
      const mirror = f.integer(-8, undefined, bin);
      const zr = f.load(here, secondAt);
      const zi = f.load(here, secondAt + 16);
      const mirrored = f.integer(secondAt + 32 * points, mirror);
      const mr = f.load(mirrored, 0);
      const mi = f.load(mirrored, 16);
      const square = (a: Local) => f.mul(a, a);
      const even = f.add(square(f.add(zr, mr)), square(f.sub(zi, mi)));
      const odd = f.add(square(f.add(zi, mi)), square(f.sub(mr, zr)));
      const rise = f.loadSplat(bin, risesAt);
      const fall = f.loadSplat(bin, fallsAt);
      f.set(evenRise, 'add', evenRise, f.mul(even, rise));
      f.set(evenFall, 'add', evenFall, f.mul(even, fall));
      f.set(oddRise, 'add', oddRise, f.mul(odd, rise));
      f.set(oddFall, 'add', oddFall, f.mul(odd, fall));
    });
    // Segment s ends band s - 1; what segment 0 writes goes into the room before the first row.
    const height = f.mul(f.loadSplat(segment, heightsAt), quarter);
    const even = finish(f.mul(f.add(evenBefore, evenFall), height));
    const odd = finish(f.mul(f.add(oddBefore, oddFall), height));
    f.store(to, 0, f.pick(even, odd, [0, 4, 1, 5]));
    f.store(to, 16, f.pick(even, odd, [2, 6, 3, 7]));
    f.copy(evenBefore, evenRise);
    f.copy(oddBefore, oddRise);
    f.setInteger(to, 4 * blockFrames, to);
  });
  return f;
}

let instance: SimdInstance | null | undefined;

function simd(): SimdInstance | null {
  if (instance !== undefined) return instance;
  const functions = {
    columns: columnsFunction(),
    rows: rowsFunction(),
    bands: bandsFunction(false),
    logBands: bandsFunction(true),
  };
  instance = instantiate(simdModule(functions, pages));
  if (instance === null) return null;
  const twiddles = new Float32Array(instance.memory, twiddleAt, 2 * points);
  for (let i = 0; i < points; i++) {
    const angle = (-2 * Math.PI * Math.floor(i / 20) * (i % 20)) / points;
    twiddles[2 * i] = Math.cos(angle);
    twiddles[2 * i + 1] = Math.sin(angle);
  }
  return instance;
}

/** Whether `melEnergies400` can do the job here. */
export function hasMelSimd(hop: number, mels: number): boolean {
  return hop <= largestHop && mels <= largestMels && simd() !== null;
}

/**
 * Energies [mels, frames] of frames of 400 samples, `hop` apart, of a sound that is padded already; with a `floor`,
 * log10(max(floor, energy)) instead. The window has 400 numbers. Ask `hasMelSimd` first.
 */
export function melEnergies400(
  sound: Float32Array,
  frames: number,
  hop: number,
  window: Float64Array,
  filters: MelFilters,
  floor: number | null,
): Float32Array {
  const { mels, starts, rise, heights } = filters;
  const { memory, functions } = simd() as SimdInstance;
  new Float32Array(memory, windowAt, points).set(window);
  new Int32Array(memory, startsAt, mels + 2).set(starts.map((bin) => 4 * bin));
  new Float32Array(memory, risesAt, rise.length).set(rise);
  new Float32Array(memory, fallsAt, rise.length).set(rise.map((height) => 1 - height));
  new Float32Array(memory, heightsAt, mels + 1).set([0, ...heights]);
  new Float32Array(memory, floorAt, 1)[0] = floor ?? 0;
  const bands = functions[floor === null ? 'bands' : 'logBands'];
  const room = new Float32Array(memory, soundAt, blockFrames * hop + points);
  const out = new Float32Array(mels * frames);
  for (let first = 0; first < frames; first += blockFrames) {
    const count = Math.min(blockFrames, frames - first);
    const piece = sound.subarray(first * hop, first * hop + (count - 1) * hop + points);
    room.set(piece);
    room.fill(0, piece.length);
    for (let frame = 0; frame < count; frame += 8) {
      functions['columns'](soundAt + 4 * frame * hop, 4 * hop);
      functions['rows']();
      bands(4 * (mels + 1), 4 * frame);
    }
    for (let m = 0; m < mels; m++) {
      out.set(new Float32Array(memory, energiesAt + 4 * m * blockFrames, count), m * frames + first);
    }
  }
  return out;
}
