import { describe, expect, it } from 'vitest';
import type { NodeDefinition, NodeFiles } from '../../../core/define/node.ts';
import { type Dim, one, typeOf, type WireType } from '../../../core/kinds/type.ts';
import type { EmbeddingValue, Json, ScoresValue, TensorValue, Value } from '../../../core/kinds/value.ts';
import { readModel } from '../../../core/onnx/read.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { Problem, problemData } from '../../../core/problems/problem.ts';
import { attention } from '../../../nodes/fusion/attention.ts';
import { concatFeatures } from '../../../nodes/fusion/concatFeatures.ts';
import { gated } from '../../../nodes/fusion/gated.ts';
import { learnedHead } from '../../../nodes/fusion/learnedHead.ts';
import { majorityVote } from '../../../nodes/fusion/majorityVote.ts';
import { max } from '../../../nodes/fusion/max.ts';
import { productOfExperts } from '../../../nodes/fusion/productOfExperts.ts';
import { weightedAverage } from '../../../nodes/fusion/weightedAverage.ts';
import { workbench } from '../../host/models/fixture.ts';
import { runLowered, runLoweredItems } from '../../lowered.ts';
import { buildModel, value } from '../../onnx-builder.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';
import { callNode, expectClose } from '../../test-node.ts';
import { embedding, scores } from './cases.ts';

type Params = Readonly<Record<string, Json>>;
type Values = Readonly<Record<string, Value>>;
interface Situation {
  readonly node: NodeDefinition;
  readonly port: string;
  readonly params: Params;
  readonly modalities: readonly string[];
  readonly files?: NodeFiles;
  readonly model?: Uint8Array;
  readonly host?: ReturnType<typeof pureHost>;
  /** What is known of the inputs before; all of it unless given. */
  readonly types?: Readonly<Record<string, WireType>>;
}

/** The value, with numbers that nobody may read. */
function spoilt<V extends Value>(value: V, by: number): V {
  if (value.kind === 'scores' || value.kind === 'embedding') return { ...value, data: value.data.map(() => by) };
  if (value.kind !== 'tensor' || value.dtype === 'string') return value;
  return { ...value, data: value.data.map(() => (value.dtype === 'float32' ? by : 1) as never) };
}

/**
 * Every choice of modalities that are missing, as one batch of items: what the graph answers for each is what the node
 * answers alone, and where the node has no answer, the graph says so. Absent ones hold garbage in the graph; then the
 * same once more, with NaN in them and no word of their absence.
 */
async function everyAbsence(it: Situation, make: (item: number) => Values): Promise<void> {
  const { node, port, params, modalities, files, model, host, types } = it;
  const patterns = Array.from({ length: 2 ** modalities.length }, (_, bits) =>
    modalities.filter((_, m) => (bits >> m) % 2 === 1),
  );
  const missing = Object.fromEntries(
    modalities.map((m) => [m, problemData('media-corrupt', { message: `${m} is corrupt`, fix: 'Mend it.' })]),
  );
  const ran = await Promise.all(
    patterns.map(async (absent, item) => {
      const inputs = Object.fromEntries(Object.entries(make(item)).filter(([name]) => !absent.includes(name)));
      try {
        return (await callNode(node, { params, inputs, files, host, missing }))[port] as Value;
      } catch (error) {
        expect(error instanceof Problem ? error.data.code : error).toBe('modality-missing');
        return null;
      }
    }),
  );
  const like = ran.find((value) => value !== null);
  const known = { params, files, bytes: model === undefined ? undefined : () => model, types };
  const outputs = { [port]: like ?? make(0)[modalities[0]] };
  for (const way of ['told', 'corrupt'] as const) {
    const items = patterns.map((absent, item) => {
      const all = make(item);
      const by = way === 'corrupt' ? Number.NaN : [Infinity, 7e8, Number.NaN][item % 3];
      const inputs = Object.fromEntries(
        Object.entries(all).map(([name, value]) => [name, absent.includes(name) ? spoilt(value, by) : value]),
      );
      return {
        inputs,
        present: Object.fromEntries(modalities.map((m) => [m, way === 'corrupt' || !absent.includes(m)])),
      };
    });
    const present = way === 'told' ? items[0].present : undefined;
    const call = { ...known, outputs, inputs: items[0].inputs, present };
    const one = await runLowered(node, call);
    // What takes one item at a time is asked once for each.
    const got =
      one.oneItemBecause.length === 0
        ? await runLoweredItems(node, call, items)
        : await Promise.all(
            items.map((item) => runLowered(node, { ...call, ...item, present: present && item.present })),
          ).then((all) => ({
            outputs: all.map((x) => x.outputs[0]),
            present: all.map((x) => x.present[0]),
          }));
    ran.forEach((want, item) => {
      const name = `${way}: without ${patterns[item].join(' and ') || 'none'}`;
      expect(got.present[item][port], name).toBe(want !== null);
      const answer = got.outputs[item][port];
      if (want === null) expect(numbersIn(answer).every(Number.isNaN), name).toBe(true);
      else expectClose(inOrderOf(answer, want), want, node.lowerTolerance, name);
    });
  }
}

