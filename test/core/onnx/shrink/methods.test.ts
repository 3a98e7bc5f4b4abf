import { describe, expect, it } from 'vitest';
import type { ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { methodFor, type ShrinkAsk } from '../../../../core/onnx/shrink/methods.ts';
import { shrink } from '../../../../core/onnx/shrink/shrink.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { convNet, pictures, sampleModel } from './models.ts';

const runner = makeModelRunner('m.onnx', 1);
const ask = (model: ModelProto, options: ShrinkAsk['options'], feeds = pictures(2)): ShrinkAsk => ({
  model,
  name: 'm.onnx',
  options,
  feeds,
  runner,
  stopwatch: null,
  listeners: {},
});

describe('operators that are to stay', () => {
  it('stay by every method, with the reason', async () => {
    for (const to of ['int8-static', 'pruned', 'float16'] as const) {
      const { layers } = await shrink(ask(convNet(), { to, exceptOperators: ['Gemm', 'Add'], except: ['deep'] }));
      const left = new Map(layers.left.map(({ node, why }) => [node, why]));
      expect([to, left.get('head'), left.get('deep')]).toEqual([to, 'it was excluded', 'it was excluded']);
      expect(layers.done).toEqual(expect.arrayContaining(['first', 'point', 'last']));
      expect(layers.done).not.toContain('head');
      if (to === 'float16') expect(left.get('Add_h')).toBe('it was excluded');
    }
  });

  it('leave tables and products of a text model', async () => {
    const text = sampleModel('text-classifier/models/intents.onnx');
    const { layers } = await shrink(ask(text, { to: 'int8', exceptOperators: ['Gather'] }, []));
    expect(layers.done).toHaveLength(5);
    const tables = await shrink(ask(text, { to: 'int8', exceptOperators: ['MatMul', 'Gemm'] }, []));
    expect(tables.how).toMatch(/^dynamic int8: 2 tables, weights/);
    expect(tables.layers.bytesAfter).toBeLessThan(0.5 * tables.layers.bytesBefore);
  });
});

describe('one line for what was made', () => {
  it.each<[ShrinkAsk['options'], RegExp]>([
    [
      { to: 'int8', bits: 8 },
      /^dynamic int8: 5 products and 2 tables, weights of 8 bits with a scale for each column$/,
    ],
    [{ to: 'int4' }, /^int4: 5 products and 2 tables in int8, symmetric, a scale for each 32 weights$/],
    [{ to: 'int4', symmetric: false, blockSize: 64 }, /with zero points, a scale for each 64 weights$/],
    [{ to: 'pruned', share: 0.125 }, /^pruned: the smallest 12.5 % of the weights of each of \d layers are zero$/],
    [{ to: 'float16', edges: 'float16' }, /^float16: \d+ nodes; float16 goes in and out$/],
  ])('%j', async (options, words) => {
    const method = await methodFor(ask(sampleModel('text-classifier/models/intents.onnx'), options, []));
    expect(method.how(method.make())).toMatch(words);
    expect(method.how(method.make(new Set()))).not.toContain('undefined');
  });
});
