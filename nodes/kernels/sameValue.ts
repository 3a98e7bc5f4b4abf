import type { Json, Value } from '../../core/kinds/value.ts';
import { topLabel } from './fusionReport.ts';
import { numbersOf } from './tensor.ts';

/** Whether two values are equal: same kind, size and labels, and numbers that differ by at most `tolerance`. */
export function sameValue(a: Value, b: Value, by: 'value' | 'label', tolerance: number): boolean {
  if (a.kind === 'scores' && b.kind === 'scores') {
    if (by === 'label') return topLabel(a.data, a.labels) === topLabel(b.data, b.labels);
    return sameTexts(a.labels, b.labels) && near(a.data, b.data, tolerance);
  }
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text;
  if (a.kind === 'json' && b.kind === 'json') return sameJson(a.json, b.json, tolerance);
  if (a.kind === 'embedding' && b.kind === 'embedding') return near(a.data, b.data, tolerance);
  if (a.kind === 'tensor' && b.kind === 'tensor') {
    if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return false;
    if (a.dtype === 'string' && b.dtype === 'string') return sameTexts(a.data, b.data);
    return near(numbersOf(a), numbersOf(b), tolerance);
  }
  if (a.kind === 'boxes' && b.kind === 'boxes') {
    return (
      near(a.classes, b.classes, 0) &&
      near(a.coordinates, b.coordinates, tolerance) &&
      near(a.scores, b.scores, tolerance) &&
      sameTexts(a.labels, b.labels)
    );
  }
  if (a.kind === 'image' && b.kind === 'image')
    return a.width === b.width && a.height === b.height && a.colour === b.colour && near(a.data, b.data, tolerance);
  if (a.kind === 'mask' && b.kind === 'mask')
    return a.width === b.width && a.height === b.height && near(a.data, b.data, 0);
  if (a.kind === 'audio' && b.kind === 'audio') {
    return (
      a.sampleRateHz === b.sampleRateHz &&
      a.channels.length === b.channels.length &&
      a.channels.every((c, i) => near(c, b.channels[i], tolerance))
    );
  }
  if (a.kind === 'video' && b.kind === 'video')
    return a.source.path === b.source.path && a.source.bytes === b.source.bytes && a.source.name === b.source.name;
  return false;
}

function near(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    // NaN equals NaN here: a broken value that stays broken is no change.
    if (!(Math.abs(a[i] - b[i]) <= tolerance) && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

function sameTexts(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === b) return true;
  return a !== null && b !== null && a.length === b.length && a.every((text, i) => text === b[i]);
}

function sameJson(a: Json, b: Json, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return near([a], [b], tolerance);
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && sameJson(value as Json, right.get(key) as Json, tolerance))
  );
}