function numbersIn(value: Value): readonly number[] {
  return value.kind === 'scores' || value.kind === 'embedding' ? Array.from(value.data) : [];
}

/** Scores in the class order, and with the labels, of the other: a graph keeps to one order whatever is missing. */
function inOrderOf(got: Value, want: Value): Value {
  if (got.kind !== 'scores' || want.kind !== 'scores' || got.labels === null) return got;
  const { labels } = got;
  if (want.labels === null) return { ...got, labels: null };
  return {
    ...got,
    labels: want.labels,
    data: Float32Array.from(want.labels, (label) => got.data[labels.indexOf(label)]),
  };
}

/** Scores that differ from item to item. */
function some(
  item: number,
  modality: number,
  form: ScoresValue['form'],
  labels: readonly string[] | null,
): ScoresValue {
  const raw = [0, 1, 2, 3].map((c) => ((item * 5 + modality * 11 + c * 7) % 13) + 0.25);
  const sum = raw.reduce((a, b) => a + b);
  const data =
    form === 'logits'
      ? raw.map((x) => x - 6)
      : form === 'independent'
        ? raw.map((x) => x / 14)
        : raw.map((x) => x / sum);
  return scores(data, labels, form);
}

const modalities = ['image', 'text', 'sound'];
const abcd = ['a', 'b', 'c', 'd'];
const labelSets: readonly (readonly (readonly string[] | null)[])[] = [
  [abcd, abcd, abcd],
  [null, null, null],
  [abcd, ['d', 'a', 'c', 'b'], ['b', 'a', 'd', 'c']],
  [null, abcd, abcd],
];
const defaults = { image: [0.7, 0.1, 0.1, 0.1], sound: [0.25, 0.5, 0.125, 0.125] };
const rules: readonly Params[] = [
  { whenMissing: 'fail' },
  { whenMissing: 'skip' },
  { whenMissing: 'skip', minimumPresent: 2 },
  { whenMissing: 'default' },
  { whenMissing: 'default', minimumPresent: 3 },
  { whenMissing: 'default', defaultValues: defaults },
];
const late: readonly (readonly [NodeDefinition, readonly Params[], readonly ScoresValue['form'][]])[] = [
  [weightedAverage, [{}, { weights: [3, 1, 0] }], ['probabilities', 'logits', 'other']],
  [max, [{}], ['probabilities', 'independent', 'logits']],
  [majorityVote, [{}], ['probabilities', 'logits', 'independent']],
  [productOfExperts, [{}, { weights: [3, 1, 0], exponents: 'mean' }], ['probabilities', 'logits', 'independent']],
  [
    gated,
    [
      { threshold: 0.4 },
      { threshold: 0.2, measure: 'margin', weights: [1, 2, 0] },
      { threshold: 0.15, measure: 'entropy' },
    ],
    ['probabilities'],
  ],
  [gated, [{ threshold: 0.9 }], ['independent']],
];

describe.each(late.map(([node, variants, forms]) => ({ name: node.type, node, variants, forms })))(
  '$name as operators, whatever is missing',
  ({ node, variants, forms }) => {
    it.each(rules.map((rule) => ({ rule, text: JSON.stringify(rule) })))('$text', async ({ rule }) => {
      for (const variant of variants)
        for (const form of forms)
          for (const labels of labelSets) {
            if (labels !== labelSets[0] && (form !== forms[0] || variant !== variants[0])) continue;
            const params = { modalities, ...rule, ...variant };
            const make = (item: number) =>
              Object.fromEntries(modalities.map((name, m) => [name, some(item, m, form, labels[m])]));
            await everyAbsence({ node, port: 'scores', params, modalities }, make);
          }
    });
  },
);

