/**
 * Complex FFT of any length in double precision, from a plan made once: mixed radix 4, 2, 3, 5 and small primes in
 * Stockham's order (no bit reversal; Swarztrauber 1987), Bluestein's chirp for lengths with a large prime. Nothing is
 * allocated while it runs.
 */
export interface Fft {
  readonly length: number;
  /** X[k] = sum of x[n] exp(-2 pi i n k / length), in place; both arrays have `length` numbers. */
  forward(re: Float64Array, im: Float64Array): void;
}

/** Above this prime, `length` multiply-adds a point cost more than three FFTs of twice the length. */
const largestPrime = 43;

export function makeFft(length: number): Fft {
  if (!Number.isSafeInteger(length) || length < 1) throw new RangeError(`FFT of length ${length}`);
  const radices = factors(length);
  return Math.max(1, ...radices) > largestPrime ? bluestein(length) : mixedRadix(length, radices);
}

function factors(length: number): readonly number[] {
  const found: number[] = [];
  let rest = length;
  for (const radix of [4, 2, 3, 5]) {
    while (rest % radix === 0) {
      found.push(radix);
      rest /= radix;
    }
  }
  for (let prime = 7; prime * prime <= rest; prime += 2) {
    while (rest % prime === 0) {
      found.push(prime);
      rest /= prime;
    }
  }
  if (rest > 1) found.push(rest);
  return found;
}

/** One pass: `count` groups of `stride` butterflies; twiddles at [p * (radix - 1) + j - 1]. */
interface Pass {
  readonly radix: number;
  readonly count: number;
  readonly stride: number;
  readonly wr: Float64Array;
  readonly wi: Float64Array;
}
type Arrays = readonly [xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array];

function mixedRadix(length: number, radices: readonly number[]): Fft {
  const passes: Pass[] = [];
  let rest = length;
  let stride = 1;
  for (const radix of radices) {
    const count = rest / radix;
    const wr = new Float64Array(count * (radix - 1));
    const wi = new Float64Array(count * (radix - 1));
    for (let p = 0; p < count; p++) {
      for (let j = 1; j < radix; j++) {
        const angle = (-2 * Math.PI * ((p * j) % rest)) / rest;
        wr[p * (radix - 1) + j - 1] = Math.cos(angle);
        wi[p * (radix - 1) + j - 1] = Math.sin(angle);
      }
    }
    passes.push({ radix, count, stride, wr, wi });
    rest = count;
    stride *= radix;
  }
  const yr = new Float64Array(length);
  const yi = new Float64Array(length);
  return {
    length,
    forward: (re, im) => {
      let from: Arrays = [re, im, yr, yi];
      for (const pass of passes) {
        run(pass, from);
        from = [from[2], from[3], from[0], from[1]];
      }
      if (from[0] !== re) {
        re.set(yr);
        im.set(yi);
      }
    },
  };
}

function run(pass: Pass, [xr, xi, yr, yi]: Arrays): void {
  switch (pass.radix) {
    case 2:
      radix2(pass, xr, xi, yr, yi);
      return;
    case 3:
      radix3(pass, xr, xi, yr, yi);
      return;
    case 4:
      radix4(pass, xr, xi, yr, yi);
      return;
    case 5:
      radix5(pass, xr, xi, yr, yi);
      return;
    default:
      radixAny(pass, xr, xi, yr, yi);
  }
}

function radix2(pass: Pass, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { count, stride: s, wr, wi } = pass;
  const half = count * s;
  for (let p = 0; p < count; p++) {
    const cr = wr[p];
    const ci = wi[p];
    for (let i = p * s, o = 2 * p * s, end = i + s; i < end; i++, o++) {
      const ar = xr[i];
      const ai = xi[i];
      const br = xr[i + half];
      const bi = xi[i + half];
      yr[o] = ar + br;
      yi[o] = ai + bi;
      yr[o + s] = (ar - br) * cr - (ai - bi) * ci;
      yi[o + s] = (ar - br) * ci + (ai - bi) * cr;
    }
  }
}

const sin60 = Math.sqrt(3) / 2;

