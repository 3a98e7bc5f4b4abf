import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { double } from './constant.ts';

/** Arithmetic on doubles, said shortly. Numbers stand for constants. */
export function doubles(onnx: OnnxGraph) {
  const value = (x: OnnxValue | number): OnnxValue => (typeof x === 'number' ? onnx.constant(double(x)) : x);
  const binary =
    (type: string) =>
    (a: OnnxValue | number, b: OnnxValue | number): OnnxValue =>
      onnx.op(type, [value(a), value(b)]);
  return {
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    pow: binary('Pow'),
    max: binary('Max'),
    min: binary('Min'),
    above: binary('Greater'),
    equal: binary('Equal'),
    floor: (x: OnnxValue): OnnxValue => onnx.op('Floor', [x]),
    where: (test: OnnxValue, a: OnnxValue | number, b: OnnxValue | number): OnnxValue =>
      onnx.op('Where', [test, value(a), value(b)]),
    /** The nearest float32, as a double. */
    single: (x: OnnxValue): OnnxValue => onnx.cast(onnx.cast(x, 'float32'), 'float64'),
  };
}

/** The channels of uint8 [N, height, width, channels] as doubles, each [N, height, width, 1]. */
export function channelsAsDoubles(onnx: OnnxGraph, pixels: OnnxValue, count: number): readonly OnnxValue[] {
  return onnx.ops('Split', [onnx.cast(pixels, 'float64')], count, { axis: 3, num_outputs: count });
}

/** Numbers as bytes, as a Uint8ClampedArray takes them: halves to the even neighbour, clamped. */
export function clampedBytes(onnx: OnnxGraph, values: OnnxValue): OnnxValue {
  const limit = (level: number): OnnxValue => onnx.cast(onnx.float(level), values.dtype);
  return onnx.cast(onnx.op('Clip', [onnx.op('Round', [values]), limit(0), limit(255)]), 'uint8');
}
