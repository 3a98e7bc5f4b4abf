/**
 * Complex FFT of length 400 for the two-frames-at-once spectrogram: the length that Whisper, wav2vec and most 16 kHz
 * speech models take (25 ms). 400 = 20 x 20, Cooley and Tukey's step between the two passes; a DFT of 20 is done as
 * 4 x 5 by the prime factor algorithm (Good 1958, Thomas 1963), which needs no twiddles inside. Both passes are
 * written out, since V8 then keeps a whole DFT of 20 in registers and on the stack: 1.6 times as fast as the
 * general plan in fft.ts (bench/log-mel.ts prints both).
 */

const SIN1 = Math.sin((2 * Math.PI) / 5);
const SIN2 = Math.sin((4 * Math.PI) / 5);
const ROOT5 = Math.sqrt(5) / 4;

/** exp(-2 pi i p k / 400) at [20 p + k]. */
const twiddleRe = Float64Array.from({ length: 400 }, (_, i) =>
  Math.cos((2 * Math.PI * Math.floor(i / 20) * (i % 20)) / 400),
);
const twiddleIm = Float64Array.from(
  { length: 400 },
  (_, i) => -Math.sin((2 * Math.PI * Math.floor(i / 20) * (i % 20)) / 400),
);

/** Work space of one caller: `zr`, `zi` hold the result, bins in natural order, and room for one more. */
export interface Fft400 {
  readonly yr: Float64Array;
  readonly yi: Float64Array;
  readonly zr: Float64Array;
  readonly zi: Float64Array;
}

export function makeFft400(): Fft400 {
  return {
    yr: new Float64Array(400),
    yi: new Float64Array(400),
    zr: new Float64Array(401),
    zi: new Float64Array(401),
  };
}

/** FFT of x[first + k] * window[k] + i * x[second + k] * window[k] for k of 0 to 399, into `zr`, `zi`. */
export function fft400(space: Fft400, x: Float32Array, first: number, second: number, window: Float64Array): void {
  columns(x, first, second, window, space.yr, space.yi);
  rows(space.yr, space.yi, space.zr, space.zi);
}

