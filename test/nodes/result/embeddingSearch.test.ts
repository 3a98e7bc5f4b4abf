import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileFacts } from '../../../core/define/file-facts.ts';
import { embeddingSearch } from '../../../nodes/result/embeddingSearch.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, testNode } from '../../test-node.ts';
import { as } from './cases.ts';

const animals = {
  items: [
    { label: 'cat', vector: [2, 0] },
    { label: 'dog', vector: [0, 0.5] },
    { label: 'anticat', vector: [-1, 0] },
  ],
};

function reading(text: string) {
  const base = pureHost();
  let reads = 0;
  const host = pureHost({
    files: {
      ...base.files,
      text: async () => {
        reads++;
        return text;
      },
    },
  });
  return { host, reads: () => reads };
}

testNode(embeddingSearch, { host: reading(JSON.stringify(animals)).host });

function search(index: unknown, query: readonly number[], k = 5) {
  const text = typeof index === 'string' ? index : JSON.stringify(index);
  return callNode(embeddingSearch, {
    params: { index: 'animals.json', k },
    inputs: { embedding: { kind: 'embedding', data: Float32Array.from(query), unit: false } },
    host: reading(text).host,
  });
}

describe('result.embeddingSearch', () => {
  it('finds each item by itself, and orders by cosine', async () => {
    const vector = fc
      .array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 })
      .filter((v) => v.some((x) => x !== 0));
    await fc.assert(
      fc.asyncProperty(fc.array(vector, { minLength: 1, maxLength: 12 }), vector, async (vectors, query) => {
        const items = vectors.map((v, i) => ({ label: String(i), vector: v }));
        const cosine = (a: number[], b: number[]) => {
          const along = a.reduce((s, x, i) => s + x * b[i], 0);
          return along / Math.hypot(...a) / Math.hypot(...b);
        };
        const got = as((await search({ items }, query, 20))['scores'], 'scores');
        expect(got.data.length).toBe(vectors.length);
        got.labels?.forEach((label, i) => {
          expect(got.data[i]).toBeCloseTo(cosine(vectors[Number(label)], query), 5);
          if (i > 0) expect(got.data[i]).toBeLessThanOrEqual(got.data[i - 1]);
        });
        const self = as((await search({ items }, vectors[0], 1))['scores'], 'scores');
        expect(self.data[0]).toBeCloseTo(1, 5);
      }),
      { numRuns: 60 },
    );
  });
  it('parses a file once while its facts stand', async () => {
    const { host, reads } = reading(JSON.stringify(animals));
    const index: FileFacts = { path: 'animals.json', bytes: 9, sha256: 'ab' };
    const call = {
      params: { index: 'animals.json' },
      inputs: { embedding: { kind: 'embedding', data: Float32Array.of(1, 0), unit: true } as const },
      host,
    };
    await callNode(embeddingSearch, { ...call, files: { index } });
    await callNode(embeddingSearch, { ...call, files: { index } });
    expect(reads()).toBe(1);
    await callNode(embeddingSearch, { ...call, files: { index: { ...index, sha256: 'cd' } } });
    expect(reads()).toBe(2);
  });
  it('names what is wrong with an index', async () => {
    const said = async (index: unknown) => (await rejects(() => search(index, [1, 0]), 'asset-invalid')).message;
    expect(await said('{"items": [')).toContain('not valid JSON');
    expect(await said({ items: [] })).toContain('at least one item');
    expect(await said({ items: [{ vector: [1, 0] }] })).toContain('items[0]');
    expect(
      await said({
        items: [
          { label: 'a', vector: [1, 0] },
          { label: 'b', vector: [1] },
        ],
      }),
    ).toContain('2 at items[0], 1 at items[1] ("b")');
    expect(await said({ items: [{ label: 'a', vector: [1, 'x'] }] })).toContain('finite numbers');
    expect(await said({ items: [{ label: 'a', vector: [0, 0] }] })).toContain('length zero');
    expect(await said([1])).toContain('no list "items"');
  });
  it('refuses an embedding of another length, of zeros or of NaN', async () => {
    await rejects(() => search(animals, [1, 2, 3]), 'value-shape');
    await rejects(() => search(animals, [0, 0]), 'value-invalid');
    await rejects(() => search(animals, [Number.NaN, 0]), 'value-nonfinite');
  });
});
