import type {
  AudioValue,
  BoxesValue,
  ImageValue,
  Json,
  MaskValue,
  MediaSource,
  ScoresValue,
  Value,
} from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import type { PublishedOutput } from '../run/result.ts';
import { singleJson, tensorElements, tensorFromJson } from './jsonTensor.ts';
import type { SignatureInput } from './signature.ts';

/** What values need of the machine to become JSON, and back. */
export interface ValueTools {
  /** null for what is not base64 (of either alphabet). */
  readonly fromBase64: (text: string) => Uint8Array | null;
  readonly toBase64: (bytes: Uint8Array) => string;
  /** A picture or mask as PNG unless `mime` says otherwise, a sound as WAV. */
  readonly encode: (value: ImageValue | MaskValue | AudioValue, mime?: string) => Promise<EncodedMedia>;
}

export interface EncodedMedia {
  readonly mime: string;
  readonly bytes: Uint8Array;
}

export interface OutputForm {
  /** Most classes of scores that are written, best first. */
  readonly top: number;
}

/** Unless more or fewer are asked for. */
export const defaultTop = 100;

/**
 * What was sent as JSON for one public input. Media: base64, a data URL, or `{ "b64": "...", "name": "cat.jpg" }`;
 * text: a string, or `{ "b64" }` of its UTF-8; JSON: the value itself; tensors: see `tensorFromJson`, or base64 of a
 * .npy file; a folder: a list of media. Throws `input-kind` and what `tensorFromJson` throws.
 */
export function inputFromJson(input: SignatureInput, json: Json, tools: ValueTools): MediaSource | Value {
  const { name, kind } = input;
  switch (kind) {
    case 'json':
      return { kind: 'json', json };
    case 'text':
      if (typeof json === 'string') return { kind: 'text', text: json };
      return mediaFromJson(input, json, tools, name);
    case 'tensor':
      if (typeof json === 'string' || isBase64Form(json)) return mediaFromJson(input, json, tools, name);
      return tensorFromJson(json, name, input.type?.kind === 'tensor' ? input.type.dtype : null);
    case 'folder': {
      if (!Array.isArray(json)) throw wrongForm(input, json);
      const files = (json as readonly Json[]).map((part, i) => mediaFromJson(input, part, tools, `${name}[${i}]`));
      return { kind: 'media', name, files };
    }
    default:
      return mediaFromJson(input, json, tools, name);
  }
}

function isBase64Form(json: Json): json is { readonly b64: string; readonly name?: Json } {
  return (
    json !== null && typeof json === 'object' && !Array.isArray(json) && 'b64' in json && typeof json.b64 === 'string'
  );
}

function mediaFromJson(input: SignatureInput, json: Json, tools: ValueTools, name: string): MediaSource {
  const form = isBase64Form(json) ? json : null;
  const text = form === null ? json : form.b64;
  if (typeof text !== 'string') throw wrongForm(input, json);
  const called = typeof form?.name === 'string' && form.name !== '' ? form.name.slice(0, 200) : name;
  const comma = text.startsWith('data:') ? text.indexOf(',') : -1;
  if (comma >= 0 && !text.slice(0, comma).endsWith(';base64'))
    throw new Problem('input-kind', {
      message: `The input "${input.name}" is a data URL that is not base64.`,
      fix: 'Write it as data:image/jpeg;base64,...',
    });
  const bytes = tools.fromBase64(comma < 0 ? text : text.slice(comma + 1));
  if (bytes !== null) return { kind: 'media', bytes, name: called };
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  throw new Problem('input-kind', {
    message: `The input "${input.name}" takes ${input.kind}, and ${address ? 'this is an address; nothing is fetched from the network' : 'this text is not base64'}.`,
    fix: address ? 'Send the file itself.' : 'Send base64, a data URL, or the file as multipart/form-data.',
  });
}

function wrongForm({ name, kind }: SignatureInput, json: Json): Problem {
  const given = json === null ? 'null' : Array.isArray(json) ? 'a list' : typeof json;
  const wanted =
    kind === 'text'
      ? 'a string'
      : kind === 'folder'
        ? 'a list of base64 texts'
        : 'base64, a data URL or { "b64": "..." }';
  return new Problem('input-kind', {
    message: `The input "${name}" takes ${kind}, but ${given} was sent.`,
    fix: `Send ${wanted}.`,
  });
}

