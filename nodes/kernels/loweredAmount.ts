import type { OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { Dim } from '../../core/kinds/type.ts';
import { roundEven } from './float16.ts';

/**
 * A number that may be known only when the graph runs, such as the width of a picture: then float64 [1]. Arithmetic on
 * what is known is done at once, the rest becomes operators that compute the same in the same precision.
 */
export type Amount = number | OnnxValue;

/** The amount as float64 [1]. */
export function amountValue(onnx: OnnxGraph, amount: Amount): OnnxValue {
  if (typeof amount !== 'number') return amount;
  return onnx.constant({ kind: 'tensor', dtype: 'float64', shape: [1], data: Float64Array.of(amount) });
}

/** A side of a tensor: its length along an axis. */
export function sideOf(onnx: OnnxGraph, value: OnnxValue, axis: number): Amount {
  const known = value.shape?.[axis];
  return typeof known === 'number' ? known : onnx.cast(onnx.dim(value, axis), 'float64');
}

/** What is known of a length. */
export function dimOf(amount: Amount): Dim {
  return typeof amount === 'number' ? amount : null;
}

function binary(type: string, compute: (a: number, b: number) => number) {
  return (onnx: OnnxGraph, a: Amount, b: Amount): Amount =>
    typeof a === 'number' && typeof b === 'number'
      ? compute(a, b)
      : onnx.op(type, [amountValue(onnx, a), amountValue(onnx, b)]);
}
export const plus = binary('Add', (a, b) => a + b);
export const minus = binary('Sub', (a, b) => a - b);
export const times = binary('Mul', (a, b) => a * b);
export const over = binary('Div', (a, b) => a / b);
export const least = binary('Min', Math.min);
export const most = binary('Max', Math.max);

export function floored(onnx: OnnxGraph, a: Amount): Amount {
  return typeof a === 'number' ? Math.floor(a) : onnx.op('Floor', [a]);
}

export function ceiled(onnx: OnnxGraph, a: Amount): Amount {
  return typeof a === 'number' ? Math.ceil(a) : onnx.op('Ceil', [a]);
}

/** Math.round: halves go up. Not floor(a + 0.5), which is wrong just below a half. */
export function rounded(onnx: OnnxGraph, a: Amount): Amount {
  if (typeof a === 'number') return Math.round(a);
  const floor = onnx.op('Floor', [a]);
  const rest = onnx.op('Sub', [a, floor]);
  return onnx.op('Add', [floor, onnx.cast(onnx.op('GreaterOrEqual', [rest, amountValue(onnx, 0.5)]), 'float64')]);
}

/** Halves go to the even neighbour. */
export function evened(onnx: OnnxGraph, a: Amount): Amount {
  return typeof a === 'number' ? roundEven(a) : onnx.op('Round', [a]);
}

/** Whole amounts as one int64 list, as shapes and places are given to operators. */
export function wholeList(onnx: OnnxGraph, amounts: readonly Amount[]): OnnxValue {
  if (amounts.every((amount) => typeof amount === 'number')) return onnx.integers(amounts);
  return onnx.cast(listOf(onnx, amounts), 'int64');
}

/** Amounts as float64 [count]. */
export function listOf(onnx: OnnxGraph, amounts: readonly Amount[]): OnnxValue {
  const parts: OnnxValue[] = [];
  let run: number[] = [];
  const close = (): void => {
    if (run.length === 0) return;
    parts.push(onnx.constant({ kind: 'tensor', dtype: 'float64', shape: [run.length], data: Float64Array.from(run) }));
    run = [];
  };
  for (const amount of amounts) {
    if (typeof amount === 'number') run.push(amount);
    else {
      close();
      parts.push(amount);
    }
  }
  close();
  return parts.length === 1 ? parts[0] : onnx.op('Concat', parts, { axis: 0 });
}
