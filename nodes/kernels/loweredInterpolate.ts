import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import { double } from './constant.ts';
import { type Amount, amountValue, minus, over, sideOf, times, wholeList } from './loweredAmount.ts';

/** Nearest pixels as `nearestAtCentre` (antialias on) or torch's `nearest` (off) picks them, byte for byte. */
export function loweredNearest(
  onnx: OnnxGraph,
  pixels: OnnxValue,
  width: Amount,
  height: Amount,
  atCentre: boolean,
): OnnxValue {
  const places = atCentre ? centrePlaces : legacyPlaces;
  const rows = onnx.op('Gather', [pixels, places(onnx, sideOf(onnx, pixels, 1), height)], { axis: 1 }, 'rows');
  return onnx.op('Gather', [rows, places(onnx, sideOf(onnx, pixels, 2), width)], { axis: 2 }, 'nearest');
}

/** Pillow adds the scale up step by step, and so does CumSum. */
function centrePlaces(onnx: OnnxGraph, from: Amount, to: Amount): OnnxValue {
  const scale = over(onnx, from, to);
  const count = wholeList(onnx, [to]);
  const whole = onnx.op('Expand', [amountValue(onnx, scale), count]);
  const first = amountValue(onnx, times(onnx, scale, 0.5));
  const joined = onnx.op('Concat', [first, whole], { axis: 0 });
  const steps = onnx.op('Slice', [joined, onnx.integers([0]), count]);
  const at = onnx.op('Floor', [onnx.op('CumSum', [steps, onnx.integer(0)])]);
  return onnx.cast(onnx.op('Min', [at, amountValue(onnx, minus(onnx, from, 1))]), 'int64');
}

/** In float32, as torch computes it. */
function legacyPlaces(onnx: OnnxGraph, from: Amount, to: Amount): OnnxValue {
  const scale = onnx.cast(amountValue(onnx, over(onnx, from, to)), 'float32');
  const at = onnx.op('Floor', [onnx.op('Mul', [onnx.cast(counting(onnx, to), 'float32'), scale])]);
  const last = onnx.cast(amountValue(onnx, minus(onnx, from, 1)), 'float32');
  return onnx.cast(onnx.op('Min', [at, last]), 'int64');
}

/** 0, 1, ... below the amount, int64. */
export function counting(onnx: OnnxGraph, count: Amount): OnnxValue {
  const end = onnx.op('Squeeze', [wholeList(onnx, [count])]);
  return onnx.op('Range', [onnx.integer(0), end, onnx.integer(1)]);
}

interface LoweredTaps {
  /** int64 [size] each: the input pixel of the tap for each output pixel. */
  readonly places: readonly OnnxValue[];
  /** float64 [size] each. */
  readonly weights: readonly OnnxValue[];
}

/** torch's bicubic without antialias (a = -0.75), each step of `interpolate` in the same order in float64: the same bytes. */
export function loweredCubic(onnx: OnnxGraph, pixels: OnnxValue, width: Amount, height: Amount): OnnxValue {
  const columns = cubicTaps(onnx, sideOf(onnx, pixels, 2), width);
  const rows = cubicTaps(onnx, sideOf(onnx, pixels, 1), height);
  const along = (weight: OnnxValue, axes: readonly number[]): OnnxValue =>
    onnx.op('Unsqueeze', [weight, onnx.integers(axes)]);
  const sum = weighted(
    onnx,
    rows.weights.map((weight) => along(weight, [1, 2])),
    (k) => {
      const row = onnx.op('Gather', [pixels, rows.places[k]], { axis: 1 }, 'rows');
      return weighted(
        onnx,
        columns.weights.map((weight) => along(weight, [1])),
        (j) => onnx.cast(onnx.op('Gather', [row, columns.places[j]], { axis: 2 }, 'columns'), 'float64'),
      );
    },
  );
  return levels(onnx, sum);
}

/** Sum of weighted values, first to last. */
function weighted(onnx: OnnxGraph, weights: readonly OnnxValue[], valueAt: (k: number) => OnnxValue): OnnxValue {
  const terms = weights.map((weight, k) => onnx.op('Mul', [valueAt(k), weight]));
  return terms.reduce((sum, term) => onnx.op('Add', [sum, term]));
}

/** Doubles to bytes as a Uint8ClampedArray takes them: halves to the even neighbour, clamped. */
export function levels(onnx: OnnxGraph, values: OnnxValue): OnnxValue {
  const limits = [onnx.constant(double(0)), onnx.constant(double(255))];
  return onnx.cast(onnx.op('Clip', [onnx.op('Round', [values]), ...limits]), 'uint8');
}

function cubicTaps(onnx: OnnxGraph, from: Amount, to: Amount): LoweredTaps {
  const d = (value: number): OnnxValue => onnx.constant(double(value));
  const op = (type: string, a: OnnxValue, b: OnnxValue): OnnxValue => onnx.op(type, [a, b]);
  const middle = op('Add', onnx.cast(counting(onnx, to), 'float64'), d(0.5));
  const at = op('Sub', op('Mul', amountValue(onnx, over(onnx, from, to)), middle), d(0.5));
  const low = onnx.op('Floor', [at]);
  const t = op('Sub', at, low);
  const a = -0.75;
  const near = (x: OnnxValue): OnnxValue =>
    op('Add', op('Mul', op('Mul', op('Sub', op('Mul', d(a + 2), x), d(a + 3)), x), x), d(1));
  const far = (x: OnnxValue): OnnxValue =>
    op('Sub', op('Mul', op('Add', op('Mul', op('Sub', op('Mul', d(a), x), d(5 * a)), x), d(8 * a)), x), d(4 * a));
  const last = amountValue(onnx, minus(onnx, from, 1));
  const place = (k: number): OnnxValue => {
    const inside = op('Min', op('Max', op('Add', low, d(k - 1)), d(0)), last);
    return onnx.cast(inside, 'int64');
  };
  return {
    places: [0, 1, 2, 3].map(place),
    weights: [far(op('Add', t, d(1))), near(t), near(op('Sub', d(1), t)), far(op('Sub', d(2), t))],
  };
}
