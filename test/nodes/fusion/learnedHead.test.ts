import { describe, expect, it } from 'vitest';
import type { ModelSignature } from '../../../core/define/file-facts.ts';
import type { ModelSession } from '../../../core/define/host.ts';
import type { NodeFiles } from '../../../core/define/node.ts';
import { anyType, type WireType } from '../../../core/kinds/type.ts';
import type { Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { learnedHead } from '../../../nodes/fusion/learnedHead.ts';
import { numbersOf } from '../../../nodes/kernels/tensor.ts';
import { buildModel, value } from '../../onnx-builder.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, defaultParams, testNode } from '../../test-node.ts';
import { embedding, jsonOf, scores } from './cases.ts';

const tensorPort = (name: string, last: number | null, dtype: 'float32' | 'float16' = 'float32') => ({
  name,
  form: 'tensor' as const,
  dtype,
  shape: ['batch', last],
});

function signature(inputs: ModelSignature['inputs']): ModelSignature {
  return {
    inputs,
    outputs: [tensorPort('logits', 2), tensorPort('sum', 2)],
    irVersion: 8,
    opsets: [{ domain: '', version: 17 }],
    operators: { Add: 1 },
    parameterCount: 0,
    parameterBytes: 0,
    externalData: [],
    producer: 'test',
    metadata: {},
  };
}

function filesOf(inputs: ModelSignature['inputs'], labels?: string[]): NodeFiles {
  const fact = { path: 'head.onnx', bytes: 1, sha256: 'ab' };
  return { model: { ...fact, model: signature(inputs) }, ...(labels ? { labels: { ...fact, labels } } : {}) };
}

const pair = [tensorPort('image', 2), tensorPort('text', 2)];

/** Stands in for the runtime: `sum` adds the modalities, `logits` is twice that; keeps what it was fed. */
function fakeModels() {
  const fed: Record<string, TensorValue>[] = [];
  const session: ModelSession = {
    device: 'cpu',
    lane: 0,
    threads: 1,
    run: async (feeds) => {
      fed.push({ ...feeds });
      const rows = Object.entries(feeds).filter(([name]) => name !== 'mask');
      const sum = [0, 1].map((i) => rows.reduce((total, [, t]) => total + numbersOf(t)[i], 0));
      const out = (data: number[]): TensorValue => ({
        kind: 'tensor',
        dtype: 'float32',
        shape: [1, 2],
        data: Float32Array.from(data),
      });
      return { outputs: { sum: out(sum), logits: out(sum.map((x) => 2 * x)) }, runMs: 1, queueMs: 0 };
    },
  };
  return { fed, host: pureHost({ models: { open: async () => session } }) };
}

/** What the stand-in does, as a model: `sum` adds the modalities, `logits` is twice that. */
const adder = buildModel({
  inputs: pair.map(({ name }) => value(name, 'float32', ['batch', 2])),
  outputs: [value('logits', 'float32', ['batch', 2]), value('sum', 'float32', ['batch', 2])],
  nodes: [
    { op: 'Add', inputs: ['image', 'text'], outputs: ['sum'] },
    { op: 'Add', inputs: ['sum', 'sum'], outputs: ['logits'] },
  ],
});

testNode(learnedHead, { files: filesOf(pair), host: fakeModels().host, bytes: () => adder });

async function head(inputs: Record<string, Value>, params: Record<string, Json>, files = filesOf(pair)) {
  const { fed, host } = fakeModels();
  const outputs = await callNode(learnedHead, { params: { model: 'head.onnx', ...params }, inputs, files, host });
  return { result: outputs['result'], report: jsonOf(outputs), fed: fed[0] };
}

describe('fusion.learnedHead', () => {
  it('feeds each modality to the input of its name, in the dtype that the model wants', async () => {
    const { fed, result } = await head(
      { image: scores([0.5, 0.25]), text: embedding(1, 2) },
      {},
      filesOf([tensorPort('image', 2, 'float16'), tensorPort('text', 2)], ['no', 'yes']),
    );
    expect(fed['image']).toEqual({
      kind: 'tensor',
      dtype: 'float16',
      shape: [1, 2],
      data: Uint16Array.of(0x3800, 0x3400),
    });
    expect(fed['text'].dtype).toBe('float32');
    expect(result).toEqual(scores([3, 4.5], ['no', 'yes'], 'logits'));
  });
  it('feeds zeros or the declared mean for a missing modality', async () => {
    const inputs = { text: embedding(1, 2) };
    await rejects(() => head(inputs, {}), 'modality-missing');
    const zeros = await head(inputs, { whenMissing: 'default', outputName: 'sum', result: 'tensor' });
    expect(zeros.result).toMatchObject({ kind: 'tensor', data: Float32Array.of(1, 2) });
    expect(zeros.report['missing']).toMatchObject([{ modality: 'image', replacedBy: '2 zeros' }]);
    const mean = await head(inputs, { whenMissing: 'default', defaultValues: { image: [0.5, 0.5] } });
    expect(mean.fed['image'].data).toEqual(Float32Array.of(0.5, 0.5));
  });
  it('tells the model by its mask what is there', async () => {
    const files = filesOf([...pair, tensorPort('mask', 2)]);
    const params = { whenMissing: 'skip', maskInput: 'mask' };
    const skipped = await head({ text: embedding(1, 2) }, params, files);
    expect(skipped.fed['mask'].data).toEqual(Float32Array.of(0, 1));
    expect(skipped.fed['image'].data).toEqual(Float32Array.of(0, 0));
    expect(skipped.report['used']).toMatchObject([{ modality: 'text' }]);
    const whole = await head({ image: embedding(1, 1), text: embedding(1, 2) }, params, files);
    expect(whole.fed['mask'].data).toEqual(Float32Array.of(1, 1));
  });
  it('refuses an answer that does not fit its labels', async () => {
    const inputs = { image: embedding(1, 1), text: embedding(1, 2) };
    await rejects(() => head(inputs, {}, filesOf(pair, ['only one'])), 'value-shape');
  });
  it('reports at check time what the file contradicts', () => {
    const check = (params: Record<string, Json>, files = filesOf(pair), inputs: Record<string, WireType> = {}) => {
      const problems: ProblemData[] = [];
      learnedHead.infer({
        inputs,
        params: defaultParams(learnedHead, { model: 'head.onnx', ...params }),
        files,
        dims: {},
        report: (code, init) => problems.push(problemData(code, init)),
      });
      return problems;
    };
    expect(check({})).toEqual([]);
    const renamed = check({ modalities: ['image', 'caption'] });
    expect(renamed.map((x) => x.message).join()).toMatch(/no input "caption".*also wants "text"/s);
    expect(renamed[0].mend).toEqual({ setParam: { name: 'modalities', value: ['image', 'text'] } });
    expect(check({ whenMissing: 'skip' }).map((x) => x.where.param)).toEqual(['whenMissing']);
    expect(check({ outputName: 'nothing' }).map((x) => x.where.param)).toEqual(['outputName']);
    expect(check({}, filesOf(pair, ['a', 'b', 'c'])).map((x) => x.code)).toEqual(['asset-invalid']);
    expect(check({ defaultValues: { text: [1] } }).map((x) => x.where.param)).toEqual(['defaultValues']);
    const open = filesOf([tensorPort('image', null), tensorPort('text', 2)]);
    expect(check({ whenMissing: 'default' }, open).map((x) => x.where.param)).toEqual(['defaultValues']);
    const long = { image: { ...anyType.embedding, length: 3 } };
    expect(check({}, filesOf(pair), long).map((x) => x.code)).toEqual(['wire-shape']);
  });
});