/**
 * One public output as JSON that reads well: the value alone, or for a sequence a list of `{ t, value }`. null when it
 * is missing; why stands in the output's own problem.
 */
export async function outputJson(
  output: PublishedOutput,
  tools: ValueTools,
  form: OutputForm = { top: defaultTop },
): Promise<Json> {
  if (output.status === 'missing') return null;
  if (output.sequence === 'one') {
    const [item] = output.items;
    return item === undefined ? null : valueJson(item.value, tools, form);
  }
  const items: Json[] = [];
  for (const { t, durationSeconds, value } of output.items) {
    const written = await valueJson(value, tools, form);
    items.push(durationSeconds === undefined ? { t, value: written } : { t, durationSeconds, value: written });
  }
  return items;
}

/**
 * Scores `{ label, score, classes }` with the classes best first; boxes with label, score and corners in pixels of the
 * original; embeddings as plain arrays; tensors with dtype, shape and flat data; pictures, masks and sound as data URLs
 * beside their measures. NaN and infinities are texts.
 */
export async function valueJson(value: Value, tools: ValueTools, form: OutputForm): Promise<Json> {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'json':
      return value.json;
    case 'scores':
      return scoresJson(value, form.top);
    case 'boxes':
      return boxesJson(value);
    case 'embedding':
      return Array.from<number, Json>(value.data, singleJson);
    case 'tensor':
      return { dtype: value.dtype, shape: value.shape, data: tensorElements(value) };
    case 'image':
      return { width: value.width, height: value.height, data: await dataUrl(value, tools) };
    case 'mask':
      return {
        width: value.width,
        height: value.height,
        classes: maskClasses(value),
        data: await dataUrl(value, tools),
      };
    case 'audio': {
      const samples = value.channels[0]?.length ?? 0;
      const { sampleRateHz } = value;
      return {
        sampleRateHz,
        channels: value.channels.length,
        seconds: samples / sampleRateHz,
        data: await dataUrl(value, tools),
      };
    }
    case 'video': {
      const { width, height, frameRateHz, durationSeconds } = value;
      return { width, height, frameRateHz, durationSeconds };
    }
  }
}

async function dataUrl(value: ImageValue | MaskValue | AudioValue, tools: ValueTools): Promise<string> {
  const { mime, bytes } = await tools.encode(value);
  return `data:${mime};base64,${tools.toBase64(bytes)}`;
}

function scoresJson({ data, labels, form }: ScoresValue, top: number): Json {
  const best = bestPlaces(data, top);
  const classes = best.map((at) => ({ label: labels?.[at] ?? String(at), class: at, score: singleJson(data[at]) }));
  const [first] = classes;
  return { label: first?.label ?? null, score: first?.score ?? null, form, count: data.length, classes };
}

/** Places of the `most` largest numbers, largest first, equal ones in order; NaN after all numbers. */
export function bestPlaces(data: Float32Array, most: number): readonly number[] {
  const rank = (x: number) => (Number.isNaN(x) ? Number.NEGATIVE_INFINITY : x);
  const order = (a: number, b: number) => {
    const [x, y] = [rank(data[a]), rank(data[b])];
    return x === y ? a - b : y - x;
  };
  if (data.length <= 4 * most) return Array.from(data.keys()).sort(order).slice(0, most);
  const threshold = rank(Float32Array.from(data, rank).sort()[data.length - most]);
  const above: number[] = [];
  for (let i = 0; i < data.length; i++) if (rank(data[i]) >= threshold) above.push(i);
  return above.sort(order).slice(0, most);
}

function boxesJson({ coordinates: c, scores, classes, labels, imageWidth, imageHeight }: BoxesValue): Json {
  const boxes = Array.from(scores, (score, i) => ({
    label: labels?.[classes[i]] ?? String(classes[i]),
    class: classes[i],
    score: singleJson(score),
    x1: singleJson(c[4 * i]),
    y1: singleJson(c[4 * i + 1]),
    x2: singleJson(c[4 * i + 2]),
    y2: singleJson(c[4 * i + 3]),
  }));
  return { count: boxes.length, imageWidth, imageHeight, boxes };
}

/** Classes that occur, with their share of the pixels, the largest first. */
function maskClasses({ data, labels }: MaskValue): Json {
  const counts = new Uint32Array(256);
  for (const at of data) counts[at]++;
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([at, count]) => ({ class: at, label: labels?.[at] ?? String(at), share: count / data.length }));
}
