import { expect } from 'vitest';
import type { NodeDefinition } from '../../../core/define/node.ts';
import type { WireType } from '../../../core/kinds/type.ts';
import type { AudioValue, EmbeddingValue, Item, Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { pureHost } from '../../pure-host.ts';
import { defaultParams } from '../../test-node.ts';

export function text(t: number, value: string, durationSeconds?: number): Item {
  return { t, value: { kind: 'text', text: value }, ...(durationSeconds === undefined ? {} : { durationSeconds }) };
}

export function embedding(...data: number[]): EmbeddingValue {
  return { kind: 'embedding', data: Float32Array.from(data), unit: false };
}

export function tensor(shape: readonly number[], data: readonly number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}

export function audio(sampleRateHz: number, ...channels: readonly ArrayLike<number>[]): AudioValue {
  return { kind: 'audio', sampleRateHz, channels: channels.map((c) => Float32Array.from(c)) };
}

export function textsOf(items: Value | readonly Item[] | undefined): readonly (readonly [number, string])[] {
  return ((items ?? []) as readonly Item[]).map((item) => {
    if (item.value.kind !== 'text') expect.fail(`not text: ${item.value.kind}`);
    return [item.t, item.value.text] as const;
  });
}

export function inferred(
  node: NodeDefinition,
  inputs: Readonly<Record<string, WireType>>,
  params: Readonly<Record<string, Json>> = {},
) {
  const problems: ProblemData[] = [];
  const types = node.infer({
    inputs,
    params: defaultParams(node, params),
    files: {},
    dims: {},
    report: (code, init) => problems.push(problemData(code, init)),
  });
  return { types, problems, codes: problems.map((x) => x.code) };
}

export interface Watched {
  readonly items: AsyncIterable<Item>;
  pulled(): number;
  left(): boolean;
}

/** A sequence that counts what is pulled from it and notices when it is left. */
export function watched(make: (i: number) => Item, count = Number.POSITIVE_INFINITY): Watched {
  let pulled = 0;
  let left = false;
  async function* generate(): AsyncIterable<Item> {
    try {
      for (; pulled < count; ) yield make(pulled++);
    } finally {
      left = true;
    }
  }
  return { items: generate(), pulled: () => pulled, left: () => left };
}

/** Starts a stream node over sequences that are pulled one item at a time. */
export function start(
  node: NodeDefinition,
  inputs: Readonly<Record<string, AsyncIterable<Item>>>,
  params: Readonly<Record<string, Json>> = {},
  signal = new AbortController().signal,
) {
  if (node.stream === null) expect.fail(`${node.type} is no stream node`);
  const notes: Record<string, Json> = {};
  const emissions = node.stream({
    inputs,
    params: defaultParams(node, params),
    files: {},
    host: pureHost(),
    signal,
    note: (name, value) => {
      notes[name] = value;
    },
    external: null,
  });
  return { emissions: emissions[Symbol.asyncIterator](), notes };
}