describe('scores as operators', () => {
  const situation = (node: NodeDefinition, params: Params, types?: Situation['types']): Situation => ({
    node,
    port: 'scores',
    params: { modalities, ...params },
    modalities,
    types,
  });
  const probabilities = (labels: (m: number) => readonly string[] | null) => (item: number) =>
    Object.fromEntries(modalities.map((name, m) => [name, some(item, m, 'probabilities', labels(m))]));
  it('of classes whose number is not known before', async () => {
    const make = probabilities(() => null);
    const types = Object.fromEntries(
      Object.entries(make(0)).map(([name, value]) => [name, { ...typeOf(value), classes: null } as WireType]),
    );
    for (const node of [weightedAverage, max, majorityVote, productOfExperts, gated])
      for (const whenMissing of ['skip', 'default'])
        await everyAbsence(situation(node, { whenMissing, threshold: 0.4 }, types), make);
    await rejects(() => everyAbsence(situation(gated, { measure: 'entropy' }, types), make), 'not-lowerable');
  });
  it('a thousand classes, and ties', async () => {
    const data = (item: number, m: number) =>
      Array.from({ length: 1000 }, (_, c) => ((c * 17 + m * 5 + item) % 10) / 4500);
    const make = (item: number) => Object.fromEntries(modalities.map((name, m) => [name, scores(data(item, m))]));
    for (const node of [weightedAverage, max, majorityVote, productOfExperts])
      await everyAbsence(situation(node, { whenMissing: 'skip' }), make);
  });
  it('a single class, and scores of 0', async () => {
    const single = (item: number) =>
      Object.fromEntries(modalities.map((name, m) => [name, scores([item * m > 0 ? 1 : 0])]));
    for (const [node, params] of [
      [max, {}],
      [weightedAverage, {}],
      [majorityVote, {}],
      [productOfExperts, {}],
      [gated, { measure: 'margin' }],
      [gated, { measure: 'entropy' }],
    ] as const)
      await everyAbsence(situation(node, { whenMissing: 'skip', ...params }), single);
  });
  it('takes a modality that is not wired as one that is never there', async () => {
    const inputs = { image: scores([0.25, 0.75]), text: scores([0.5, 0.5]) };
    for (const whenMissing of ['skip', 'default'])
      for (const node of [weightedAverage, max, majorityVote, productOfExperts, gated]) {
        const params = { modalities, whenMissing, defaultValues: { sound: [0.9, 0.1] } };
        const ran = (await callNode(node, { params, inputs })) as Record<string, Value>;
        const { outputs, present } = await runLowered(node, { params, inputs, outputs: ran }, 3);
        expect(present).toEqual([{ scores: true }, { scores: true }, { scores: true }]);
        expectClose(outputs[2]['scores'], ran['scores'], node.lowerTolerance);
      }
  });
  it('refuses what it could only guess', async () => {
    const make = (labels: readonly (readonly string[] | null)[], form: ScoresValue['form'] = 'probabilities') => {
      const inputs = Object.fromEntries(modalities.map((name, m) => [name, some(0, m, form, labels[m])]));
      return { inputs, outputs: { scores: inputs['image'] } };
    };
    const with_ =
      (node: NodeDefinition, params: Params, call: ReturnType<typeof make>, types?: Situation['types']) => () =>
        runLowered(node, { params: { modalities, ...params }, ...call, types });
    const dcba = ['d', 'c', 'b', 'a'];
    const mixed = await rejects(with_(max, { whenMissing: 'skip' }, make([abcd, null, dcba])), 'not-lowerable');
    expect(mixed.message).toMatch(/"text" has no labels/);
    await with_(max, { whenMissing: 'fail' }, make([abcd, null, dcba]))();
    await rejects(with_(max, {}, make([abcd, abcd, ['x', 'y', 'z', 'w']])), 'not-lowerable');
    await rejects(with_(gated, {}, make([null, null, null], 'logits')), 'not-lowerable');
    const probable = make([null, null, null]);
    const unknown = Object.fromEntries(
      Object.entries(probable.inputs).map(([name, value]) => [name, { ...typeOf(value), form: null } as WireType]),
    );
    const form = await rejects(with_(max, {}, probable, unknown), 'not-lowerable');
    expect(form.fix).toMatch(/softmax/);
    await with_(weightedAverage, {}, probable, unknown)();
    const forms = { ...probable.inputs, text: some(0, 1, 'logits', null) };
    await rejects(with_(weightedAverage, {}, { ...probable, inputs: forms }), 'not-lowerable');
    await rejects(with_(max, { whenMissing: 'default', defaultValues: { text: [1] } }, probable), 'not-lowerable');
    await rejects(with_(max, {}, { ...probable, inputs: { image: probable.inputs['image'] } }), 'not-lowerable');
  });
});

