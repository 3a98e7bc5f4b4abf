import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { EmbeddingValue, Item, Json, ScoresValue, Value } from '../../../core/kinds/value.ts';

interface LateCase {
  readonly rows: readonly (readonly number[])[];
  readonly weights: readonly number[];
  readonly weightedAverage: readonly number[];
  readonly productSum: readonly number[];
  readonly productMean: readonly number[];
  readonly max: readonly number[];
  readonly voteWinner: number;
  readonly votes: readonly number[];
  readonly confidence: Readonly<Record<'max' | 'margin' | 'entropy', readonly number[]>>;
}
interface AttentionCase {
  readonly keys: readonly (readonly number[])[];
  readonly query: readonly number[];
  readonly temperature: number;
  readonly port: readonly number[];
  readonly mean: readonly number[];
}
/** Recorded by test/reference/fusion.py. */
export const reference = JSON.parse(readFileSync(new URL('../../reference/fusion.json', import.meta.url), 'utf8')) as {
  readonly late: readonly LateCase[];
  readonly attention: readonly AttentionCase[];
};

export function scores(
  data: readonly number[],
  labels: readonly string[] | null = null,
  form: ScoresValue['form'] = 'probabilities',
): ScoresValue {
  return { kind: 'scores', data: Float32Array.from(data), labels, form };
}

export function embedding(...data: readonly number[]): EmbeddingValue {
  return { kind: 'embedding', data: Float32Array.from(data), unit: false };
}

export function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `m${i}`);
}

/** Rows as the values of modalities m0, m1, ... */
export function modalities<V>(values: readonly V[]): Record<string, V> {
  return Object.fromEntries(values.map((v, i) => [`m${i}`, v]));
}

type Outputs = Record<string, Value | readonly Item[]>;

export function scoresOf(outputs: Outputs, port = 'scores'): ScoresValue {
  const value = outputs[port] as Value;
  if (value.kind !== 'scores') expect.fail(`${port} is ${value.kind}`);
  return value;
}

export function jsonOf(outputs: Outputs, port = 'report'): { readonly [key: string]: Json } {
  const value = outputs[port] as Value;
  if (value.kind !== 'json') expect.fail(`${port} is ${value.kind}`);
  return value.json as { readonly [key: string]: Json };
}

export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i] - b[i]));
  return max;
}
