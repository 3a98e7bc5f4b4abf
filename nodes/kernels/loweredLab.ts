import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { edge, fromXyz, linearOf, toXyz, white } from './lab.ts';
import { channelsAsDoubles, clampedBytes, doubles } from './loweredChannels.ts';

/** sRGB to Lab, uint8 [N, height, width, 3], by the formulas of lab.ts in the same precision. */
export function loweredLab(onnx: OnnxGraph, pixels: OnnxValue): OnnxValue {
  const { add, sub, mul, div, pow, above, where } = doubles(onnx);
  const linear = onnx.op('Gather', [table(onnx), onnx.cast(pixels, 'int32')], { axis: 0 }, 'linear');
  const [r, g, b] = onnx.ops('Split', [linear], 3, { axis: 3, num_outputs: 3 });
  const [x, y, z] = toXyz.map((row, at) => {
    const sum = add(add(mul(row[0], r), mul(row[1], g)), mul(row[2], b));
    const t = white[at] === 1 ? sum : div(sum, white[at]);
    return where(above(t, edge ** 3), pow(t, 1 / 3), add(div(t, 3 * edge ** 2), 4 / 29));
  });
  const levels = [
    div(mul(sub(mul(y, 116), 16), 255), 100),
    add(mul(sub(x, y), 500), 128),
    add(mul(sub(y, z), 200), 128),
  ];
  return clampedBytes(onnx, onnx.op('Concat', levels, { axis: 3 }));
}

/** Lab to sRGB, uint8 [N, height, width, 3]. */
export function loweredRgbOfLab(onnx: OnnxGraph, pixels: OnnxValue): OnnxValue {
  const { add, sub, mul, div, pow, above, where, max } = doubles(onnx);
  const [first, a, b] = channelsAsDoubles(onnx, pixels, 3);
  const l = div(add(div(mul(first, 100), 255), 16), 116);
  const expanded = (t: OnnxValue): OnnxValue =>
    where(above(t, edge), mul(mul(t, t), t), mul(3 * edge ** 2, sub(t, 4 / 29)));
  const x = mul(expanded(add(l, div(sub(a, 128), 500))), white[0]);
  const y = expanded(l);
  const z = mul(expanded(sub(l, div(sub(b, 128), 200))), white[2]);
  const levels = fromXyz.map((row) => {
    const linear = max(0, add(add(mul(row[0], x), mul(row[1], y)), mul(row[2], z)));
    const curved = sub(mul(1.055, pow(linear, 1 / 2.4)), 0.055);
    return mul(where(above(linear, 0.0031308), curved, mul(linear, 12.92)), 255);
  });
  return clampedBytes(onnx, onnx.op('Concat', levels, { axis: 3 }));
}

function table(onnx: OnnxGraph): OnnxValue {
  const value: TensorValue = { kind: 'tensor', dtype: 'float64', shape: [256], data: linearOf };
  return onnx.constant(value);
}