function vector(item: number, m: number, length: number): EmbeddingValue {
  return embedding(...Array.from({ length }, (_, i) => (((item + 1) * 7 + m * 13 + i * 5) % 17) / 8 - 1));
}

describe('fusion.attention as operators, whatever is missing', () => {
  it.each(rules.map((rule) => ({ rule, text: JSON.stringify(rule) })))('$text', async ({ rule }) => {
    for (const length of [4, 512]) {
      const long = Array.from({ length }, (_, i) => (i % 3) - 0.7);
      const params = {
        modalities,
        ...rule,
        ...(rule['defaultValues'] === undefined ? {} : { defaultValues: { text: long } }),
      };
      const make = (item: number) => Object.fromEntries(modalities.map((name, m) => [name, vector(item, m, length)]));
      await everyAbsence({ node: attention, port: 'embedding', params, modalities }, make);
      const asked = {
        node: attention,
        port: 'embedding',
        params: { ...params, query: 'port', temperature: 0.25 },
        modalities,
      };
      await everyAbsence(asked, (item) => ({ ...make(item), query: vector(item, 3, length) }));
      const types = Object.fromEntries(
        modalities.map((name) => [name, { kind: 'embedding', sequence: one, length: null } as WireType]),
      );
      await everyAbsence({ node: attention, port: 'embedding', params, modalities, types }, make);
    }
  });
  it('a query that is corrupt gives no result', async () => {
    const inputs = { image: vector(0, 0, 4), text: vector(0, 1, 4), query: embedding(1, Number.NaN, 0, 0) };
    const { present } = await runLowered(attention, {
      params: { query: 'port' },
      inputs,
      outputs: { embedding: inputs.text },
    });
    expect(present).toEqual([{ embedding: false }]);
  });
});

describe('fusion.concatFeatures as operators, whatever is missing', () => {
  const row = (item: number): TensorValue => ({
    kind: 'tensor',
    dtype: 'int64',
    shape: [1, 3],
    data: BigInt64Array.of(BigInt(item), 2n, -3n),
  });
  const half: TensorValue = { kind: 'tensor', dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0x3800) };
  const floats = (item: number): TensorValue => ({
    kind: 'tensor',
    dtype: 'float32',
    shape: [2],
    data: Float32Array.of(item, 0.5),
  });
  const make = (item: number): Values => ({
    image: vector(item, 0, 5),
    text: floats(item),
    sound: some(item, 2, 'logits', abcd),
  });
  it.each(['tensor', 'embedding'])('as %s', async (result) => {
    const base = { modalities, result };
    const all: readonly Params[] = [
      { whenMissing: 'fail' },
      { whenMissing: 'skip' },
      { whenMissing: 'skip', minimumPresent: 2 },
      { whenMissing: 'default', lengths: [5, 2, 4] },
      { whenMissing: 'default', lengths: [5, 2, 4], defaultValues: { text: [7, 8] } },
    ];
    for (const rule of all)
      await everyAbsence({ node: concatFeatures, port: 'features', params: { ...base, ...rule }, modalities }, make);
  });
  it('of whole numbers and halves, and of what is not wired', async () => {
    const inputs = { image: row(1), text: half };
    const all: readonly Params[] = [
      { modalities: ['image', 'text'] },
      { modalities, whenMissing: 'skip' },
      { modalities, whenMissing: 'default', lengths: [3, 2, 4] },
    ];
    for (const params of all) {
      const ran = (await callNode(concatFeatures, { params, inputs })) as Record<string, Value>;
      const { outputs, present } = await runLowered(concatFeatures, { params, inputs, outputs: ran }, 2);
      for (const output of outputs) expectClose(output['features'], ran['features'], 0);
      expect(present[0]).toEqual({ features: true });
    }
    const params = { modalities, whenMissing: 'default' };
    const call = { params, inputs, outputs: { features: half } };
    await rejects(() => runLowered(concatFeatures, call), 'not-lowerable');
    const wide = { ...call, params: { modalities: ['image'] }, inputs: { image: { ...half, shape: [2, 1] } } };
    await rejects(() => runLowered(concatFeatures, wide), 'not-lowerable');
  });
});

