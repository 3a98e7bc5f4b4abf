import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { stackTensors } from '../kernels/layout.ts';
import { graphAxis, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { axisOf, concreteShape, inferredShape, stackDims } from '../kernels/shapes.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';
import { commonDtype, requireOneDtype } from '../kernels/tensorSet.ts';

export const stack = defineNode({
  type: 'tensor.stack',
  version: 1,
  title: 'Stack',
  summary: 'Lays tensors of one shape side by side along a new axis.',
  keywords: ['batch', 'join'],
  inputs: ({ names }) =>
    Object.fromEntries(
      names.map((name) => [name, port.tensor({ doc: 'A tensor of the same shape and dtype as the others.' })]),
    ),
  outputs: { tensor: port.tensor({ doc: 'A tensor with one axis more.' }) },
  params: {
    names: p.names({
      default: ['a', 'b'],
      minLength: 1,
      maxLength: 64,
      doc: 'One input port per name, in this order.',
    }),
    axis: p.int({
      default: 0,
      min: -32,
      max: 31,
      doc: 'Place of the new axis in the result; negative ones count from its end.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    const types = params.names.map((name) => [name, inputs[name]] as const);
    const shapes = types.map(([, type]) => type.shape);
    return {
      tensor: {
        ...anyType.tensor,
        dtype: commonDtype(types, report),
        shape: inferredShape(stackDims(shapes, params.axis, params.names), report),
      },
    };
  },
  run: ({ inputs, params, host }) => {
    const values = params.names.map((name) => [name, inputs[name]] as const);
    requireOneDtype(values);
    const parts = values.map(([, value]) => value);
    const shapes = parts.map((part) => part.shape);
    const shape = concreteShape(stackDims(shapes, params.axis, params.names));
    requireTensorRoom(parts[0].dtype, shape, host.limits);
    return { tensor: stackTensors(parts, axisOf(params.axis, values[0][1].shape.length + 1) ?? 0, shape) };
  },
  lower: ({ onnx, inputs, params, types }) => {
    const [first] = params.names;
    const axis = graphAxis(params.axis, knownShape(types[first], first).length + 1);
    const parts = params.names.map((name) => onnx.op('Unsqueeze', [inputs[name].tensor, onnx.integers([axis])]));
    return { tensor: tensorResult(onnx.op('Concat', parts, { axis })) };
  },
  examples: [
    {
      title: 'Two vectors to a batch of two',
      inputs: {
        a: { kind: 'tensor', dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) },
        b: { kind: 'tensor', dtype: 'float32', shape: [2], data: Float32Array.of(3, 4) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } },
    },
  ],
});
