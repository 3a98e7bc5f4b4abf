import type { BoxesValue, Json, MaskValue, ScoresValue, TensorValue, Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { namesOf } from './attachLabels.ts';
import { allFinite } from './finite.ts';
import { descendingOrder } from './softmax.ts';
import { numbersOf } from './tensor.ts';

/**
 * A value of any kind as JSON. Text and json as they are; scores as { label, score, classes } with the classes best
 * first; boxes as { count, width, height, boxes }; tensors and embeddings with their numbers (64-bit integers beyond
 * 2^53 as text); masks as shares of classes; pictures, sound and video by their measures only.
 * Throws `value-nonfinite` (JSON has no NaN), `value-invalid` for more than `maxNumbers` numbers.
 */
export function valueJson(value: Value, name: string, maxNumbers: number): Json {
  if (value.kind !== 'audio' && !allFinite(value)) {
    throw new Problem('value-nonfinite', {
      message: `The ${value.kind} "${name}" holds NaN or infinity, which JSON cannot say.`,
      fix: 'Look for the cause in the model or its input.',
      where: { port: name },
    });
  }
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'json':
      return value.json;
    case 'scores':
      return scoresJson(value);
    case 'boxes':
      return boxesJson(value);
    case 'tensor':
      return tensorJson(value, name, maxNumbers);
    case 'embedding':
      requireFew(value.data.length, name, maxNumbers);
      return { length: value.data.length, data: Array.from(value.data) };
    case 'mask':
      return maskJson(value);
    case 'image':
      return { width: value.width, height: value.height, colour: value.colour };
    case 'audio': {
      const samples = value.channels[0]?.length ?? 0;
      const { sampleRateHz } = value;
      return { sampleRateHz, channels: value.channels.length, samples, seconds: samples / sampleRateHz };
    }
    case 'video': {
      const { width, height, frameRateHz, durationSeconds } = value;
      return { width, height, frameRateHz, seconds: durationSeconds };
    }
  }
}

/** { label, score, classes: [{ label, score }] }, best first; label and score are null when there is no class. */
export function scoresJson({ data, labels }: ScoresValue): Json {
  const names = namesOf(labels, data.length);
  const classes = Array.from(descendingOrder(data), (at) => ({ label: names[at], score: data[at] }));
  return { label: classes[0]?.label ?? null, score: classes[0]?.score ?? null, classes };
}

/** { count, width, height, boxes: [{ label, score, x1, y1, x2, y2 }] } in pixels of the original. */
export function boxesJson(boxes: BoxesValue): Json {
  const { coordinates: c, scores, classes, labels } = boxes;
  const list = Array.from(scores, (score, i) => ({
    label: labels?.[classes[i]] ?? String(classes[i]),
    score,
    x1: c[i * 4],
    y1: c[i * 4 + 1],
    x2: c[i * 4 + 2],
    y2: c[i * 4 + 3],
  }));
  return { count: list.length, width: boxes.imageWidth, height: boxes.imageHeight, boxes: list };
}

function tensorJson(tensor: TensorValue, name: string, maxNumbers: number): Json {
  requireFew(tensor.data.length, name, maxNumbers);
  const { dtype } = tensor;
  const shape = [...tensor.shape];
  if (dtype === 'string') return { dtype, shape, data: [...tensor.data] };
  if (dtype === 'int64' || dtype === 'uint64')
    return { dtype, shape, data: Array.from<bigint, Json>(tensor.data, bigJson) };
  return { dtype, shape, data: Array.from(numbersOf(tensor)) };
}

function bigJson(x: bigint): Json {
  const number = Number(x);
  return Number.isSafeInteger(number) ? number : String(x);
}

function maskJson({ width, height, data, labels }: MaskValue): Json {
  const counts = new Map<number, number>();
  for (const c of data) counts.set(c, (counts.get(c) ?? 0) + 1);
  const classes = [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([index, count]) => ({ index, label: labels?.[index] ?? String(index), share: count / data.length }));
  return { width, height, classes };
}

function requireFew(count: number, name: string, maxNumbers: number): void {
  if (count <= maxNumbers) return;
  throw new Problem('value-invalid', {
    message: `"${name}" holds ${count} numbers; at most ${maxNumbers} are written into JSON.`,
    fix: 'Reduce it first (tensor.reduce, tensor.slice, result.topK), or wire it to an output of its own kind.',
    where: { port: name },
  });
}
