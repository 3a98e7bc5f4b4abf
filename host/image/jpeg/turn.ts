/** Where each orientation of Exif (2.32, 4.6.4) has the upright picture's first pixel, and whether its rows are columns. */
const orientations = [
  { right: false, bottom: false, swapped: false },
  { right: true, bottom: false, swapped: false },
  { right: true, bottom: true, swapped: false },
  { right: false, bottom: true, swapped: false },
  { right: false, bottom: false, swapped: true },
  { right: false, bottom: true, swapped: true },
  { right: true, bottom: true, swapped: true },
  { right: true, bottom: false, swapped: true },
] as const;

/** Whether width and height change places when a picture of this orientation is turned upright. */
export function swapsSides(orientation: number): boolean {
  return orientations[orientation - 1].swapped;
}

/** Turns pixels of `width` x `height`, as they lie in the file, upright. */
export function turnUpright(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  orientation: number,
): Uint8Array {
  if (orientation === 1) return data;
  const { right, bottom, swapped } = orientations[orientation - 1];
  const out = new Uint8Array(data.length);
  const across = right ? -channels : channels;
  const down = bottom ? -width * channels : width * channels;
  const first = ((bottom ? height - 1 : 0) * width + (right ? width - 1 : 0)) * channels;
  const [columns, rows] = swapped ? [height, width] : [width, height];
  const [column, row] = swapped ? [down, across] : [across, down];
  let to = 0;
  for (let y = 0; y < rows; y++) {
    let from = first + y * row;
    for (let x = 0; x < columns; x++) {
      for (let c = 0; c < channels; c++) out[to++] = data[from + c];
      from += column;
    }
  }
  return out;
}
