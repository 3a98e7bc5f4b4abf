import { TensorProto_DataType as T } from '../gen/onnx-ml_pb.ts';
import { broadcast } from './dims.ts';
import { type NodeView, type Rules, rulesFor, type } from './view.ts';

/** Operators that give each element by itself, or keep the shape of their first input. */
export const elementwiseRules: Rules = {
  ...rulesFor(
    `Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh CumSum CumProd Elu Erf Exp Floor Gelu
     HardSigmoid HardSwish Hardmax Identity LRN LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish
     Neg PRelu Reciprocal Relu ReverseSequence Round Scatter ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin
     Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu GroupNormalization InstanceNormalization
     RMSNormalization FastGelu QuickGelu BiasGelu SimplifiedLayerNormalization SkipLayerNormalization TensorScatter`,
    likeFirst,
  ),
  ...rulesFor('Not', (v) => [type(T.BOOL, v.shape(0))]),
  ...rulesFor('IsNaN IsInf', (v) => [type(T.BOOL, v.shape(0))]),
  ...rulesFor('Add Sub Mul Div Pow Mod BitShift BitwiseAnd BitwiseOr BitwiseXor', (v) => [
    type(v.opset < 7 ? v.element(0) : v.element(0) || (v.node.opType === 'Pow' ? 0 : v.element(1)), pairShape(v)),
  ]),
  ...rulesFor('Max Min Sum Mean', (v) => [type(v.anyElement(...every(v)), broadcast(every(v).map((i) => v.shape(i))))]),
  ...rulesFor('And Or Xor Equal Greater Less GreaterOrEqual LessOrEqual', (v) => [type(T.BOOL, pairShape(v))]),
  Where: (v) => [type(v.anyElement(1, 2), broadcast([v.shape(0), v.shape(1), v.shape(2)]))],
  Cast: (v) => [type(v.opset < 6 ? 0 : v.int('to', 0), v.shape(0))],
  CastLike: (v) => [type(v.element(1), v.shape(0))],
  Dropout: (v) => [type(v.element(0), v.shape(0)), type(v.opset < 10 ? v.element(0) : T.BOOL, v.shape(0))],
  BatchNormalization: (v) => [type(v.element(0), v.shape(0))],
  LayerNormalization: (v) => {
    const shape = v.shape(0);
    const axis = v.int('axis', -1);
    const from = shape === null ? 0 : axis < 0 ? axis + shape.length : axis;
    const statistics = shape?.map((dim, i) => (i < from ? dim : 1)) ?? null;
    const element = v.int('stash_type', T.FLOAT);
    return [type(v.element(0), shape), type(element, statistics), type(element, statistics)];
  },
  EyeLike: (v) => [type(v.int('dtype', 0) || v.element(0), v.shape(0))],
  ...rulesFor('RandomNormalLike RandomUniformLike Bernoulli', (v) => [
    type(v.int('dtype', 0) || v.element(0), v.shape(0)),
  ]),
  QuantizeLinear: (v) => [type(v.element(2) || v.int('output_dtype', 0) || T.UINT8, v.shape(0))],
  DequantizeLinear: (v) => [type(v.int('output_dtype', 0) || v.element(1), v.shape(0))],
  DynamicQuantizeLinear: (v) => [type(T.UINT8, v.shape(0)), type(T.FLOAT, []), type(T.UINT8, [])],
};

function likeFirst(v: NodeView) {
  return [type(v.element(0), v.shape(0))];
}

/** Until 6 the second input was laid along the first, whose shape holds. */
function pairShape(v: NodeView) {
  return v.opset < 7 ? v.shape(0) : broadcast([v.shape(0), v.shape(1)]);
}

function every(v: NodeView): readonly number[] {
  return v.node.input.map((_, i) => i);
}
