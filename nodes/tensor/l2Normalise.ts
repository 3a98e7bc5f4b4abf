import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { isFloat } from '../../core/kinds/dtype.ts';
import { graphAxis, knownShape, tensorResult } from '../kernels/loweredAxes.ts';
import { loweredL2 } from '../kernels/loweredSimilarity.ts';
import { axisOf, concreteShape, inferredShape, reduceDims } from '../kernels/shapes.ts';
import { l2Normalised } from '../kernels/similarity.ts';
import { elementCount, numbersOf, tensorFrom } from '../kernels/tensor.ts';
import { demandDtype, requireDtype } from '../kernels/tensorSet.ts';

export const l2Normalise = defineNode({
  type: 'tensor.l2Normalise',
  version: 1,
  title: 'L2 normalise',
  summary: 'Scales the vectors along an axis to length one.',
  keywords: ['normalize', 'unit', 'norm', 'embedding'],
  inputs: { tensor: port.tensor({ doc: 'A tensor of floats.' }) },
  outputs: { tensor: port.tensor({ doc: 'The same shape and dtype; a vector of zeros stays one.' }) },
  params: {
    axis: p.int({
      default: -1,
      min: -32,
      max: 31,
      doc: 'Axis along which the vectors lie; negative ones count from the end.',
    }),
    epsilon: p.number({
      default: 1e-12,
      min: 0,
      max: 1,
      doc: 'Smallest length that is divided by, in the units of the tensor, so that zeros do not become NaN.',
      advanced: true,
    }),
  },
  infer: ({ inputs, params, report }) => {
    demandDtype(inputs.tensor.dtype, isFloat, 'L2 normalise', 'float32', 'tensor', report);
    inferredShape(reduceDims(inputs.tensor.shape, [params.axis], true), report);
    return { tensor: inputs.tensor };
  },
  run: ({ inputs, params }) => {
    const { dtype, shape } = inputs.tensor;
    requireDtype(dtype, isFloat, 'L2 normalise', 'float32');
    concreteShape(reduceDims(shape, [params.axis], true));
    const axis = axisOf(params.axis, shape.length) ?? 0;
    const outer = elementCount(shape.slice(0, axis));
    const inner = elementCount(shape.slice(axis + 1));
    const unit = l2Normalised(numbersOf(inputs.tensor), outer, shape[axis], inner, params.epsilon);
    return { tensor: tensorFrom(dtype, shape, unit) };
  },
  lower: ({ onnx, inputs: { tensor }, params, types }) => {
    const axis = graphAxis(params.axis, knownShape(types.tensor, 'tensor').length);
    const unit = loweredL2(onnx, tensor.tensor, axis, params.epsilon);
    return { tensor: tensorResult(onnx.cast(unit, tensor.tensor.dtype)) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'Two vectors to length one',
      inputs: { tensor: { kind: 'tensor', dtype: 'float64', shape: [2, 2], data: Float64Array.of(3, 4, 0, 5) } },
      outputs: { tensor: { kind: 'tensor', dtype: 'float64', shape: [2, 2], data: Float64Array.of(0.6, 0.8, 0, 1) } },
    },
  ],
});
