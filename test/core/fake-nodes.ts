import { defineNode, type NodeDefinition } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { makeRegistry } from '../../core/define/registry.ts';
import { anyType, many, one } from '../../core/kinds/type.ts';
import type { TensorOf } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

export function scalar(x: number): TensorOf<'float32'> {
  return { kind: 'tensor', dtype: 'float32', shape: [1], data: Float32Array.of(x) };
}

function first(value: { readonly data: ArrayLike<unknown> }): number {
  return Number(value.data[0]);
}

const scalarType = { ...anyType.tensor, dtype: 'float32', shape: [1] } as const;

/** A public input that takes a tensor, or gives its `value`. */
export const source = defineNode({
  type: 'fake.source',
  version: 1,
  title: 'Source',
  summary: 'Gives a number, or what was given from outside.',
  inputs: {},
  outputs: { x: port.tensor({ doc: 'number' }) },
  params: { value: p.number({ default: 1, doc: 'number' }) },
  external: 'tensor',
  infer: () => ({ x: scalarType }),
  run: ({ params, external }) => {
    if (external?.kind === 'media')
      throw new Problem('media-corrupt', { message: 'not a number', fix: 'give a number' });
    return { x: external?.kind === 'tensor' ? external : scalar(params.value) };
  },
  examples: [],
});

export const add = defineNode({
  type: 'fake.add',
  version: 1,
  title: 'Add',
  summary: 'Adds a number.',
  inputs: { x: port.tensor({ doc: 'x' }), y: port.tensor({ doc: 'y', optional: true }) },
  outputs: { x: port.tensor({ doc: 'sum' }) },
  params: { by: p.number({ default: 1, doc: 'number' }) },
  infer: ({ inputs }) => ({ x: inputs.x }),
  run: ({ inputs, params }) => ({ x: scalar(first(inputs.x) + (inputs.y ? first(inputs.y) : 0) + params.by) }),
  examples: [],
});

/** Gives 0 .. n-1 at the times i / rate. Counts how far it has got in `made`. */
export const made = { count: 0 };
export const count = defineNode({
  type: 'fake.count',
  version: 1,
  title: 'Count',
  summary: 'Counts from zero.',
  inputs: {},
  outputs: { x: port.tensor({ doc: 'number' }) },
  params: {
    n: p.int({ default: 10, doc: 'how many' }),
    rateHz: p.number({ default: 1, doc: 'rate' }),
    size: p.int({ default: 1, doc: 'elements' }),
  },
  infer: ({ params }) => ({
    x: {
      ...anyType.tensor,
      dtype: 'float32',
      shape: [params.size],
      sequence: { count: 'many', rateHz: params.rateHz },
    },
  }),
  async *stream({ params }) {
    for (let i = 0; i < params.n; i++) {
      made.count = i + 1;
      const data = new Float32Array(params.size).fill(i);
      yield { t: i / params.rateHz, outputs: { x: { kind: 'tensor', dtype: 'float32', shape: [params.size], data } } };
    }
  },
  examples: [],
});

export const sum = defineNode({
  type: 'fake.sum',
  version: 1,
  title: 'Sum',
  summary: 'Adds up a whole sequence.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'sum' }) },
  params: {},
  infer: () => ({ x: { ...scalarType, sequence: one } }),
  async *stream({ inputs }) {
    let total = 0;
    let items = 0;
    for await (const item of inputs.x) {
      total += first(item.value);
      items++;
    }
    if (items > 0) yield { t: 0, outputs: { x: scalar(total) } };
  },
  examples: [],
});

export const take = defineNode({
  type: 'fake.take',
  version: 1,
  title: 'Take',
  summary: 'The first few items.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: { n: p.int({ default: 3, doc: 'n' }) },
  infer: ({ inputs }) => ({ x: { ...inputs.x, sequence: many } }),
  async *stream({ inputs, params }) {
    let taken = 0;
    for await (const item of inputs.x) {
      yield { t: item.t, outputs: { x: item.value } };
      if (++taken >= params.n) return;
    }
  },
  examples: [],
});

export const sleep = defineNode({
  type: 'fake.sleep',
  version: 1,
  title: 'Sleep',
  summary: 'Waits, then passes on.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: { ms: p.number({ default: 10, doc: 'ms' }) },
  infer: ({ inputs }) => ({ x: inputs.x }),
  run: async ({ inputs, params, host, signal }) => {
    await host.sleep(params.ms, signal);
    return { x: inputs.x };
  },
  examples: [],
});