// biome-ignore format: one line a butterfly
function columns(x: Float32Array, first: number, second: number, window: Float64Array, yr: Float64Array, yi: Float64Array): void {
  for (let p = 0; p < 20; p++) {
    const o = 20 * p, m = first + p, n = second + p;
    const a0r = x[m] * window[p], a0i = x[n] * window[p];
    const a1r = x[m + 20] * window[p + 20], a1i = x[n + 20] * window[p + 20];
    const a2r = x[m + 40] * window[p + 40], a2i = x[n + 40] * window[p + 40];
    const a3r = x[m + 60] * window[p + 60], a3i = x[n + 60] * window[p + 60];
    const a4r = x[m + 80] * window[p + 80], a4i = x[n + 80] * window[p + 80];
    const a5r = x[m + 100] * window[p + 100], a5i = x[n + 100] * window[p + 100];
    const a6r = x[m + 120] * window[p + 120], a6i = x[n + 120] * window[p + 120];
    const a7r = x[m + 140] * window[p + 140], a7i = x[n + 140] * window[p + 140];
    const a8r = x[m + 160] * window[p + 160], a8i = x[n + 160] * window[p + 160];
    const a9r = x[m + 180] * window[p + 180], a9i = x[n + 180] * window[p + 180];
    const a10r = x[m + 200] * window[p + 200], a10i = x[n + 200] * window[p + 200];
    const a11r = x[m + 220] * window[p + 220], a11i = x[n + 220] * window[p + 220];
    const a12r = x[m + 240] * window[p + 240], a12i = x[n + 240] * window[p + 240];
    const a13r = x[m + 260] * window[p + 260], a13i = x[n + 260] * window[p + 260];
    const a14r = x[m + 280] * window[p + 280], a14i = x[n + 280] * window[p + 280];
    const a15r = x[m + 300] * window[p + 300], a15i = x[n + 300] * window[p + 300];
    const a16r = x[m + 320] * window[p + 320], a16i = x[n + 320] * window[p + 320];
    const a17r = x[m + 340] * window[p + 340], a17i = x[n + 340] * window[p + 340];
    const a18r = x[m + 360] * window[p + 360], a18i = x[n + 360] * window[p + 360];
    const a19r = x[m + 380] * window[p + 380], a19i = x[n + 380] * window[p + 380];
    // Five DFTs of length 4 over n1, for n = (5 n1 + 4 n2) mod 20.
    const p0r = a0r + a10r, p0i = a0i + a10i, q0r = a0r - a10r, q0i = a0i - a10i;
    const s0r = a5r + a15r, s0i = a5i + a15i, t0r = a5i - a15i, t0i = a15r - a5r;
    const b00r = p0r + s0r, b00i = p0i + s0i, b10r = q0r + t0r, b10i = q0i + t0i;
    const b20r = p0r - s0r, b20i = p0i - s0i, b30r = q0r - t0r, b30i = q0i - t0i;
    const p1r = a4r + a14r, p1i = a4i + a14i, q1r = a4r - a14r, q1i = a4i - a14i;
    const s1r = a9r + a19r, s1i = a9i + a19i, t1r = a9i - a19i, t1i = a19r - a9r;
    const b01r = p1r + s1r, b01i = p1i + s1i, b11r = q1r + t1r, b11i = q1i + t1i;
    const b21r = p1r - s1r, b21i = p1i - s1i, b31r = q1r - t1r, b31i = q1i - t1i;
    const p2r = a8r + a18r, p2i = a8i + a18i, q2r = a8r - a18r, q2i = a8i - a18i;
    const s2r = a13r + a3r, s2i = a13i + a3i, t2r = a13i - a3i, t2i = a3r - a13r;
    const b02r = p2r + s2r, b02i = p2i + s2i, b12r = q2r + t2r, b12i = q2i + t2i;
    const b22r = p2r - s2r, b22i = p2i - s2i, b32r = q2r - t2r, b32i = q2i - t2i;
    const p3r = a12r + a2r, p3i = a12i + a2i, q3r = a12r - a2r, q3i = a12i - a2i;
    const s3r = a17r + a7r, s3i = a17i + a7i, t3r = a17i - a7i, t3i = a7r - a17r;
    const b03r = p3r + s3r, b03i = p3i + s3i, b13r = q3r + t3r, b13i = q3i + t3i;
    const b23r = p3r - s3r, b23i = p3i - s3i, b33r = q3r - t3r, b33i = q3i - t3i;
    const p4r = a16r + a6r, p4i = a16i + a6i, q4r = a16r - a6r, q4i = a16i - a6i;
    const s4r = a1r + a11r, s4i = a1i + a11i, t4r = a1i - a11i, t4i = a11r - a1r;
    const b04r = p4r + s4r, b04i = p4i + s4i, b14r = q4r + t4r, b14i = q4i + t4i;
    const b24r = p4r - s4r, b24i = p4i - s4i, b34r = q4r - t4r, b34i = q4i - t4i;
    // Four DFTs of length 5 over n2, for k = (5 k1 + 16 k2) mod 20.
    const c0r = b01r + b04r, c0i = b01i + b04i, d0r = b02r + b03r, d0i = b02i + b03i;
    const e0r = b01r - b04r, e0i = b01i - b04i, f0r = b02r - b03r, f0i = b02i - b03i;
    const g0r = c0r + d0r, g0i = c0i + d0i, h0r = (c0r - d0r) * ROOT5, h0i = (c0i - d0i) * ROOT5;
    const j0r = b00r - 0.25 * g0r, j0i = b00i - 0.25 * g0i;
    const l0r = j0r + h0r, l0i = j0i + h0i, m0r = j0r - h0r, m0i = j0i - h0i;
    const u0r = SIN1 * e0i + SIN2 * f0i, u0i = -SIN1 * e0r - SIN2 * f0r;
    const v0r = SIN2 * e0i - SIN1 * f0i, v0i = SIN1 * f0r - SIN2 * e0r;
    yr[o] = b00r + g0r; yi[o] = b00i + g0i;
    const w16r = l0r + u0r, w16i = l0i + u0i, x16r = twiddleRe[o + 16], x16i = twiddleIm[o + 16];
    yr[o + 16] = w16r * x16r - w16i * x16i; yi[o + 16] = w16r * x16i + w16i * x16r;
    const w12r = m0r + v0r, w12i = m0i + v0i, x12r = twiddleRe[o + 12], x12i = twiddleIm[o + 12];
    yr[o + 12] = w12r * x12r - w12i * x12i; yi[o + 12] = w12r * x12i + w12i * x12r;
    const w8r = m0r - v0r, w8i = m0i - v0i, x8r = twiddleRe[o + 8], x8i = twiddleIm[o + 8];
    yr[o + 8] = w8r * x8r - w8i * x8i; yi[o + 8] = w8r * x8i + w8i * x8r;
    const w4r = l0r - u0r, w4i = l0i - u0i, x4r = twiddleRe[o + 4], x4i = twiddleIm[o + 4];
    yr[o + 4] = w4r * x4r - w4i * x4i; yi[o + 4] = w4r * x4i + w4i * x4r;
    const c1r = b11r + b14r, c1i = b11i + b14i, d1r = b12r + b13r, d1i = b12i + b13i;
    const e1r = b11r - b14r, e1i = b11i - b14i, f1r = b12r - b13r, f1i = b12i - b13i;
    const g1r = c1r + d1r, g1i = c1i + d1i, h1r = (c1r - d1r) * ROOT5, h1i = (c1i - d1i) * ROOT5;
    const j1r = b10r - 0.25 * g1r, j1i = b10i - 0.25 * g1i;
    const l1r = j1r + h1r, l1i = j1i + h1i, m1r = j1r - h1r, m1i = j1i - h1i;
    const u1r = SIN1 * e1i + SIN2 * f1i, u1i = -SIN1 * e1r - SIN2 * f1r;
    const v1r = SIN2 * e1i - SIN1 * f1i, v1i = SIN1 * f1r - SIN2 * e1r;
    const w5r = b10r + g1r, w5i = b10i + g1i, x5r = twiddleRe[o + 5], x5i = twiddleIm[o + 5];
    yr[o + 5] = w5r * x5r - w5i * x5i; yi[o + 5] = w5r * x5i + w5i * x5r;
    const w1r = l1r + u1r, w1i = l1i + u1i, x1r = twiddleRe[o + 1], x1i = twiddleIm[o + 1];
    yr[o + 1] = w1r * x1r - w1i * x1i; yi[o + 1] = w1r * x1i + w1i * x1r;
    const w17r = m1r + v1r, w17i = m1i + v1i, x17r = twiddleRe[o + 17], x17i = twiddleIm[o + 17];
    yr[o + 17] = w17r * x17r - w17i * x17i; yi[o + 17] = w17r * x17i + w17i * x17r;
    const w13r = m1r - v1r, w13i = m1i - v1i, x13r = twiddleRe[o + 13], x13i = twiddleIm[o + 13];
    yr[o + 13] = w13r * x13r - w13i * x13i; yi[o + 13] = w13r * x13i + w13i * x13r;
    const w9r = l1r - u1r, w9i = l1i - u1i, x9r = twiddleRe[o + 9], x9i = twiddleIm[o + 9];
    yr[o + 9] = w9r * x9r - w9i * x9i; yi[o + 9] = w9r * x9i + w9i * x9r;
    const c2r = b21r + b24r, c2i = b21i + b24i, d2r = b22r + b23r, d2i = b22i + b23i;
    const e2r = b21r - b24r, e2i = b21i - b24i, f2r = b22r - b23r, f2i = b22i - b23i;
    const g2r = c2r + d2r, g2i = c2i + d2i, h2r = (c2r - d2r) * ROOT5, h2i = (c2i - d2i) * ROOT5;
    const j2r = b20r - 0.25 * g2r, j2i = b20i - 0.25 * g2i;
    const l2r = j2r + h2r, l2i = j2i + h2i, m2r = j2r - h2r, m2i = j2i - h2i;
    const u2r = SIN1 * e2i + SIN2 * f2i, u2i = -SIN1 * e2r - SIN2 * f2r;
    const v2r = SIN2 * e2i - SIN1 * f2i, v2i = SIN1 * f2r - SIN2 * e2r;
    const w10r = b20r + g2r, w10i = b20i + g2i, x10r = twiddleRe[o + 10], x10i = twiddleIm[o + 10];
    yr[o + 10] = w10r * x10r - w10i * x10i; yi[o + 10] = w10r * x10i + w10i * x10r;
    const w6r = l2r + u2r, w6i = l2i + u2i, x6r = twiddleRe[o + 6], x6i = twiddleIm[o + 6];
    yr[o + 6] = w6r * x6r - w6i * x6i; yi[o + 6] = w6r * x6i + w6i * x6r;
    const w2r = m2r + v2r, w2i = m2i + v2i, x2r = twiddleRe[o + 2], x2i = twiddleIm[o + 2];
    yr[o + 2] = w2r * x2r - w2i * x2i; yi[o + 2] = w2r * x2i + w2i * x2r;
    const w18r = m2r - v2r, w18i = m2i - v2i, x18r = twiddleRe[o + 18], x18i = twiddleIm[o + 18];
    yr[o + 18] = w18r * x18r - w18i * x18i; yi[o + 18] = w18r * x18i + w18i * x18r;
    const w14r = l2r - u2r, w14i = l2i - u2i, x14r = twiddleRe[o + 14], x14i = twiddleIm[o + 14];
    yr[o + 14] = w14r * x14r - w14i * x14i; yi[o + 14] = w14r * x14i + w14i * x14r;
    const c3r = b31r + b34r, c3i = b31i + b34i, d3r = b32r + b33r, d3i = b32i + b33i;
    const e3r = b31r - b34r, e3i = b31i - b34i, f3r = b32r - b33r, f3i = b32i - b33i;
    const g3r = c3r + d3r, g3i = c3i + d3i, h3r = (c3r - d3r) * ROOT5, h3i = (c3i - d3i) * ROOT5;
    const j3r = b30r - 0.25 * g3r, j3i = b30i - 0.25 * g3i;
    const l3r = j3r + h3r, l3i = j3i + h3i, m3r = j3r - h3r, m3i = j3i - h3i;
    const u3r = SIN1 * e3i + SIN2 * f3i, u3i = -SIN1 * e3r - SIN2 * f3r;
    const v3r = SIN2 * e3i - SIN1 * f3i, v3i = SIN1 * f3r - SIN2 * e3r;
    const w15r = b30r + g3r, w15i = b30i + g3i, x15r = twiddleRe[o + 15], x15i = twiddleIm[o + 15];
    yr[o + 15] = w15r * x15r - w15i * x15i; yi[o + 15] = w15r * x15i + w15i * x15r;
    const w11r = l3r + u3r, w11i = l3i + u3i, x11r = twiddleRe[o + 11], x11i = twiddleIm[o + 11];
    yr[o + 11] = w11r * x11r - w11i * x11i; yi[o + 11] = w11r * x11i + w11i * x11r;
    const w7r = m3r + v3r, w7i = m3i + v3i, x7r = twiddleRe[o + 7], x7i = twiddleIm[o + 7];
    yr[o + 7] = w7r * x7r - w7i * x7i; yi[o + 7] = w7r * x7i + w7i * x7r;
    const w3r = m3r - v3r, w3i = m3i - v3i, x3r = twiddleRe[o + 3], x3i = twiddleIm[o + 3];
    yr[o + 3] = w3r * x3r - w3i * x3i; yi[o + 3] = w3r * x3i + w3i * x3r;
    const w19r = l3r - u3r, w19i = l3i - u3i, x19r = twiddleRe[o + 19], x19i = twiddleIm[o + 19];
    yr[o + 19] = w19r * x19r - w19i * x19i; yi[o + 19] = w19r * x19i + w19i * x19r;
  }
}

