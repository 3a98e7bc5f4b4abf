import { create } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataType } from './gen/onnx-ml_pb.ts';
import { writeModel } from './read.ts';

const channels = 32;

/** A 5x5 convolution from 3 to 32 channels and a ReLU over [1, 3, size, size]: enough to tell whether a device works. */
export function trialModel(size: number): Uint8Array {
  const weights = Float32Array.from({ length: channels * 3 * 25 }, (_, i) => (((i * 29) % 61) - 30) / 600);
  const elemType = TensorProto_DataType.FLOAT;
  const info = (name: string, depth: number) => ({
    name,
    type: {
      value: {
        case: 'tensorType' as const,
        value: {
          elemType,
          shape: {
            dim: [1, depth, size, size].map((d) => ({ value: { case: 'dimValue' as const, value: BigInt(d) } })),
          },
        },
      },
    },
  });
  const pads = { name: 'pads', type: 7, ints: [2n, 2n, 2n, 2n] };
  return writeModel(
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'trial',
        node: [
          { opType: 'Conv', input: ['x', 'w'], output: ['c'], attribute: [pads] },
          { opType: 'Relu', input: ['c'], output: ['y'] },
        ],
        input: [info('x', 3)],
        output: [info('y', channels)],
        initializer: [
          {
            name: 'w',
            dataType: elemType,
            dims: [BigInt(channels), 3n, 5n, 5n],
            rawData: new Uint8Array(weights.buffer),
          },
        ],
      },
    }),
  );
}
