import type { Dtype } from '../../core/kinds/dtype.ts';
import { type TensorValue, valueBytes } from '../../core/kinds/value.ts';
import type { TensorPreview } from '../../core/studio/preview.ts';
import { halfToNumber } from '../../nodes/kernels/float16.ts';
import { heatMap, sliceCount } from './heatMap.ts';
import { histogramsOf } from './histogram.ts';
import type { NumericTensor } from './tensorNumbers.ts';
import { tensorStatistics } from './tensorStatistics.ts';
import { cutText } from './text.ts';
import type { PreviewWork } from './work.ts';

const mostOnNode = 64;
const mostLarge = 512;
/** A tensor of strings may hold whole books. */
const mostCharacters = 200;

export async function previewTensor(tensor: TensorValue, work: PreviewWork): Promise<TensorPreview> {
  const { port, request, item, large } = work;
  const numeric = tensor.dtype === 'string' || tensor.data.length === 0 ? null : await previewNumbers(tensor, work);
  const tokens = (await port.tokens?.(tensor)) ?? null;
  return {
    kind: 'tensor',
    ...item,
    dtype: tensor.dtype,
    shape: tensor.shape,
    bytes: valueBytes(tensor),
    ...(numeric ?? { statistics: null, histogram: [], slices: 0, slice: 0 }),
    values: valueTexts(tensor, request.offset ?? 0, large ? mostLarge : mostOnNode),
    ...(tokens === null ? {} : { tokens }),
  };
}

type NumbersShown = Pick<TensorPreview, 'statistics' | 'histogram' | 'channelHistograms' | 'heat' | 'slices' | 'slice'>;

async function previewNumbers(tensor: NumericTensor, work: PreviewWork): Promise<NumbersShown> {
  const { request, blobs, rest } = work;
  const statistics = await tensorStatistics(tensor, rest);
  const { min, max, nan, infinite } = statistics;
  const empty = nan + infinite === tensor.data.length;
  const histograms = empty ? null : await histogramsOf(tensor, min, max, rest);
  const slices = sliceCount(tensor.shape);
  const slice = Math.max(0, Math.min(request.slice ?? 0, slices - 1));
  const heat =
    slices === 0
      ? {}
      : { heat: blobs.add(await heatMap(tensor, slice, statistics, request.width, request.height, rest), 'image/png') };
  return {
    statistics,
    histogram: histograms?.all ?? [],
    ...(histograms?.channels ? { channelHistograms: histograms.channels } : {}),
    ...heat,
    slices,
    slice,
  };
}

/** Elements from `offset` on as a person writes them: floats in six digits, whole numbers in full. */
export function valueTexts(tensor: TensorValue, offset: number, most: number): readonly string[] {
  const text = texts[tensor.dtype];
  return Array.from(tensor.data.slice(offset, offset + most), text);
}

function floatText(x: number | bigint | string): string {
  return String(Number(Number(x).toPrecision(6)));
}
function wholeText(x: number | bigint | string): string {
  return String(x);
}

const texts: { readonly [D in Dtype]: (x: number | bigint | string) => string } = {
  float32: floatText,
  float16: (x) => floatText(halfToNumber(Number(x))),
  float64: floatText,
  int8: wholeText,
  int16: wholeText,
  int32: wholeText,
  int64: wholeText,
  uint8: wholeText,
  uint16: wholeText,
  uint32: wholeText,
  uint64: wholeText,
  bool: (x) => (x === 0 ? 'false' : 'true'),
  string: (x) => cutText(String(x), mostCharacters),
};