describe('fusion.learnedHead as operators, whatever is missing', () => {
  const bench = workbench();
  const host = pureHost({ models: bench.host });
  const weights = (name: string, rows: number, columns: number) => ({
    name,
    dtype: 'float32' as const,
    shape: [rows, columns],
    data: Float32Array.from({ length: rows * columns }, (_, i) => ((i * 7) % 11) / 5 - 1),
  });
  /** image . A + text . B + mask . C, then a softmax that keeps rows apart. */
  const headOf = (batch: Dim, dtype: 'float32' | 'float64' = 'float32') =>
    buildModel({
      inputs: [
        value('image', dtype, [batch, 4]),
        value('text', 'float32', [batch, 3]),
        value('mask', 'float32', [batch, 2]),
      ],
      outputs: [value('logits', 'float32', [batch, 5])],
      initializers: [weights('A', 4, 5), weights('B', 3, 5), weights('C', 2, 5)],
      nodes: [
        { op: 'Cast', inputs: ['image'], outputs: ['i32'], attributes: { to: { i: 1 } } },
        { op: 'MatMul', inputs: ['i32', 'A'], outputs: ['a'] },
        { op: 'MatMul', inputs: ['text', 'B'], outputs: ['b'] },
        { op: 'MatMul', inputs: ['mask', 'C'], outputs: ['c'] },
        { op: 'Add', inputs: ['a', 'b'], outputs: ['ab'] },
        { op: 'Add', inputs: ['ab', 'c'], outputs: ['logits'] },
      ],
    });
  const filesOf = (name: string, model: Uint8Array): NodeFiles => {
    bench.write(name, model);
    return { model: { path: name, bytes: model.length, sha256: name, model: signatureOf(readModel(model, name)) } };
  };
  const two = ['image', 'text'];
  const make = (item: number) => ({ image: vector(item, 0, 4), text: vector(item, 1, 3) });
  it.each([
    { name: 'a batch that is free', batch: 'batch' as Dim, dtype: 'float32' as const },
    { name: 'a batch of one', batch: 1 as Dim, dtype: 'float64' as const },
  ])('a head that takes $name', async ({ batch, dtype }) => {
    const model = headOf(batch, dtype);
    const name = `head-${batch}.onnx`;
    const files = filesOf(name, model);
    for (const result of ['scores', 'embedding']) {
      const all: readonly Params[] = [
        { whenMissing: 'fail' },
        { whenMissing: 'skip' },
        { whenMissing: 'default', defaultValues: { text: [1, 2, 3] } },
      ];
      for (const rule of all) {
        const params = { model: name, modalities: two, maskInput: 'mask', result, ...rule };
        await everyAbsence({ node: learnedHead, port: 'result', params, modalities: two, files, model, host }, make);
      }
    }
    const params = { model: name, modalities: two, maskInput: 'mask', result: 'tensor' };
    const ran = (await callNode(learnedHead, { params, inputs: make(1), files, host })) as Record<string, Value>;
    const call = { params, inputs: make(1), outputs: ran, files, bytes: () => model };
    const { outputs, oneItemBecause } = await runLowered(learnedHead, call, 2);
    expect(outputs).toHaveLength(batch === 1 ? 1 : 2);
    expect(oneItemBecause).toHaveLength(batch === 1 ? 1 : 0);
    for (const output of outputs) expectClose(output['result'], ran['result'], learnedHead.lowerTolerance);
  });
  it('a head whose inputs have no batch axis, and one that is not known', async () => {
    const model = buildModel({
      inputs: [value('image', 'float32', ['n']), value('text', 'float32', ['n'])],
      outputs: [value('sum', 'float32', ['n'])],
      nodes: [{ op: 'Add', inputs: ['image', 'text'], outputs: ['sum'] }],
    });
    const files = filesOf('flat.onnx', model);
    const params = { model: 'flat.onnx', modalities: two, result: 'embedding' };
    const inputs = { image: embedding(1, 2), text: embedding(3, 4) };
    const ran = (await callNode(learnedHead, { params, inputs, files, host })) as Record<string, Value>;
    const { outputs, oneItemBecause } = await runLowered(
      learnedHead,
      { params, inputs, outputs: ran, files, bytes: () => model },
      3,
    );
    expect(oneItemBecause[0]).toMatch(/"image" is one row/);
    expectClose(outputs[0]['result'], ran['result'], 0);
    await rejects(() => runLowered(learnedHead, { params, inputs, outputs: ran }), 'not-lowerable');
  });
});
