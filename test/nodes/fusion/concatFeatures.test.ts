import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyType, type WireType } from '../../../core/kinds/type.ts';
import type { Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { concatFeatures } from '../../../nodes/fusion/concatFeatures.ts';
import { rejects } from '../../rejects.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';
import { embedding, jsonOf, modalities, names, scores } from './cases.ts';

testNode(concatFeatures);

const tensor = (shape: number[], data: number[]): TensorValue => ({
  kind: 'tensor',
  dtype: 'float32',
  shape,
  data: Float32Array.from(data),
});

async function concat(inputs: Record<string, Value>, params: Record<string, Json> = {}) {
  const outputs = await callNode(concatFeatures, { params: { modalities: Object.keys(inputs), ...params }, inputs });
  return { features: outputs['features'], report: jsonOf(outputs) };
}

function check(inputs: Record<string, WireType>, params: Record<string, Json> = {}) {
  const problems: ProblemData[] = [];
  const out = concatFeatures.infer({
    inputs,
    params: defaultParams(concatFeatures, { modalities: Object.keys(inputs), ...params }),
    files: {},
    dims: {},
    report: (code, init) => problems.push(problemData(code, init)),
  });
  return { problems, features: out['features'] };
}

describe('fusion.concatFeatures', () => {
  it('joins embeddings, scores and rows of any dtype in order', async () => {
    const half: TensorValue = { kind: 'tensor', dtype: 'float16', shape: [1, 2], data: Uint16Array.of(0x3c00, 0xc000) };
    const wide: TensorValue = { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(7n) };
    const inputs = { a: embedding(0.5), b: half, c: wide, d: scores([0.25, 0.75]), e: tensor([2], [8, 9]) };
    const { features } = await concat(inputs);
    expect(features).toEqual(tensor([1, 8], [0.5, 1, -2, 7, 0.25, 0.75, 8, 9]));
    const { features: one } = await concat(inputs, { result: 'embedding' });
    expect(one).toEqual(embedding(0.5, 1, -2, 7, 0.25, 0.75, 8, 9));
  });
  it('keeps every number of every modality where its order says', async () => {
    const row = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 4 }), async (rows) => {
        const { features } = await concat(modalities(rows.map((r) => embedding(...r))), {
          modalities: names(rows.length),
        });
        expect((features as TensorValue).data).toEqual(Float32Array.from(rows.flat()));
      }),
      { numRuns: 40 },
    );
  });
  it('follows the rule for a missing modality', async () => {
    const inputs = { a: embedding(1, 2), c: embedding(3) };
    const params = { modalities: ['a', 'b', 'c'] };
    await rejects(() => concat(inputs, params), 'modality-missing');
    const skipped = await concat(inputs, { ...params, whenMissing: 'skip' });
    expect(skipped.features).toEqual(tensor([1, 3], [1, 2, 3]));
    const zeros = await concat(inputs, { ...params, whenMissing: 'default', lengths: [2, 2, 1] });
    expect(zeros.features).toEqual(tensor([1, 5], [1, 2, 0, 0, 3]));
    const given = await concat(inputs, { ...params, whenMissing: 'default', defaultValues: { b: [0.5, 0.25] } });
    expect(given.features).toEqual(tensor([1, 5], [1, 2, 0.5, 0.25, 3]));
    expect(given.report['missing']).toMatchObject([{ modality: 'b', replacedBy: 'defaultValues' }]);
    await rejects(() => concat(inputs, { ...params, whenMissing: 'default' }), 'modality-missing');
    const nan = await concat({ a: embedding(1), b: tensor([1], [Number.NaN]) }, { whenMissing: 'skip' });
    expect(nan.features).toEqual(tensor([1, 1], [1]));
  });
  it('refuses more than one row, and strings', async () => {
    const problem = await rejects(() => concat({ a: tensor([2, 2], [1, 2, 3, 4]) }), 'value-shape');
    expect(problem.message).toContain('[2, 2]');
    await rejects(() => concat({ a: { kind: 'tensor', dtype: 'string', shape: [1], data: ['x'] } }), 'value-invalid');
  });
  it('infers the length, and reports what cannot be', () => {
    const a = { ...anyType.embedding, length: 4 };
    const b: WireType = { ...anyType.tensor, dtype: 'float32', shape: [1, 3] };
    expect(check({ a, b }).features).toMatchObject({ dtype: 'float32', shape: [1, 7] });
    expect(check({ a, b }, { result: 'embedding' }).features).toEqual({ ...anyType.embedding, length: 7 });
    expect(check({ a, b }, { whenMissing: 'skip' }).features).toMatchObject({ shape: [1, null] });
    const open = check({ a, b }, { whenMissing: 'default' }).problems;
    expect(open.map((p) => p.code)).toEqual(['param-invalid', 'param-invalid']);
    expect(open[0].mend).toEqual({ setParam: { name: 'lengths', value: [4, 3] } });
    expect(check({ a, b }, { whenMissing: 'default', lengths: [4, 3] }).problems).toEqual([]);
    expect(check({ a, b }, { whenMissing: 'default', lengths: [4, 9] }).problems).toHaveLength(1);
    expect(check({ a, b }, { lengths: [4] }).problems.map((p) => p.where.param)).toEqual(['lengths']);
    const square: WireType = { ...anyType.tensor, dtype: 'float32', shape: [5, 3] };
    expect(check({ a, b: square }).problems.map((p) => p.code)).toEqual(['wire-shape']);
  });
});
