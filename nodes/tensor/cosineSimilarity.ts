import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { isFloat } from '../../core/kinds/dtype.ts';
import { anyType } from '../../core/kinds/type.ts';
import { tensorResult } from '../kernels/loweredAxes.ts';
import { scalar } from '../kernels/loweredElementwise.ts';
import { loweredCosines, loweredRows } from '../kernels/loweredSimilarity.ts';
import { rowDims, rowsOf } from '../kernels/rows.ts';
import { concreteShape, inferredShape, similarityDims } from '../kernels/shapes.ts';
import { cosineMatrix } from '../kernels/similarity.ts';
import { tensorFrom } from '../kernels/tensor.ts';
import { demandDtype } from '../kernels/tensorSet.ts';

export const cosineSimilarity = defineNode({
  type: 'tensor.cosineSimilarity',
  version: 1,
  title: 'Cosine similarity',
  summary:
    'Compares every vector of one side with every vector of the other: 1 same direction, 0 unrelated, -1 opposite.',
  keywords: ['compare', 'embedding', 'CLIP', 'distance', 'angle', 'dot'],
  inputs: {
    a: port.oneOf(['tensor', 'embedding'], { doc: 'One vector [n], or rows of vectors [rows, n], in floats.' }),
    b: port.oneOf(['tensor', 'embedding'], { doc: 'One vector [n], or rows of vectors [columns, n], in floats.' }),
  },
  outputs: { tensor: port.tensor({ doc: 'float32 [rows, columns]; a single vector counts as one row.' }) },
  params: {
    scale: p.number({
      default: 1,
      doc: 'Factor on every similarity, without a unit; CLIP models use about 100 before a softmax.',
    }),
  },
  infer: ({ inputs, report }) => {
    const { a, b } = inputs;
    if (a.kind === 'tensor') demandDtype(a.dtype, isFloat, 'Cosine similarity', 'float32', 'a', report);
    if (b.kind === 'tensor') demandDtype(b.dtype, isFloat, 'Cosine similarity', 'float32', 'b', report);
    const shape = inferredShape(similarityDims(rowDims(a), rowDims(b)), report);
    return { tensor: { ...anyType.tensor, dtype: 'float32', shape: shape ?? [null, null] } };
  },
  run: ({ inputs, params }) => {
    const [a, b] = [rowsOf(inputs.a, 'a'), rowsOf(inputs.b, 'b')];
    const shape = concreteShape(similarityDims([a.rows, a.length], [b.rows, b.length]));
    const similarity = cosineMatrix(a.numbers, b.numbers, a.rows, b.rows, a.length);
    return {
      tensor: tensorFrom(
        'float32',
        shape,
        similarity.map((x) => x * params.scale),
      ),
    };
  },
  lower: ({ onnx, inputs, params, types }) => {
    const a = loweredRows(onnx, inputs.a, types.a, 'a');
    const b = loweredRows(onnx, inputs.b, types.b, 'b');
    const cosines = onnx.op('Mul', [loweredCosines(onnx, a, b), scalar(onnx, 'float64', params.scale)]);
    return { tensor: tensorResult(onnx.cast(cosines, 'float32')) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'One vector against two',
      inputs: {
        a: { kind: 'embedding', data: Float32Array.of(2, 0), unit: false },
        b: { kind: 'tensor', dtype: 'float32', shape: [2, 2], data: Float32Array.of(5, 0, 0, 3) },
      },
      outputs: { tensor: { kind: 'tensor', dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 0) } },
    },
  ],
});
