import type { EmbeddingValue } from '../../core/kinds/value.ts';
import type { EmbeddingPreview } from '../../core/studio/preview.ts';
import { cosineMatrix } from '../../nodes/kernels/similarity.ts';
import type { KeptPort } from './types.ts';
import type { PreviewWork, Rest } from './work.ts';

const mostCompared = 64;

export async function previewEmbedding(value: EmbeddingValue, work: PreviewWork): Promise<EmbeddingPreview> {
  const { data, unit } = value;
  const similarity = work.large ? { similarity: await similarityOf(work.port, work.rest) } : {};
  return {
    kind: 'embedding',
    ...work.item,
    length: data.length,
    norm: Math.sqrt(data.reduce((sum, x) => sum + x * x, 0)),
    unit,
    strip: means(data, work.request.width),
    ...similarity,
  };
}

/** At most `most` means of neighbouring numbers, as evenly cut as can be. */
function means(data: Float32Array, most: number): readonly number[] {
  const count = Math.min(data.length, most);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * data.length) / count);
    const to = Math.floor(((i + 1) * data.length) / count);
    let sum = 0;
    for (let k = from; k < to; k++) sum += data[k];
    return sum / (to - from);
  });
}

/** Of the kept items with one another, evenly chosen; items of another length than the first's are like nothing. */
async function similarityOf(port: KeptPort, rest: Rest): Promise<NonNullable<EmbeddingPreview['similarity']>> {
  const kept = port.times.length;
  const count = Math.min(kept, mostCompared);
  const places = Array.from({ length: count }, (_, i) =>
    count === kept ? i : Math.round((i * (kept - 1)) / (count - 1)),
  );
  const vectors: Float32Array[] = [];
  for (const place of places) {
    const value = await port.at(place);
    vectors.push(value.kind === 'embedding' ? value.data : new Float32Array());
  }
  const rows: (readonly number[])[] = [];
  for (const a of vectors) {
    rows.push(vectors.map((b) => (a.length === b.length ? cosineMatrix(a, b, 1, 1, a.length)[0] : 0)));
    await rest();
  }
  return { names: places.map((place) => timeText(port.times[place])), rows };
}

/** `1.25 s` */
function timeText(seconds: number): string {
  return `${Math.round(seconds * 1000) / 1000} s`;
}
