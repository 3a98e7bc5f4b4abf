import type { FileFacts } from '../../core/define/file-facts.ts';
import { Problem } from '../../core/problems/problem.ts';
import { dot } from './attentionWeights.ts';
import { descendingOrder } from './softmax.ts';

/** A small index: unit vectors of one length, row by row, with a label each. */
export interface VectorIndex {
  readonly labels: readonly string[];
  readonly length: number;
  readonly vectors: Float32Array;
}

/** An index is parsed once for as long as the facts of its file live; new content comes with new facts. */
const parsed = new WeakMap<FileFacts, VectorIndex>();

/** The index of a file, read by `read` unless it was parsed before. Throws `asset-invalid`. */
export async function indexOf(
  facts: FileFacts | undefined,
  path: string,
  read: () => Promise<string>,
): Promise<VectorIndex> {
  const known = facts && parsed.get(facts);
  if (known !== undefined) return known;
  const index = parseIndex(await read(), path);
  if (facts !== undefined) parsed.set(facts, index);
  return index;
}

/** Reads { items: [{ label, vector }] }; vectors are scaled to length one. Throws `asset-invalid`, naming the item. */
export function parseIndex(text: string, path: string): VectorIndex {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, 'is not valid JSON', cause);
  }
  const items = isObject(json) ? json['items'] : undefined;
  if (!Array.isArray(items) || items.length === 0) throw invalid(path, 'has no list "items" with at least one item');
  const labels: string[] = [];
  const first: unknown = isObject(items[0]) ? items[0]['vector'] : undefined;
  const length = Array.isArray(first) ? first.length : 0;
  const vectors = new Float32Array(items.length * length);
  items.forEach((item: unknown, i) => {
    const label = isObject(item) ? item['label'] : undefined;
    const vector = isObject(item) ? item['vector'] : undefined;
    if (typeof label !== 'string') throw invalid(path, `has no "label" text at items[${i}]`);
    if (!Array.isArray(vector) || !isFiniteList(vector) || vector.length === 0)
      throw invalid(path, `has no "vector" of finite numbers at items[${i}] ("${label}")`);
    if (vector.length !== length)
      throw invalid(
        path,
        `has vectors of several lengths: ${length} at items[0], ${vector.length} at items[${i}] ("${label}")`,
      );
    const size = Math.sqrt(dot(vector, vector));
    if (!(size > 0)) throw invalid(path, `has a vector of length zero at items[${i}] ("${label}")`);
    labels.push(label);
    for (let d = 0; d < length; d++) vectors[i * length + d] = vector[d] / size;
  });
  return { labels, length, vectors };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFiniteList(list: readonly unknown[]): list is readonly number[] {
  return list.every((x) => typeof x === 'number' && Number.isFinite(x));
}

function invalid(path: string, what: string, cause?: unknown): Problem {
  return new Problem('asset-invalid', {
    message: `The index "${path}" ${what}.`,
    fix: 'Write it as { "items": [{ "label": "cat", "vector": [0.1, 0.2] }] }, all vectors of one length.',
    where: { file: path, param: 'index' },
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The k items with the largest cosine to `query`, best first. Throws `value-shape` and `value-invalid`. */
export function searchIndex(
  index: VectorIndex,
  query: Float32Array,
  k: number,
  path: string,
): { readonly labels: readonly string[]; readonly cosines: Float32Array } {
  if (query.length !== index.length) {
    throw new Problem('value-shape', {
      message: `The embedding has length ${query.length}, but the vectors of "${path}" have ${index.length}.`,
      fix: 'Make the index with the model that makes the embedding.',
      where: { port: 'embedding' },
    });
  }
  const size = Math.sqrt(dot(query, query));
  if (!(size > 0) || !Number.isFinite(size)) {
    throw new Problem(Number.isFinite(size) ? 'value-invalid' : 'value-nonfinite', {
      message: Number.isFinite(size)
        ? 'The embedding is a zero vector, which points nowhere.'
        : 'The embedding holds NaN or infinity.',
      fix: 'Look for the cause in the model or its input.',
      where: { port: 'embedding' },
    });
  }
  const cosines = new Float64Array(index.labels.length);
  for (let i = 0; i < cosines.length; i++) {
    const at = i * index.length;
    let sum = 0;
    for (let d = 0; d < query.length; d++) sum += query[d] * index.vectors[at + d];
    cosines[i] = sum / size;
  }
  const order = Array.from(descendingOrder(cosines).subarray(0, k));
  return { labels: order.map((at) => index.labels[at]), cosines: Float32Array.from(order, (at) => cosines[at]) };
}