export const runs = { fail: 0 };
export const fail = defineNode({
  type: 'fake.fail',
  version: 1,
  title: 'Fail',
  summary: 'Fails in the way that it is told.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {
    how: p.choice(['media', 'bug', 'never'], { default: 'media', doc: 'how' }),
    at: p.number({ default: -1, doc: 'only at this value' }),
  },
  infer: ({ inputs }) => ({ x: inputs.x }),
  run: ({ inputs, params }) => {
    runs.fail++;
    if (params.how === 'never' || (params.at >= 0 && first(inputs.x) !== params.at)) return { x: inputs.x };
    if (params.how === 'bug') throw new TypeError('a bug');
    throw new Problem('media-corrupt', { message: 'broken', fix: 'mend it' });
  },
  examples: [],
});

/** Adds what is there; a missing modality counts 100. */
export const either = defineNode({
  type: 'fake.either',
  version: 1,
  title: 'Either',
  summary: 'Goes on without a modality.',
  inputs: { a: port.tensor({ doc: 'a', missing: 'accept' }), b: port.tensor({ doc: 'b', missing: 'accept' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {},
  infer: () => ({ x: scalarType }),
  run: ({ inputs, missing, note }) => {
    note('missing', Object.keys(missing));
    return { x: scalar((inputs.a ? first(inputs.a) : 100) + (inputs.b ? first(inputs.b) : 100)) };
  },
  examples: [],
});

export const cast = defineNode({
  type: 'fake.cast',
  version: 1,
  title: 'Cast',
  summary: 'Changes the dtype.',
  inputs: { x: port.tensor({ doc: 'x' }) },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: { to: p.choice(['float32', 'int64'], { default: 'float32', doc: 'to' }) },
  infer: ({ inputs, params }) => ({ x: { ...inputs.x, dtype: params.to } }),
  mend: (from, to) => (from.kind === 'tensor' && to.want.dtype?.includes('int64') ? { to: 'int64' } : null),
  run: ({ inputs, params }) => ({
    x:
      params.to === 'int64'
        ? { kind: 'tensor', dtype: 'int64', shape: [1], data: BigInt64Array.of(BigInt(first(inputs.x))) }
        : scalar(first(inputs.x)),
  }),
  examples: [],
});

export const wantsInt = defineNode({
  type: 'fake.wantsInt',
  version: 1,
  title: 'Wants int64',
  summary: 'Takes int64 [batch, 4] twice.',
  inputs: {
    x: port.tensor({ doc: 'x', dtype: ['int64'], shape: ['batch', 4] }),
    y: port.tensor({ doc: 'y', optional: true, shape: ['batch', null] }),
  },
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {},
  infer: ({ inputs, dims }) => ({ x: { ...inputs.x, shape: [dims.batch ?? 'batch', 4] } }),
  run: ({ inputs }) => ({ x: inputs.x }),
  examples: [],
});

export const shape = defineNode({
  type: 'fake.shape',
  version: 1,
  title: 'Shape',
  summary: 'A tensor of a shape.',
  inputs: {},
  outputs: { x: port.tensor({ doc: 'x' }) },
  params: {
    shape: p.numbers({ default: [1], doc: 'shape' }),
    dtype: p.choice(['float32', 'int64'], { default: 'int64', doc: 'dtype' }),
  },
  infer: ({ params }) => ({ x: { ...anyType.tensor, dtype: params.dtype, shape: params.shape } }),
  run: () => ({ x: scalar(0) }),
  examples: [],
});

export const text = defineNode({
  type: 'fake.text',
  version: 1,
  title: 'Text',
  summary: 'Gives a text.',
  inputs: {},
  outputs: { text: port.text({ doc: 'text' }) },
  params: {},
  infer: () => ({ text: anyType.text }),
  run: () => ({ text: { kind: 'text', text: 'hello' } }),
  examples: [],
});

export const out = defineNode({
  type: 'fake.out',
  version: 1,
  title: 'Out',
  summary: 'A public output.',
  inputs: { value: port.any({ doc: 'anything' }) },
  outputs: {},
  params: {},
  publishes: true,
  infer: () => ({}),
  run: () => ({}),
  examples: [],
});

const fakes: readonly NodeDefinition[] = [
  source,
  add,
  count,
  sum,
  take,
  sleep,
  fail,
  either,
  cast,
  wantsInt,
  shape,
  text,
  out,
];
export const fakeRegistry = makeRegistry(fakes);
