import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeDefinition } from '../../../core/define/node.ts';
import { anyType } from '../../../core/kinds/type.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { rejects } from '../../rejects.ts';
import { callNode, defaultParams } from '../../test-node.ts';
import { jsonOf, maxDifference, modalities, names, scores, scoresOf } from './cases.ts';

const probabilities = (m: number, c: number) =>
  fc.array(
    fc
      .array(fc.integer({ min: 1, max: 1000 }), { minLength: c, maxLength: c })
      .map((raw) => raw.map((x) => x / raw.reduce((a, b) => a + b, 0))),
    { minLength: m, maxLength: m },
  );

/** What every node of late fusion owes, whatever its rule. `keepsOne`: a single modality comes out as it went in. */
export function testLateFusion(node: NodeDefinition, options: { readonly keepsOne: boolean }): void {
  const fuse = (rows: readonly (readonly number[])[], params = {}) =>
    callNode(node, {
      params: { modalities: names(rows.length), ...params },
      inputs: modalities(rows.map((r) => scores(r))),
    });

  describe(`${node.type} as late fusion`, () => {
    it('gives probabilities that do not depend on the order of modalities', async () => {
      await fc.assert(
        fc.asyncProperty(probabilities(3, 4), async (rows) => {
          // The gate alone asks in the declared order; a threshold of 1 keeps it shut.
          const shut = node.type === 'fusion.gated' ? { threshold: 1 } : {};
          const a = scoresOf(await fuse(rows, shut)).data;
          const b = scoresOf(await fuse([rows[2], rows[0], rows[1]], shut)).data;
          expect(maxDifference(a, b)).toBeLessThan(1e-6);
          expect(a.reduce((x, y) => x + y, 0)).toBeCloseTo(1, 5);
          expect(a.every((x) => x >= 0 && x <= 1)).toBe(true);
        }),
        { numRuns: 40 },
      );
    });
    it('keeps a single modality', async () => {
      await fc.assert(
        fc.asyncProperty(probabilities(1, 5), async ([row]) => {
          const got = scoresOf(await fuse([row])).data;
          const best = row.indexOf(Math.max(...row));
          expect(got[best]).toBe(Math.max(...got));
          if (options.keepsOne) expect(maxDifference(got, Float32Array.from(row))).toBeLessThan(1e-6);
        }),
        { numRuns: 40 },
      );
    });
    it('matches the same labels in another order by name', async () => {
      const same = await callNode(node, {
        params: { modalities: ['a', 'b'] },
        inputs: { a: scores([0.7, 0.2, 0.1], ['x', 'y', 'z']), b: scores([0.5, 0.3, 0.2], ['x', 'y', 'z']) },
      });
      const turned = await callNode(node, {
        params: { modalities: ['a', 'b'] },
        inputs: { a: scores([0.7, 0.2, 0.1], ['x', 'y', 'z']), b: scores([0.2, 0.5, 0.3], ['z', 'x', 'y']) },
      });
      expect(scoresOf(turned)).toEqual(scoresOf(same));
      expect(scoresOf(same).labels).toEqual(['x', 'y', 'z']);
    });
    it('refuses labels, counts and forms that differ, at run time', async () => {
      const call = (b: ReturnType<typeof scores>) =>
        callNode(node, { params: { modalities: ['a', 'b'] }, inputs: { a: scores([0.5, 0.5], ['x', 'y']), b } });
      const labels = await rejects(() => call(scores([0.5, 0.5], ['x', 'q'])), 'value-invalid');
      expect(labels.message).toContain('"q"');
      expect(labels.where.port).toBe('b');
      await rejects(() => call(scores([0.5, 0.5], ['x', 'x'])), 'value-invalid');
      await rejects(() => call(scores([0.5, 0.3, 0.2])), 'value-shape');
      await rejects(() => call(scores([0.5, 0.5], null, 'logits')), 'value-invalid');
    });
    it('reports labels, counts, weights and stand-ins that cannot be, at check time', () => {
      const codes = (types: object[], params = {}) => {
        const problems: ProblemData[] = [];
        const all = { modalities: names(types.length), ...params };
        const out = node.infer({
          inputs: modalities(types.map((t) => ({ ...anyType.scores, ...t }))),
          params: defaultParams(node, all),
          files: {},
          dims: {},
          report: (code, init) => problems.push(problemData(code, init)),
        });
        return { codes: problems.map((x) => x.code), out: out['scores'] };
      };
      const xy = { classes: 2, labels: ['x', 'y'], form: 'probabilities' };
      expect(codes([xy, xy])).toEqual({ codes: [], out: { ...anyType.scores, ...xy } });
      expect(codes([xy, { ...xy, labels: ['y', 'x'] }])).toEqual({
        codes: [],
        out: { ...anyType.scores, ...xy, labels: null },
      });
      expect(codes([xy, { classes: 2, labels: ['y', 'q'] }]).codes).toEqual(['wire-shape']);
      expect(codes([xy, { classes: 3 }]).codes).toEqual(['wire-shape']);
      expect(codes([xy, xy], { minimumPresent: 3 }).codes).toEqual(['param-invalid']);
      expect(codes([xy, xy], { defaultValues: { m0: [1, 2, 3] } }).codes).toEqual(['param-invalid']);
      expect(codes([xy, xy], { defaultValues: { other: [1, 2] } }).codes).toEqual(['param-invalid']);
      expect(codes([xy, xy], { defaultValues: [1] }).codes).toEqual(['param-invalid']);
      if (Object.hasOwn(node.params, 'weights')) {
        expect(codes([xy, xy], { weights: [1] }).codes).toEqual(['param-invalid']);
        expect(codes([xy, xy], { weights: [0, 0] }).codes).toEqual(['param-invalid']);
      }
    });
  });

  describe(`${node.type} with a missing or corrupt modality`, () => {
    const a = scores([0.75, 0.25], ['x', 'y']);
    const c = scores([0.375, 0.625], ['x', 'y']);
    const broken = problemData('media-corrupt', { message: 'b.wav cannot be decoded', fix: 'Give another file.' });
    const call = (whenMissing: string, more = {}, b: ReturnType<typeof scores> | undefined = undefined) =>
      callNode(node, {
        params: { modalities: ['a', 'b', 'c'], whenMissing, ...more },
        inputs: { a, b, c },
        missing: { b: broken },
      });
    it('fails with the modality and the reason named', async () => {
      const problem = await rejects(() => call('fail'), 'modality-missing');
      expect(problem.message).toContain('"b"');
      expect(problem.message).toContain('b.wav cannot be decoded');
      expect(problem.where.port).toBe('b');
    });
    it('skips as if the modality did not exist', async () => {
      const skipped = await call('skip');
      const without = await callNode(node, { params: { modalities: ['a', 'c'] }, inputs: { a, c } });
      expect(scoresOf(skipped)).toEqual(scoresOf(without));
      const report = jsonOf(skipped);
      expect(report['missing']).toEqual([
        { modality: 'b', code: 'media-corrupt', message: 'b.wav cannot be decoded', replacedBy: 'nothing' },
      ]);
      expect((report['used'] as { modality: string }[]).map((u) => u.modality)).toEqual(['a', 'c']);
    });
    it('puts uniform scores or the declared numbers in its place', async () => {
      const uniform = await call('default', { threshold: 1 });
      const given = await callNode(node, {
        params: { modalities: ['a', 'b', 'c'], threshold: 1 },
        inputs: { a, b: scores([0.5, 0.5], ['x', 'y']), c },
      });
      expect(scoresOf(uniform)).toEqual(scoresOf(given));
      expect(jsonOf(uniform)['missing']).toMatchObject([{ modality: 'b', replacedBy: 'uniform scores' }]);
      const declared = await call('default', { threshold: 1, defaultValues: { b: [0.125, 0.875] } });
      const same = await callNode(node, {
        params: { modalities: ['a', 'b', 'c'], threshold: 1 },
        inputs: { a, b: scores([0.125, 0.875], ['x', 'y']), c },
      });
      expect(scoresOf(declared)).toEqual(scoresOf(same));
      expect(jsonOf(declared)['missing']).toMatchObject([{ modality: 'b', replacedBy: 'defaultValues' }]);
      await rejects(() => call('default', { defaultValues: { b: [1, 2, 3] } }), 'value-shape');
    });
    it('treats NaN and infinity as corrupt', async () => {
      const skipped = await call('skip', {}, scores([Number.NaN, 0.5], ['x', 'y']));
      expect(jsonOf(skipped)['missing']).toMatchObject([{ modality: 'b', code: 'value-nonfinite' }]);
      expect(scoresOf(skipped).data.every(Number.isFinite)).toBe(true);
      await rejects(() => call('fail', {}, scores([0.5, Number.POSITIVE_INFINITY], ['x', 'y'])), 'modality-missing');
    });
    it('wants at least minimumPresent modalities', async () => {
      const problem = await rejects(() => call('skip', { minimumPresent: 3 }), 'modality-missing');
      expect(problem.message).toContain('2 of 3');
      await rejects(
        () => callNode(node, { params: { modalities: ['a'], whenMissing: 'default' }, inputs: {} }),
        'modality-missing',
      );
    });
  });
}
