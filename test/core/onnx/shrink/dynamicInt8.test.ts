import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TensorValue } from '../../../../core/kinds/value.ts';
import type { ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { type QuantiseOptions, quantiseDynamic } from '../../../../core/onnx/quantise.ts';
import { writeModel } from '../../../../core/onnx/read.ts';
import { outputError } from '../../../../core/onnx/shrink/error.ts';
import { type Feeds, withModel } from '../../../../core/onnx/shrink/run.ts';
import { makeModelRunner } from '../../../../host/models/shrinkRunner.ts';
import { root } from '../../../rules/sources.ts';
import { floats, sampleModel } from './models.ts';

interface Recorded {
  readonly seeds: readonly number[];
  readonly float: readonly (readonly number[])[];
  readonly methods: Readonly<
    Record<
      'products' | 'products and tables',
      { readonly bytes: number; readonly relative: number; readonly logits: readonly (readonly number[])[] }
    >
  >;
}

describe("dynamic int8 beside onnxruntime's quantize_dynamic (recorded)", () => {
  const recorded = JSON.parse(readFileSync(path.join(root, 'test/reference/shrink-dynamic.json'), 'utf8')) as Recorded;
  const before = sampleModel('text-classifier/models/intents.onnx');
  const feeds = recorded.seeds.map(sentence);
  const rows = (logits: readonly (readonly number[])[]): readonly Feeds[] =>
    logits.map((row) => ({ logits: floats([1, row.length], Float32Array.from(row)) }));
  // As the file says, nothing fused: so theirs ran, too.
  const logitsOf = (model: ModelProto): Promise<readonly Feeds[]> =>
    withModel(makeModelRunner('m.onnx', 1), model, 'plain', async (opened) => {
      const all: Feeds[] = [];
      for (const one of feeds) all.push({ logits: (await opened.run(one)).logits });
      return all;
    });
  const made = (options: QuantiseOptions) => quantiseDynamic(before, { smallest: 0, ...options });

  it('the float model answers as it did there', async () => {
    expect(outputError(rows(recorded.float), await logitsOf(before)).relative).toBeLessThan(1e-5);
  });

  it('gives the same output within 1e-2 relative, and is as near to float32', async () => {
    const { model, report } = made({ except: new Set(lookupsOf(before)) });
    expect(report.quantised).toHaveLength(6);
    const { products } = recorded.methods;
    const ours = await logitsOf(model);
    const { relative, top1 } = outputError(rows(products.logits), ours);
    expect(relative).toBeLessThan(1e-2);
    expect(top1?.same).toBeGreaterThanOrEqual(98);
    expect(outputError(rows(recorded.float), ours).relative).toBeLessThan(1.1 * products.relative);
    expect(writeModel(model).length).toBeLessThan(1.02 * products.bytes);
  });

  it('with tables too: nearer to float32 than theirs, for each row has a scale, and at most a twentieth larger', async () => {
    const { model, report } = made({});
    expect(report.quantised).toEqual(expect.arrayContaining([...lookupsOf(before)].slice(0, 1)));
    const theirs = recorded.methods['products and tables'];
    const ours = await logitsOf(model);
    expect(outputError(rows(recorded.float), ours).relative).toBeLessThan(theirs.relative);
    expect(outputError(rows(theirs.logits), ours).relative).toBeLessThan(2e-2);
    expect(writeModel(model).length).toBeLessThan(1.05 * theirs.bytes);
  });
});

function lookupsOf({ graph }: ModelProto): readonly string[] {
  return graph?.node.filter(({ opType }) => opType === 'Gather').map(({ name }) => name) ?? [];
}

/** The sentence that test/reference/shrink-dynamic.py makes of a seed. */
function sentence(seed: number): Feeds {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const length = 3 + Math.floor(next() * 21);
  const ids = Array.from({ length }, () => BigInt(5 + Math.floor(next() * 1995)));
  const int64 = (data: BigInt64Array): TensorValue => ({ kind: 'tensor', dtype: 'int64', shape: [1, length], data });
  return {
    input_ids: int64(BigInt64Array.from(ids)),
    attention_mask: int64(new BigInt64Array(length).fill(1n)),
  };
}
