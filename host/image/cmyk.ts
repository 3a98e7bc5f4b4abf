/**
 * Interleaved CMYK bytes (0 = no ink) to RGB, as Pillow's `convert('RGB')` does without a profile: each colour is
 * what its ink leaves of what black leaves. Source: Pillow 12 src/libImaging/Convert.c (cmyk2rgb).
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const out = new Uint8Array((cmyk.length / 4) * 3);
  let o = 0;
  for (let i = 0; i < cmyk.length; i += 4) {
    const light = 255 - cmyk[i + 3];
    for (let c = 0; c < 3; c++) {
      const product = cmyk[i + c] * light + 128;
      out[o++] = light - (((product >> 8) + product) >> 8);
    }
  }
  return out;
}
