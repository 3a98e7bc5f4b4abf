import sharp from 'sharp';

/** A picture with structure and noise, so that decoding costs what a photograph costs. */
export async function photograph(width: number, height: number): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  let seed = 1;
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const noise = (seed >>> 24) / 6;
      data[at++] = 90 + 60 * Math.sin(x / 40) + noise;
      data[at++] = 90 + 60 * Math.sin(y / 30) + noise;
      data[at++] = 90 + 60 * Math.sin((x + y) / 55) + noise;
    }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}
