import { defineNode } from '../../../core/define/node.ts';
import { p } from '../../../core/define/param.ts';
import { port } from '../../../core/define/port.ts';
import { makeRegistry, type Registry } from '../../../core/define/registry.ts';
import { anyType, one } from '../../../core/kinds/type.ts';
import type { TensorOf } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';

const type = { ...anyType.tensor, dtype: 'float32', shape: [1] } as const;
const ms = p.number({ default: 5, min: 0, doc: 'Milliseconds.' });
const x = port.tensor({ doc: 'x' });

function scalar(value: number): TensorOf<'float32'> {
  return { kind: 'tensor', dtype: 'float32', shape: [1], data: Float32Array.of(value) };
}

type Copy = (megabytes: number, times: number) => number;

/** Nodes that take as long as they are told. `spin` keeps the calling thread busy. */
export function delayRegistry(spin: (ms: number) => void, copy: Copy = copyAgainAndAgain): Registry {
  const described = { version: 1, examples: [] } as const;
  const inputs = {
    a: port.tensor({ doc: 'a', optional: true, missing: 'accept' }),
    b: port.tensor({ doc: 'b', optional: true, missing: 'accept' }),
    c: port.tensor({ doc: 'c', optional: true, missing: 'accept' }),
  };
  return makeRegistry([
    defineNode({
      ...described,
      type: 'delay.start',
      title: 'Start',
      summary: 'Gives a number.',
      inputs: {},
      outputs: { x },
      params: { fails: p.boolean({ default: false, doc: 'Gives a broken medium.' }) },
      infer: () => ({ x: type }),
      run: ({ params }) => {
        if (params.fails) throw new Problem('media-corrupt', { message: 'broken', fix: 'mend it' });
        return { x: scalar(1) };
      },
    }),
    defineNode({
      ...described,
      type: 'delay.sleep',
      title: 'Sleep',
      summary: 'Waits for all of its inputs, then sleeps.',
      inputs,
      outputs: { x },
      params: { ms },
      infer: () => ({ x: type }),
      run: async ({ params, host, signal }) => {
        await host.sleep(params.ms, signal);
        return { x: scalar(1) };
      },
    }),
    defineNode({
      ...described,
      type: 'delay.spin',
      title: 'Spin',
      summary: 'Keeps the main thread busy.',
      inputs,
      outputs: { x },
      params: { ms },
      infer: () => ({ x: type }),
      run: ({ params }) => {
        spin(params.ms);
        return { x: scalar(1) };
      },
    }),
    defineNode({
      ...described,
      type: 'delay.mixed',
      title: 'Mixed',
      summary: 'Spins, sleeps and spins again.',
      inputs: { x },
      outputs: { x },
      params: { ms },
      infer: () => ({ x: type }),
      run: async ({ inputs: given, params, host, signal }) => {
        spin(params.ms);
        await host.sleep(params.ms, signal);
        spin(params.ms);
        return { x: given.x };
      },
    }),
    defineNode({
      ...described,
      type: 'delay.copy',
      title: 'Copy',
      summary: 'Allocates and copies so many megabytes, again and again.',
      inputs: { x },
      outputs: { x },
      params: { megabytes: p.int({ default: 8, min: 1, doc: 'MB' }), times: p.int({ default: 1, min: 1, doc: 'n' }) },
      infer: () => ({ x: type }),
      run: ({ inputs: given, params }) => {
        copy(params.megabytes, params.times);
        return { x: given.x };
      },
    }),
    defineNode({
      ...described,
      type: 'delay.frames',
      title: 'Frames',
      summary: 'Gives so many items, each after a while.',
      inputs: {},
      outputs: { x },
      params: { ms, n: p.int({ default: 3, min: 0, doc: 'n' }), closing: p.number({ default: 0, min: 0, doc: 'ms' }) },
      infer: () => ({ x: { ...type, sequence: { count: 'many', rateHz: 1 } } }),
      async *stream({ params, host, signal }) {
        for (let t = 0; t < params.n; t++) {
          await host.sleep(params.ms, signal);
          yield { t, outputs: { x: scalar(t) } };
        }
        if (params.closing > 0) await host.sleep(params.closing, signal);
      },
    }),
    defineNode({
      ...described,
      type: 'delay.gather',
      title: 'Gather',
      summary: 'Spins on every item, and once more at the end.',
      inputs: { x },
      outputs: { x },
      params: { ms, last: p.number({ default: 0, min: 0, doc: 'ms' }) },
      infer: () => ({ x: { ...type, sequence: one } }),
      async *stream({ inputs: given, params }) {
        let sum = 0;
        for await (const { value } of given.x) {
          spin(params.ms);
          sum += Number(value.data[0]);
        }
        spin(params.last);
        yield { t: 0, outputs: { x: scalar(sum) } };
      },
    }),
    defineNode({
      ...described,
      type: 'delay.each',
      title: 'Each',
      summary: 'Sleeps on every item of a sequence, one at a time.',
      inputs: { x },
      outputs: { x },
      params: { ms },
      infer: ({ inputs: given }) => ({ x: { ...given.x, sequence: { count: 'many' } } }),
      async *stream({ inputs: given, params, host, signal }) {
        for await (const { t, value } of given.x) {
          await host.sleep(params.ms, signal);
          yield { t, outputs: { x: value } };
        }
      },
    }),
    defineNode({
      ...described,
      type: 'delay.out',
      title: 'Out',
      summary: 'A public output.',
      inputs: { value: port.any({ doc: 'anything' }) },
      outputs: {},
      params: {},
      publishes: true,
      infer: () => ({}),
      run: () => ({}),
    }),
  ]);
}

/** Something that takes time on the main thread, in the way that moving pictures about does. */
export function copyAgainAndAgain(megabytes: number, times: number): number {
  let sum = 0;
  for (let i = 0; i < times; i++) {
    const from = new Uint8Array(megabytes * 1e6).fill(i);
    const to = from.slice();
    sum += to[to.length - 1];
  }
  return sum;
}