function radix3(pass: Pass, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { count, stride: s, wr, wi } = pass;
  const third = count * s;
  for (let p = 0; p < count; p++) {
    const c1r = wr[2 * p];
    const c1i = wi[2 * p];
    const c2r = wr[2 * p + 1];
    const c2i = wi[2 * p + 1];
    for (let i = p * s, o = 3 * p * s, end = i + s; i < end; i++, o++) {
      const br = xr[i + third] + xr[i + 2 * third];
      const bi = xi[i + third] + xi[i + 2 * third];
      const dr = (xi[i + third] - xi[i + 2 * third]) * sin60;
      const di = (xr[i + 2 * third] - xr[i + third]) * sin60;
      const mr = xr[i] - br / 2;
      const mi = xi[i] - bi / 2;
      yr[o] = xr[i] + br;
      yi[o] = xi[i] + bi;
      yr[o + s] = (mr + dr) * c1r - (mi + di) * c1i;
      yi[o + s] = (mr + dr) * c1i + (mi + di) * c1r;
      yr[o + 2 * s] = (mr - dr) * c2r - (mi - di) * c2i;
      yi[o + 2 * s] = (mr - dr) * c2i + (mi - di) * c2r;
    }
  }
}

// biome-ignore format: one line a butterfly
function radix4(pass: Pass, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { count, stride: s, wr, wi } = pass;
  const quarter = count * s;
  for (let p = 0; p < count; p++) {
    const w = 3 * p;
    const c1r = wr[w], c1i = wi[w], c2r = wr[w + 1], c2i = wi[w + 1], c3r = wr[w + 2], c3i = wi[w + 2];
    for (let i = p * s, o = 4 * p * s, end = i + s; i < end; i++, o++) {
      const ar = xr[i], ai = xi[i], br = xr[i + quarter], bi = xi[i + quarter];
      const cr = xr[i + 2 * quarter], ci = xi[i + 2 * quarter], dr = xr[i + 3 * quarter], di = xi[i + 3 * quarter];
      const er = ar + cr, ei = ai + ci, fr = ar - cr, fi = ai - ci;
      const gr = br + dr, gi = bi + di, hr = bi - di, hi = dr - br;
      const u1r = fr + hr, u1i = fi + hi, u2r = er - gr, u2i = ei - gi, u3r = fr - hr, u3i = fi - hi;
      yr[o] = er + gr; yi[o] = ei + gi;
      yr[o + s] = u1r * c1r - u1i * c1i; yi[o + s] = u1r * c1i + u1i * c1r;
      yr[o + 2 * s] = u2r * c2r - u2i * c2i; yi[o + 2 * s] = u2r * c2i + u2i * c2r;
      yr[o + 3 * s] = u3r * c3r - u3i * c3i; yi[o + 3 * s] = u3r * c3i + u3i * c3r;
    }
  }
}

const cos72 = Math.cos((2 * Math.PI) / 5);
const cos144 = Math.cos((4 * Math.PI) / 5);
const sin72 = Math.sin((2 * Math.PI) / 5);
const sin144 = Math.sin((4 * Math.PI) / 5);

// biome-ignore format: one line a butterfly
function radix5(pass: Pass, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { count, stride: s, wr, wi } = pass;
  const fifth = count * s;
  for (let p = 0; p < count; p++) {
    const w = 4 * p;
    const c1r = wr[w], c1i = wi[w], c2r = wr[w + 1], c2i = wi[w + 1];
    const c3r = wr[w + 2], c3i = wi[w + 2], c4r = wr[w + 3], c4i = wi[w + 3];
    for (let i = p * s, o = 5 * p * s, end = i + s; i < end; i++, o++) {
      const ar = xr[i], ai = xi[i], br = xr[i + fifth], bi = xi[i + fifth], cr = xr[i + 2 * fifth], ci = xi[i + 2 * fifth];
      const dr = xr[i + 3 * fifth], di = xi[i + 3 * fifth], er = xr[i + 4 * fifth], ei = xi[i + 4 * fifth];
      const t1r = br + er, t1i = bi + ei, t2r = cr + dr, t2i = ci + di;
      const t3r = br - er, t3i = bi - ei, t4r = cr - dr, t4i = ci - di;
      const m1r = ar + cos72 * t1r + cos144 * t2r, m1i = ai + cos72 * t1i + cos144 * t2i;
      const m2r = ar + cos144 * t1r + cos72 * t2r, m2i = ai + cos144 * t1i + cos72 * t2i;
      const n1r = sin72 * t3i + sin144 * t4i, n1i = -sin72 * t3r - sin144 * t4r;
      const n2r = sin144 * t3i - sin72 * t4i, n2i = sin72 * t4r - sin144 * t3r;
      const u1r = m1r + n1r, u1i = m1i + n1i, u2r = m2r + n2r, u2i = m2i + n2i;
      const u3r = m2r - n2r, u3i = m2i - n2i, u4r = m1r - n1r, u4i = m1i - n1i;
      yr[o] = ar + t1r + t2r; yi[o] = ai + t1i + t2i;
      yr[o + s] = u1r * c1r - u1i * c1i; yi[o + s] = u1r * c1i + u1i * c1r;
      yr[o + 2 * s] = u2r * c2r - u2i * c2i; yi[o + 2 * s] = u2r * c2i + u2i * c2r;
      yr[o + 3 * s] = u3r * c3r - u3i * c3i; yi[o + 3 * s] = u3r * c3i + u3i * c3r;
      yr[o + 4 * s] = u4r * c4r - u4i * c4i; yi[o + 4 * s] = u4r * c4i + u4i * c4r;
    }
  }
}

