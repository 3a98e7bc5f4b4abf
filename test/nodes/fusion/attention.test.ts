import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType } from '../../../core/kinds/type.ts';
import type { EmbeddingValue } from '../../../core/kinds/value.ts';
import { problemData } from '../../../core/problems/problem.ts';
import { attention } from '../../../nodes/fusion/attention.ts';
import { rejects } from '../../rejects.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';
import { embedding, jsonOf, maxDifference, modalities, names, reference } from './cases.ts';

testNode(attention);

async function attend(keys: readonly (readonly number[])[], params = {}, query?: readonly number[]) {
  const outputs = await callNode(attention, {
    params: { modalities: names(keys.length), ...params },
    inputs: { ...modalities(keys.map((k) => embedding(...k))), ...(query ? { query: embedding(...query) } : {}) },
  });
  return { data: (outputs['embedding'] as EmbeddingValue).data, report: jsonOf(outputs) };
}

describe('fusion.attention', () => {
  it("is torch's scaled_dot_product_attention", async () => {
    for (const { keys, query, temperature, port, mean } of reference.attention) {
      const asked = await attend(keys, { temperature, query: 'port' }, query);
      expect(maxDifference(asked.data, port)).toBeLessThan(2e-6);
      const own = await attend(keys, { temperature });
      expect(maxDifference(own.data, mean)).toBeLessThan(2e-6);
    }
  });
  it('keeps one modality, does not depend on order, and stays between its inputs', async () => {
    const vector = fc.array(
      fc.integer({ min: -50, max: 50 }).map((x) => x / 10),
      { minLength: 4, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(vector, vector, vector, async (a, b, c) => {
        expect(maxDifference((await attend([a])).data, Float32Array.from(a))).toBe(0);
        const abc = await attend([a, b, c]);
        const cab = await attend([c, a, b]);
        expect(maxDifference(abc.data, cab.data)).toBeLessThan(1e-5);
        const weights = (abc.report['used'] as { weight: number }[]).map((u) => u.weight);
        expect(weights.reduce((x, y) => x + y)).toBeCloseTo(1, 10);
        abc.data.forEach((x, i) => {
          expect(x).toBeGreaterThanOrEqual(Math.min(a[i], b[i], c[i]) - 1e-5);
          expect(x).toBeLessThanOrEqual(Math.max(a[i], b[i], c[i]) + 1e-5);
        });
      }),
      { numRuns: 40 },
    );
  });
  it('evens out as the temperature rises', async () => {
    const keys = [
      [3, 0],
      [0, 1],
    ];
    const { data } = await attend(keys, { temperature: 1000 });
    expect(data[0]).toBeCloseTo(1.5, 2);
    expect((await attend(keys, { temperature: 0.01 })).data[0]).toBeCloseTo(3, 5);
  });
  it('follows the rule for a missing modality', async () => {
    const inputs = { a: embedding(2, 0), c: embedding(0, 2) };
    const params = { modalities: ['a', 'b', 'c'] };
    await rejects(() => callNode(attention, { params, inputs }), 'modality-missing');
    const skipped = await callNode(attention, { params: { ...params, whenMissing: 'skip' }, inputs });
    expect((skipped['embedding'] as EmbeddingValue).data).toEqual(Float32Array.of(1, 1));
    const zeros = await callNode(attention, { params: { ...params, whenMissing: 'default' }, inputs });
    expect(jsonOf(zeros)['missing']).toMatchObject([{ modality: 'b', replacedBy: 'zero vector' }]);
    expect(jsonOf(zeros)['used']).toHaveLength(3);
    const nan = { ...inputs, b: embedding(Number.NaN, 0) };
    const corrupt = await callNode(attention, { params: { ...params, whenMissing: 'skip' }, inputs: nan });
    expect(jsonOf(corrupt)['missing']).toMatchObject([{ modality: 'b', code: 'value-nonfinite' }]);
    const wrong = { ...params, whenMissing: 'default', defaultValues: { b: [1, 2, 3] } };
    await rejects(() => callNode(attention, { params: wrong, inputs }), 'value-shape');
  });
  it('refuses embeddings of several lengths, and a query of another', async () => {
    await rejects(() => attend([[1, 2], [1]]), 'value-shape');
    const problem = await rejects(() => attend([[1, 2]], { query: 'port' }, [1, 2, 3]), 'value-shape');
    expect(problem.where.port).toBe('query');
    await rejects(() => attend([[1, 2]], { query: 'port' }, [1, Number.NaN]), 'value-nonfinite');
  });
  it('reports at check time what cannot be', () => {
    const check = (params: Record<string, string[] | string>, lengths: Record<string, number>) => {
      const codes: string[] = [];
      const out = attention.infer({
        inputs: Object.fromEntries(Object.entries(lengths).map(([n, length]) => [n, { ...anyType.embedding, length }])),
        params: defaultParams(attention, params),
        files: {},
        dims: {},
        report: (code, init) => codes.push(problemData(code, init).code),
      });
      return { codes, out: out['embedding'] };
    };
    const good = check({ modalities: ['a', 'b'] }, { a: 8, b: 8 });
    expect(good).toEqual({ codes: [], out: { ...anyType.embedding, length: 8 } });
    expect(check({ modalities: ['a', 'b'] }, { a: 8, b: 9 }).codes).toEqual(['wire-shape']);
    expect(check({ modalities: ['a', 'query'], query: 'port' }, { a: 8, query: 8 }).codes).toEqual(['param-invalid']);
    expect(check({ modalities: ['a', 'query'] }, { a: 8, query: 8 }).codes).toEqual([]);
  });
});
