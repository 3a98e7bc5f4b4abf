import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { NodeDefinition, NodeFiles } from '../../../core/define/node.ts';
import type { WireType } from '../../../core/kinds/type.ts';
import type { BoxesValue, ImageValue, Item, Json, ScoresValue, TensorValue, Value } from '../../../core/kinds/value.ts';
import { type ProblemData, problemData } from '../../../core/problems/problem.ts';
import { defaultParams } from '../../test-node.ts';

interface Detections {
  readonly boxes: readonly number[];
  readonly scores: readonly number[];
  readonly classes: readonly number[];
}
/** Recorded by test/reference/result.py. */
export const reference = JSON.parse(readFileSync(new URL('../../reference/result.json', import.meta.url), 'utf8')) as {
  readonly softmax: readonly {
    readonly x: number[];
    readonly temperature: number;
    readonly softmax: number[];
    readonly sigmoid: number[];
  }[];
  readonly yolov5: Detections & { readonly predictions: number[]; readonly shape: number[] };
  readonly yolov8: Detections & { readonly predictions: number[]; readonly shape: number[] };
  readonly ssd: Detections & { readonly boxesIn: number[]; readonly scoresIn: number[] };
  readonly detr: Detections & { readonly logits: number[]; readonly boxesIn: number[] };
  readonly ctc: {
    readonly vocabulary: string[];
    readonly cases: readonly { readonly frames: number; readonly logits: number[]; readonly text: string }[];
  };
  readonly segmentation: readonly {
    readonly logits: number[];
    readonly shape: number[];
    readonly width: number;
    readonly height: number;
    readonly mask: number[];
    readonly sure: number[];
  }[];
};

export function tensor(shape: readonly number[], data: readonly number[]): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data: Float32Array.from(data) };
}

export function scores(
  data: readonly number[],
  labels: readonly string[] | null = null,
  form: ScoresValue['form'] = 'probabilities',
): ScoresValue {
  return { kind: 'scores', data: Float32Array.from(data), labels, form };
}

export function boxes(
  coordinates: readonly number[],
  values: readonly number[],
  classes: readonly number[],
  labels: readonly string[] | null = null,
): BoxesValue {
  return {
    kind: 'boxes',
    imageWidth: 100,
    imageHeight: 100,
    coordinates: Float32Array.from(coordinates),
    scores: Float32Array.from(values),
    classes: Int32Array.from(classes),
    labels,
  };
}

/** A black picture whose pixels came from an original of another size. */
export function picture(width: number, height: number, geometry: Partial<ImageValue['geometry']> = {}): ImageValue {
  return {
    kind: 'image',
    width,
    height,
    colour: 'rgb',
    data: new Uint8Array(width * height * 3),
    geometry: { originalWidth: width, originalHeight: height, toOriginal: [1, 0, 0, 0, 1, 0], ...geometry },
  };
}

export function labelFile(labels: readonly string[]): NodeFiles {
  return { labels: { path: 'labels.txt', bytes: 1, sha256: 'ab', labels } };
}

export function as<K extends Value['kind']>(
  value: Value | readonly Item[] | undefined,
  kind: K,
): Extract<Value, { kind: K }> {
  if (value === undefined || !('kind' in value) || value.kind !== kind)
    expect.fail(`not ${kind}: ${JSON.stringify(value)}`);
  return value as Extract<Value, { kind: K }>;
}

export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let max = 0;
  for (let i = 0; i < a.length; i++) max = Math.max(max, Math.abs(a[i] - b[i]));
  return max;
}

/** What a node infers and reports. */
export function inferred(
  node: NodeDefinition,
  inputs: Readonly<Record<string, WireType | undefined>>,
  params: Readonly<Record<string, Json>> = {},
  files: NodeFiles = {},
) {
  const problems: ProblemData[] = [];
  const types = node.infer({
    inputs,
    params: defaultParams(node, params),
    files,
    dims: {},
    report: (code, init) => problems.push(problemData(code, init)),
  });
  return { types, problems, codes: problems.map((x) => x.code) };
}