/** By the definition: radix squared multiply-adds a butterfly. */
function radixAny(pass: Pass, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { radix, count, stride: s, wr, wi } = pass;
  const step = count * s;
  const cos = Float64Array.from({ length: radix }, (_, k) => Math.cos((2 * Math.PI * k) / radix));
  const sin = Float64Array.from({ length: radix }, (_, k) => -Math.sin((2 * Math.PI * k) / radix));
  for (let p = 0; p < count; p++) {
    for (let q = 0; q < s; q++) {
      for (let j = 0; j < radix; j++) {
        let re = 0;
        let im = 0;
        for (let k = 0, turn = 0; k < radix; k++) {
          const i = q + p * s + k * step;
          re += xr[i] * cos[turn] - xi[i] * sin[turn];
          im += xr[i] * sin[turn] + xi[i] * cos[turn];
          turn += j;
          if (turn >= radix) turn -= radix;
        }
        const o = q + s * (radix * p + j);
        const cr = j === 0 ? 1 : wr[p * (radix - 1) + j - 1];
        const ci = j === 0 ? 0 : wi[p * (radix - 1) + j - 1];
        yr[o] = re * cr - im * ci;
        yi[o] = re * ci + im * cr;
      }
    }
  }
}

/** A length with a large prime as a circular convolution with a chirp (Bluestein 1970), by FFTs of a power of two. */
function bluestein(length: number): Fft {
  let size = 1;
  while (size < 2 * length - 1) size *= 2;
  const inner = makeFft(size);
  const cos = new Float64Array(length);
  const sin = new Float64Array(length);
  const chirpRe = new Float64Array(size);
  const chirpIm = new Float64Array(size);
  for (let n = 0; n < length; n++) {
    // n * n modulo 2 * length, without losing digits for long transforms.
    const angle = (Math.PI * Number((BigInt(n) * BigInt(n)) % BigInt(2 * length))) / length;
    cos[n] = Math.cos(angle);
    sin[n] = Math.sin(angle);
    chirpRe[n] = cos[n];
    chirpIm[n] = sin[n];
    if (n > 0) {
      chirpRe[size - n] = cos[n];
      chirpIm[size - n] = sin[n];
    }
  }
  inner.forward(chirpRe, chirpIm);
  const ar = new Float64Array(size);
  const ai = new Float64Array(size);
  return {
    length,
    forward: (re, im) => {
      ar.fill(0);
      ai.fill(0);
      for (let n = 0; n < length; n++) {
        ar[n] = re[n] * cos[n] + im[n] * sin[n];
        ai[n] = im[n] * cos[n] - re[n] * sin[n];
      }
      inner.forward(ar, ai);
      // The inverse transform is the forward one of the conjugate, conjugated.
      for (let k = 0; k < size; k++) {
        const vr = ar[k] * chirpRe[k] - ai[k] * chirpIm[k];
        ai[k] = -(ar[k] * chirpIm[k] + ai[k] * chirpRe[k]);
        ar[k] = vr;
      }
      inner.forward(ar, ai);
      for (let n = 0; n < length; n++) {
        const vr = ar[n] / size;
        const vi = -ai[n] / size;
        re[n] = vr * cos[n] + vi * sin[n];
        im[n] = vi * cos[n] - vr * sin[n];
      }
    },
  };
}
