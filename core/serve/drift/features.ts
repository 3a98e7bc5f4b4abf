import type { Json, Value } from '../../kinds/value.ts';
import { audioFeatures } from './audioFeatures.ts';
import { imageFeatures } from './imageFeatures.ts';
import { textFeatures } from './textFeatures.ts';

/** What is told of one value for drift: numbers, and words for what has no order. Nothing else of the value is kept. */
export type Features = Readonly<Record<string, number | string>>;

/** Features of a value; empty for kinds of which nothing general can be told. Numbers are finite. */
export function featuresOf(value: Value): Features {
  return Object.fromEntries(
    Object.entries(rawFeatures(value)).filter(([, x]) => typeof x === 'string' || Number.isFinite(x)),
  );
}

function rawFeatures(value: Value): Features {
  switch (value.kind) {
    case 'image':
      return imageFeatures(value);
    case 'audio':
      return audioFeatures(value);
    case 'text':
      return textFeatures(value.text);
    case 'video':
      return {
        width: value.width,
        height: value.height,
        seconds: value.durationSeconds,
        framesPerSecond: value.frameRateHz,
        sound: value.audio === null ? 'no' : 'yes',
      };
    case 'embedding':
      return embeddingFeatures(value.data);
    case 'scores':
      return scoreFeatures(value.data, value.labels, value.form);
    case 'boxes':
      return boxFeatures(value);
    case 'json':
      return tokenFeatures(value.json);
    default:
      return {};
  }
}

/** Places on which embeddings are watched beside their length: enough to see a shift of the cloud, few enough to test. */
const watchedPlaces = 4;

function embeddingFeatures(data: Float32Array): Features {
  let squares = 0;
  for (const x of data) squares += x * x;
  const norm = Math.sqrt(squares);
  const found: Record<string, number> = { norm };
  if (norm === 0) return found;
  for (let k = 0; k < Math.min(watchedPlaces, data.length); k++) {
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += signAt(i, k) * data[i];
    // By the length, so that it is a direction that is watched; random signs keep distances (Achlioptas 2003).
    found[`direction${k + 1}`] = sum / norm;
  }
  return found;
}

/** 1 or -1, the same for a place in every run: the lowest bit of a mixed integer (Mueller's hash). */
function signAt(i: number, k: number): number {
  let x = (i * watchedPlaces + k + 1) | 0;
  x = Math.imul((x >>> 16) ^ x, 0x45d9f3b);
  x = Math.imul((x >>> 16) ^ x, 0x45d9f3b);
  return (((x >>> 16) ^ x) & 1) === 0 ? 1 : -1;
}

function scoreFeatures(data: Float32Array, labels: readonly string[] | null, form: string): Features {
  if (data.length === 0) return {};
  const shares = form === 'logits' ? softmax(data) : data;
  let [best, second, entropy, sum] = [0, -1, 0, 0];
  for (let i = 0; i < shares.length; i++) {
    sum += Math.max(0, shares[i]);
    if (i === 0) continue;
    if (shares[i] > shares[best]) [best, second] = [i, best];
    else if (second < 0 || shares[i] > shares[second]) second = i;
  }
  if (sum > 0) for (const x of shares) if (x > 0) entropy -= (x / sum) * Math.log(x / sum);
  return {
    best: labels?.[best] ?? String(best),
    top: shares[best],
    ...(second < 0 ? {} : { margin: shares[best] - shares[second], entropy }),
  };
}

function softmax(data: Float32Array): readonly number[] {
  const most = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const raised = Array.from(data, (x) => Math.exp(x - most));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((x) => x / sum);
}

function boxFeatures({ coordinates, scores, imageWidth, imageHeight }: Extract<Value, { kind: 'boxes' }>): Features {
  const count = scores.length;
  if (count === 0) return { count };
  let [area, score] = [0, 0];
  for (let i = 0; i < count; i++) {
    const [x1, y1, x2, y2] = coordinates.subarray(4 * i, 4 * i + 4);
    area += (Math.max(0, x2 - x1) * Math.max(0, y2 - y1)) / Math.max(1, imageWidth * imageHeight);
    score += scores[i];
  }
  return { count, meanArea: area / count, meanScore: score / count };
}

/** What tokenizers write for what they do not know. */
const unknownTokens = new Set(['[UNK]', '<unk>', '<UNK>', '\u2047', '\ufffd']);

/** Of a list of tokens: how many, and the share that the tokenizer did not know. */
function tokenFeatures(json: Json): Features {
  const list = Array.isArray(json) && json.length === 1 && Array.isArray(json[0]) ? json[0] : json;
  if (!Array.isArray(list) || list.length === 0 || !list.every((token) => typeof token === 'string')) return {};
  return { tokens: list.length, unknown: list.filter((token) => unknownTokens.has(token)).length / list.length };
}
