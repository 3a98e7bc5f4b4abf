import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { concatTensors } from '../kernels/layout.ts';
import { graphAxis, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { axisOf, concatDims, concreteShape, inferredShape } from '../kernels/shapes.ts';
import { requireTensorRoom } from '../kernels/tensorLimit.ts';
import { commonDtype, requireOneDtype } from '../kernels/tensorSet.ts';

export const concat = defineNode({
  type: 'tensor.concat',
  version: 1,
  title: 'Concat',
  summary: 'Joins tensors end to end along one axis.',
  keywords: ['join', 'cat', 'append'],
  inputs: ({ names }) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        port.tensor({ doc: 'A tensor; all sizes but the one along the axis must agree with the others.' }),
      ]),
    ),
  outputs: { tensor: port.tensor({ doc: 'The joined tensor.' }) },
  params: {
    names: p.names({
      default: ['a', 'b'],
      minLength: 1,
      maxLength: 64,
      doc: 'One input port per name, in this order.',
    }),
    axis: p.int({
      default: -1,
      min: -32,
      max: 31,
      doc: 'Axis along which they are joined; negative ones count from the end.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    const types = params.names.map((name) => [name, inputs[name]] as const);
    const shapes = types.map(([, type]) => type.shape);
    return {
      tensor: {
        ...anyType.tensor,
        dtype: commonDtype(types, report),
        shape: inferredShape(concatDims(shapes, params.axis, params.names), report),
      },
    };
  },
  run: ({ inputs, params, host }) => {
    const values = params.names.map((name) => [name, inputs[name]] as const);
    requireOneDtype(values);
    const parts = values.map(([, value]) => value);
    const shapes = parts.map((part) => part.shape);
    const shape = concreteShape(concatDims(shapes, params.axis, params.names));
    requireTensorRoom(parts[0].dtype, shape, host.limits);
    return { tensor: concatTensors(parts, axisOf(params.axis, values[0][1].shape.length) ?? 0, shape) };
  },
  lower: ({ onnx, inputs, params, types }) => {
    const [first] = params.names;
    const axis = graphAxis(params.axis, knownShape(types[first], first).length);
    const parts = params.names.map((name) => inputs[name].tensor);
    return { tensor: tensorResult(onnx.op('Concat', parts, { axis })) };
  },
  examples: [
    {
      title: 'Two rows side by side',
      params: { axis: 1 },
      inputs: {
        a: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) },
        b: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(3, 4, 5) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 5], data: Float32Array.of(1, 2, 3, 4, 5) } },
    },
  ],
});