// biome-ignore format: one line a butterfly
function rows(yr: Float64Array, yi: Float64Array, zr: Float64Array, zi: Float64Array): void {
  for (let q = 0; q < 20; q++) {
    const a0r = yr[q], a0i = yi[q];
    const a1r = yr[q + 20], a1i = yi[q + 20];
    const a2r = yr[q + 40], a2i = yi[q + 40];
    const a3r = yr[q + 60], a3i = yi[q + 60];
    const a4r = yr[q + 80], a4i = yi[q + 80];
    const a5r = yr[q + 100], a5i = yi[q + 100];
    const a6r = yr[q + 120], a6i = yi[q + 120];
    const a7r = yr[q + 140], a7i = yi[q + 140];
    const a8r = yr[q + 160], a8i = yi[q + 160];
    const a9r = yr[q + 180], a9i = yi[q + 180];
    const a10r = yr[q + 200], a10i = yi[q + 200];
    const a11r = yr[q + 220], a11i = yi[q + 220];
    const a12r = yr[q + 240], a12i = yi[q + 240];
    const a13r = yr[q + 260], a13i = yi[q + 260];
    const a14r = yr[q + 280], a14i = yi[q + 280];
    const a15r = yr[q + 300], a15i = yi[q + 300];
    const a16r = yr[q + 320], a16i = yi[q + 320];
    const a17r = yr[q + 340], a17i = yi[q + 340];
    const a18r = yr[q + 360], a18i = yi[q + 360];
    const a19r = yr[q + 380], a19i = yi[q + 380];
    // Five DFTs of length 4 over n1, for n = (5 n1 + 4 n2) mod 20.
    const p0r = a0r + a10r, p0i = a0i + a10i, q0r = a0r - a10r, q0i = a0i - a10i;
    const s0r = a5r + a15r, s0i = a5i + a15i, t0r = a5i - a15i, t0i = a15r - a5r;
    const b00r = p0r + s0r, b00i = p0i + s0i, b10r = q0r + t0r, b10i = q0i + t0i;
    const b20r = p0r - s0r, b20i = p0i - s0i, b30r = q0r - t0r, b30i = q0i - t0i;
    const p1r = a4r + a14r, p1i = a4i + a14i, q1r = a4r - a14r, q1i = a4i - a14i;
    const s1r = a9r + a19r, s1i = a9i + a19i, t1r = a9i - a19i, t1i = a19r - a9r;
    const b01r = p1r + s1r, b01i = p1i + s1i, b11r = q1r + t1r, b11i = q1i + t1i;
    const b21r = p1r - s1r, b21i = p1i - s1i, b31r = q1r - t1r, b31i = q1i - t1i;
    const p2r = a8r + a18r, p2i = a8i + a18i, q2r = a8r - a18r, q2i = a8i - a18i;
    const s2r = a13r + a3r, s2i = a13i + a3i, t2r = a13i - a3i, t2i = a3r - a13r;
    const b02r = p2r + s2r, b02i = p2i + s2i, b12r = q2r + t2r, b12i = q2i + t2i;
    const b22r = p2r - s2r, b22i = p2i - s2i, b32r = q2r - t2r, b32i = q2i - t2i;
    const p3r = a12r + a2r, p3i = a12i + a2i, q3r = a12r - a2r, q3i = a12i - a2i;
    const s3r = a17r + a7r, s3i = a17i + a7i, t3r = a17i - a7i, t3i = a7r - a17r;
    const b03r = p3r + s3r, b03i = p3i + s3i, b13r = q3r + t3r, b13i = q3i + t3i;
    const b23r = p3r - s3r, b23i = p3i - s3i, b33r = q3r - t3r, b33i = q3i - t3i;
    const p4r = a16r + a6r, p4i = a16i + a6i, q4r = a16r - a6r, q4i = a16i - a6i;
    const s4r = a1r + a11r, s4i = a1i + a11i, t4r = a1i - a11i, t4i = a11r - a1r;
    const b04r = p4r + s4r, b04i = p4i + s4i, b14r = q4r + t4r, b14i = q4i + t4i;
    const b24r = p4r - s4r, b24i = p4i - s4i, b34r = q4r - t4r, b34i = q4i - t4i;
    // Four DFTs of length 5 over n2, for k = (5 k1 + 16 k2) mod 20.
    const c0r = b01r + b04r, c0i = b01i + b04i, d0r = b02r + b03r, d0i = b02i + b03i;
    const e0r = b01r - b04r, e0i = b01i - b04i, f0r = b02r - b03r, f0i = b02i - b03i;
    const g0r = c0r + d0r, g0i = c0i + d0i, h0r = (c0r - d0r) * ROOT5, h0i = (c0i - d0i) * ROOT5;
    const j0r = b00r - 0.25 * g0r, j0i = b00i - 0.25 * g0i;
    const l0r = j0r + h0r, l0i = j0i + h0i, m0r = j0r - h0r, m0i = j0i - h0i;
    const u0r = SIN1 * e0i + SIN2 * f0i, u0i = -SIN1 * e0r - SIN2 * f0r;
    const v0r = SIN2 * e0i - SIN1 * f0i, v0i = SIN1 * f0r - SIN2 * e0r;
    zr[q] = b00r + g0r; zi[q] = b00i + g0i;
    zr[q + 320] = l0r + u0r; zi[q + 320] = l0i + u0i;
    zr[q + 240] = m0r + v0r; zi[q + 240] = m0i + v0i;
    zr[q + 160] = m0r - v0r; zi[q + 160] = m0i - v0i;
    zr[q + 80] = l0r - u0r; zi[q + 80] = l0i - u0i;
    const c1r = b11r + b14r, c1i = b11i + b14i, d1r = b12r + b13r, d1i = b12i + b13i;
    const e1r = b11r - b14r, e1i = b11i - b14i, f1r = b12r - b13r, f1i = b12i - b13i;
    const g1r = c1r + d1r, g1i = c1i + d1i, h1r = (c1r - d1r) * ROOT5, h1i = (c1i - d1i) * ROOT5;
    const j1r = b10r - 0.25 * g1r, j1i = b10i - 0.25 * g1i;
    const l1r = j1r + h1r, l1i = j1i + h1i, m1r = j1r - h1r, m1i = j1i - h1i;
    const u1r = SIN1 * e1i + SIN2 * f1i, u1i = -SIN1 * e1r - SIN2 * f1r;
    const v1r = SIN2 * e1i - SIN1 * f1i, v1i = SIN1 * f1r - SIN2 * e1r;
    zr[q + 100] = b10r + g1r; zi[q + 100] = b10i + g1i;
    zr[q + 20] = l1r + u1r; zi[q + 20] = l1i + u1i;
    zr[q + 340] = m1r + v1r; zi[q + 340] = m1i + v1i;
    zr[q + 260] = m1r - v1r; zi[q + 260] = m1i - v1i;
    zr[q + 180] = l1r - u1r; zi[q + 180] = l1i - u1i;
    const c2r = b21r + b24r, c2i = b21i + b24i, d2r = b22r + b23r, d2i = b22i + b23i;
    const e2r = b21r - b24r, e2i = b21i - b24i, f2r = b22r - b23r, f2i = b22i - b23i;
    const g2r = c2r + d2r, g2i = c2i + d2i, h2r = (c2r - d2r) * ROOT5, h2i = (c2i - d2i) * ROOT5;
    const j2r = b20r - 0.25 * g2r, j2i = b20i - 0.25 * g2i;
    const l2r = j2r + h2r, l2i = j2i + h2i, m2r = j2r - h2r, m2i = j2i - h2i;
    const u2r = SIN1 * e2i + SIN2 * f2i, u2i = -SIN1 * e2r - SIN2 * f2r;
    const v2r = SIN2 * e2i - SIN1 * f2i, v2i = SIN1 * f2r - SIN2 * e2r;
    zr[q + 200] = b20r + g2r; zi[q + 200] = b20i + g2i;
    zr[q + 120] = l2r + u2r; zi[q + 120] = l2i + u2i;
    zr[q + 40] = m2r + v2r; zi[q + 40] = m2i + v2i;
    zr[q + 360] = m2r - v2r; zi[q + 360] = m2i - v2i;
    zr[q + 280] = l2r - u2r; zi[q + 280] = l2i - u2i;
    const c3r = b31r + b34r, c3i = b31i + b34i, d3r = b32r + b33r, d3i = b32i + b33i;
    const e3r = b31r - b34r, e3i = b31i - b34i, f3r = b32r - b33r, f3i = b32i - b33i;
    const g3r = c3r + d3r, g3i = c3i + d3i, h3r = (c3r - d3r) * ROOT5, h3i = (c3i - d3i) * ROOT5;
    const j3r = b30r - 0.25 * g3r, j3i = b30i - 0.25 * g3i;
    const l3r = j3r + h3r, l3i = j3i + h3i, m3r = j3r - h3r, m3i = j3i - h3i;
    const u3r = SIN1 * e3i + SIN2 * f3i, u3i = -SIN1 * e3r - SIN2 * f3r;
    const v3r = SIN2 * e3i - SIN1 * f3i, v3i = SIN1 * f3r - SIN2 * e3r;
    zr[q + 300] = b30r + g3r; zi[q + 300] = b30i + g3i;
    zr[q + 220] = l3r + u3r; zi[q + 220] = l3i + u3i;
    zr[q + 140] = m3r + v3r; zi[q + 140] = m3i + v3i;
    zr[q + 60] = m3r - v3r; zi[q + 60] = m3i - v3i;
    zr[q + 380] = l3r - u3r; zi[q + 380] = l3i - u3i;
  }
}
