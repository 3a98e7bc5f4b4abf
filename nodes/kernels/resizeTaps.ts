/** Filters of the antialiased resize, as Pillow defines them. */
export type AntialiasFilter = 'bilinear' | 'bicubic' | 'lanczos';

/** Coefficients are fixed-point: 32 bits, less 8 for the pixel and 2 for overshoot (Pillow, Resample.c). */
export const precisionBits = 22;

export interface Taps {
  /** Coefficients of one output pixel stand at index * size. */
  readonly size: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/** Pillow's taps and fixed-point weights for each output pixel along one side. */
export function makeTaps(inSize: number, outSize: number, filter: AntialiasFilter): Taps {
  const { support: radius, weight } = filters[filter];
  const scale = inSize / outSize;
  const filterScale = Math.max(scale, 1);
  const support = radius * filterScale;
  const size = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(outSize);
  const count = new Int32Array(outSize);
  const weights = new Int32Array(outSize * size);
  const exact = new Float64Array(size);
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(inSize, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let k = 0; k < high - low; k++) {
      exact[k] = weight((k + low - centre + 0.5) * (1 / filterScale));
      sum += exact[k];
    }
    for (let k = 0; k < high - low; k++) {
      const share = (sum === 0 ? exact[k] : exact[k] / sum) * (1 << precisionBits);
      weights[i * size + k] = share < 0 ? Math.trunc(share - 0.5) : Math.trunc(share + 0.5);
    }
    first[i] = low;
    count[i] = high - low;
  }
  return { size, first, count, weights };
}

const filters: Record<AntialiasFilter, { readonly support: number; readonly weight: (x: number) => number }> = {
  bilinear: { support: 1, weight: triangle },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: lanczos3 },
};

function triangle(x: number): number {
  const d = Math.abs(x);
  return d < 1 ? 1 - d : 0;
}

/** Keys' cubic with a = -0.5, as Pillow has it (torch's form without antialias uses -0.75). */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

function lanczos3(x: number): number {
  return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
}

function sinc(x: number): number {
  if (x === 0) return 1;
  const angle = x * Math.PI;
  return Math.sin(angle) / angle;
}
