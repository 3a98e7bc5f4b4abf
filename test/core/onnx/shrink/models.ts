import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TensorValue } from '../../../../core/kinds/value.ts';
import type { GraphProto, ModelProto } from '../../../../core/onnx/gen/onnx-ml_pb.ts';
import { readModel } from '../../../../core/onnx/read.ts';
import type { Feeds } from '../../../../core/onnx/shrink/run.ts';
import { type BuilderModel, type BuilderNode, type BuilderTensor, buildModel, value } from '../../../onnx-builder.ts';
import { root } from '../../../rules/sources.ts';

/** Numbers between -1 and 1 that look random and are the same each time (a linear congruential generator). */
export function noise(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function weights(name: string, shape: readonly number[], seed = 1, size = 1): BuilderTensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return { name, dtype: 'float32', shape, data: noise(count, seed).map((x) => x * size) };
}

export function floats(shape: readonly number[], data: Float32Array): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data };
}

export function model(
  nodes: readonly BuilderNode[],
  initializers: readonly BuilderTensor[],
  more: Partial<BuilderModel> = {},
): ModelProto {
  const whole = {
    inputs: [value('x', 'float32', ['n', 3, 16, 16])],
    outputs: [value('y', 'float32', null)],
    nodes,
    initializers,
    ...more,
  };
  return readModel(buildModel(whole), 'm.onnx');
}

const pads = { pads: { ints: [1, 1, 1, 1] } };
export const conv = (
  name: string,
  input: string,
  output: string,
  more: BuilderNode['attributes'] = pads,
): BuilderNode => ({
  op: 'Conv',
  inputs: [input, `${name}.w`, `${name}.b`],
  outputs: [output],
  name,
  attributes: more,
});
export const op = (
  type: string,
  inputs: readonly string[],
  output: string,
  more: Partial<BuilderNode> = {},
): BuilderNode => ({
  op: type,
  inputs,
  outputs: [output],
  name: `${type}_${output}`,
  ...more,
});
const convWeights = (name: string, shape: readonly number[], seed: number): readonly BuilderTensor[] => [
  weights(`${name}.w`, shape, seed, 1 / Math.sqrt((shape[1] as number) * 9)),
  weights(`${name}.b`, [shape[0] as number], seed + 50, 0.1),
];

/** A small convolution net with all that static int8 is for: a residual block, a depthwise layer, pooling, a Gemm. */
export function convNet(more: Partial<BuilderModel> = {}): ModelProto {
  const nodes = [
    conv('first', 'x', 'a'),
    op('Relu', ['a'], 'b'),
    op('MaxPool', ['b'], 'c', { attributes: { kernel_shape: { ints: [2, 2] }, strides: { ints: [2, 2] } } }),
    conv('deep', 'c', 'd', { ...pads, group: { i: 16 } }),
    op('Relu', ['d'], 'e'),
    conv('point', 'e', 'f', {}),
    op('Relu', ['f'], 'g'),
    op('Add', ['c', 'g'], 'h'),
    conv('last', 'h', 'i'),
    op('Relu', ['i'], 'j'),
    op('GlobalAveragePool', ['j'], 'k'),
    op('Flatten', ['k'], 'l'),
    op('Gemm', ['l', 'head.w', 'head.b'], 'y', { name: 'head', attributes: { transB: { i: 1 } } }),
  ];
  const initializers = [
    ...convWeights('first', [16, 3, 3, 3], 1),
    ...convWeights('deep', [16, 1, 3, 3], 2),
    ...convWeights('point', [16, 16, 1, 1], 3),
    ...convWeights('last', [32, 16, 3, 3], 4),
    weights('head.w', [10, 32], 5),
    weights('head.b', [10], 6),
  ];
  return model(nodes, initializers, more);
}

export function pictures(count: number, from = 1, size = 16): readonly Feeds[] {
  return Array.from({ length: count }, (_, i) => ({ x: floats([1, 3, size, size], noise(3 * size * size, from + i)) }));
}

export function operators({ graph }: ModelProto): readonly string[] {
  return (graph as GraphProto).node.map((node) => node.opType);
}

export function sampleModel(name: string): ModelProto {
  return readModel(readFileSync(path.join(root, 'samples', name)), name);
}
