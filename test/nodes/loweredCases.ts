import type { NodeHost } from '../../core/define/host.ts';
import type { Example, NodeDefinition, NodeFiles } from '../../core/define/node.ts';
import type { AudioValue, Json, TensorValue, Value } from '../../core/kinds/value.ts';
import { readModel } from '../../core/onnx/read.ts';
import { signatureOf } from '../../core/onnx/signature.ts';
import { arithmeticOps, unaryOps } from '../../nodes/kernels/elementwise.ts';
import { reduceOps } from '../../nodes/kernels/reduce.ts';
import { buildModel, value } from '../onnx-builder.ts';
import { pureHost } from '../pure-host.ts';
import { scene } from './image/loweredPictures.ts';
import { labelFile } from './result/cases.ts';

export interface LoweredCase {
  readonly node: NodeDefinition;
  readonly title: string;
  readonly params?: Example['params'];
  readonly inputs: Readonly<Record<string, Value>>;
  readonly files?: NodeFiles;
  readonly host?: NodeHost;
  readonly bytes?: (param: string) => Uint8Array;
}

/** The examples of nodes, and inputs of a real size for those that reckon. */
export function loweredCases(nodes: readonly NodeDefinition[]): readonly LoweredCase[] {
  return nodes.flatMap((node) => [
    ...node.examples.map(({ title, params, inputs }) => ({
      node,
      title,
      params,
      inputs: inputs as Readonly<Record<string, Value>>,
      ...(surroundings[node.type] ?? {}),
    })),
    ...(larger[node.type] ?? []).map(({ params = {}, inputs }) => ({
      node,
      title: `of a real size, ${JSON.stringify(params)}`,
      params,
      inputs,
    })),
  ]);
}

/** Noise over a tone that rises, as long as it is asked for. */
function sound(samples: number, sampleRateHz = 16_000): AudioValue {
  const noise = numbers(samples, 7);
  const channel = noise.map((x, i) => 0.02 * x + 0.4 * Math.sin((2 * Math.PI * (200 + i / 20) * i) / sampleRateHz));
  return { kind: 'audio', sampleRateHz, channels: [channel] };
}

/** Between -1 and 1, the same each time. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

function tensor(shape: readonly number[], data: Float32Array): TensorValue {
  return { kind: 'tensor', dtype: 'float32', shape, data };
}

type Given = Pick<LoweredCase, 'params' | 'inputs'>;
const heard = (params: Readonly<Record<string, Json>> = {}, samples = 4000): Given => ({
  params,
  inputs: { audio: sound(samples) },
});
const picture = (params: Readonly<Record<string, Json>>): Given => ({ params, inputs: { image: scene(61, 47) } });
const spread = tensor(
  [40, 25],
  numbers(1000, 3).map((x) => 4 * x),
);
const positive = tensor(
  [40, 25],
  numbers(1000, 4).map((x) => 2.01 + 2 * x),
);
const larger: Readonly<Record<string, readonly Given[]>> = {
  'audio.frame': [heard()],
  'audio.logMel': [heard({ padSeconds: null }), heard({ definition: 'librosa' })],
  'audio.mel': [heard(), heard({ power: '1' })],
  'audio.mfcc': [heard()],
  'audio.normalise': ['peak', 'rms', 'variance'].map((measure) => heard({ measure })),
  'audio.preEmphasis': [heard()],
  'audio.resample': [heard({ sampleRateHz: 11_025 }), heard({ sampleRateHz: 44_100 })],
  'audio.stft': ['magnitude', 'power', 'complex'].map((form) => heard({ form })),
  'image.colour': ['grey', 'bgr', 'ycbcr'].map((to) => picture({ to })),
  'image.letterbox': [picture({ width: 64, height: 64 })],
  'image.normalise': ['imagenet', 'clip', 'half'].map((preset) => picture({ preset })),
  'image.resize': [picture({ width: 32, height: 24 })],
  'result.softmax': [{ inputs: { logits: tensor([1, 1000], spread.data as Float32Array) } }],
  'result.sigmoid': [{ inputs: { logits: tensor([1, 1000], spread.data as Float32Array) } }],
  'tensor.arithmetic': arithmeticOps.map((operation) => ({
    params: { operation },
    inputs: { a: positive, b: positive },
  })),
  'tensor.l2Normalise': [{ inputs: { tensor: spread } }],
  'tensor.reduce': reduceOps.map((operation) => ({ params: { operation, axes: [1] }, inputs: { tensor: spread } })),
  'tensor.unary': unaryOps.map((operation) => ({
    params: { operation },
    inputs: { tensor: operation === 'log' || operation === 'sqrt' ? positive : spread },
  })),
};

/** Answers as a model of sums would: for the nodes whose graph is a file of the user's. */
function adds(outputs: Readonly<Record<string, number>>): NodeHost {
  const sumOf = (feeds: Readonly<Record<string, TensorValue>>): Float32Array => {
    const rows = Object.values(feeds).map(({ data }) => data as Float32Array);
    return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0));
  };
  return pureHost({
    models: {
      open: async () => ({
        device: 'cpu',
        lane: 0,
        threads: 1,
        run: async (feeds) => {
          const sum = sumOf(feeds);
          const { shape } = Object.values(feeds)[0];
          const made = Object.entries(outputs).map(([name, times]) => [
            name,
            tensor(
              shape,
              sum.map((x) => times * x),
            ),
          ]);
          return { outputs: Object.fromEntries(made), runMs: 1, queueMs: 0 };
        },
      }),
    },
  });
}

function fileOf(name: string, bytes: Uint8Array): NodeFiles {
  return { model: { path: name, bytes: bytes.length, sha256: 'ab', model: signatureOf(readModel(bytes, name)) } };
}

const double = buildModel({
  inputs: [value('x', 'float32', ['n'])],
  outputs: [value('y', 'float32', ['n'])],
  nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
});
const adder = buildModel({
  inputs: ['image', 'text'].map((name) => value(name, 'float32', ['batch', 2])),
  outputs: ['logits', 'sum'].map((name) => value(name, 'float32', ['batch', 2])),
  nodes: [
    { op: 'Add', inputs: ['image', 'text'], outputs: ['sum'] },
    { op: 'Add', inputs: ['sum', 'sum'], outputs: ['logits'] },
  ],
});
const surroundings: Readonly<Record<string, Pick<LoweredCase, 'files' | 'host' | 'bytes'>>> = {
  'fusion.learnedHead': {
    files: fileOf('head.onnx', adder),
    host: adds({ logits: 2, sum: 1 }),
    bytes: () => adder,
  },
  'model.onnx': { files: fileOf('double.onnx', double), host: adds({ y: 2 }), bytes: () => double },
  'result.labels': { files: labelFile(['cat', 'dog']) },
};
