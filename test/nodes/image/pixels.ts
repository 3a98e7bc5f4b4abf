import type { NodeDefinition } from '../../../core/define/node.ts';
import { originalGeometry } from '../../../core/kinds/geometry.ts';
import { typeOf, type WireType } from '../../../core/kinds/type.ts';
import type { Colour, ImageValue, Item, Json, TensorValue, Value } from '../../../core/kinds/value.ts';
import { defaultParams } from '../../test-node.ts';

/** Pixels as the reference scripts record them. */
export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export function picture(
  width: number,
  height: number,
  colour: Colour,
  data: Uint8Array | readonly number[],
): ImageValue {
  return {
    kind: 'image',
    width,
    height,
    colour,
    data: Uint8Array.from(data),
    geometry: originalGeometry(width, height),
  };
}

export interface Difference {
  readonly mean: number;
  readonly max: number;
}

/** Mean and largest absolute difference; NaN when the lengths differ, so that no comparison passes. */
export function difference(got: ArrayLike<number>, want: ArrayLike<number>): Difference {
  if (got.length !== want.length || got.length === 0) return { mean: Number.NaN, max: Number.NaN };
  let sum = 0;
  let max = 0;
  for (let i = 0; i < got.length; i++) {
    const d = Math.abs(got[i] - want[i]);
    sum += d;
    if (d > max) max = d;
  }
  return { mean: sum / got.length, max };
}

/** The picture at a port of a node's result; fails when something else is there. */
export function imageOf(result: Readonly<Record<string, Value | readonly Item[]>>, port: string): ImageValue {
  const value = result[port];
  if (!('kind' in value) || value.kind !== 'image') throw new Error(`no picture at ${port}`);
  return value;
}

/** The tensor at a port of a node's result; fails when something else is there. */
export function tensorOf(result: Readonly<Record<string, Value | readonly Item[]>>, port = 'tensor'): TensorValue {
  const value = result[port];
  if (!('kind' in value) || value.kind !== 'tensor') throw new Error(`no tensor at ${port}`);
  return value;
}

/** What a node infers of one picture at its input `image`, as code of the first problem or the type of a port. */
export function inferred(
  node: NodeDefinition,
  image: ImageValue | WireType,
  params: Readonly<Record<string, Json>>,
  port: string,
): WireType | string {
  const problems: string[] = [];
  const type = 'data' in image ? typeOf(image) : image;
  const types = node.infer({
    inputs: { image: type, tensor: type },
    params: defaultParams(node, params),
    files: {},
    dims: {},
    report: (code) => problems.push(code),
  });
  return problems[0] ?? types[port];
}
