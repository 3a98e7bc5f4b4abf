import { originalGeometry } from '../kinds/geometry.ts';
import type { Json, Value } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import type { PublishedOutput } from '../run/result.ts';
import { tensorFromJson } from './jsonTensor.ts';

/** Media of an answer, decoded by whoever reads it. */
export type MediaReader = (dataUrl: string, kind: 'image' | 'mask' | 'audio') => Promise<Value>;

/** An output of an answer over HTTP as what the pipeline gave, as far as JSON tells; `recorded` says what it should be. */
export async function answeredOutput(
  recorded: PublishedOutput,
  json: Json,
  read: MediaReader,
): Promise<PublishedOutput> {
  if (json === null || recorded.status === 'missing') {
    const problem = new Problem('modality-missing', {
      message: 'The server gave no value.',
      fix: 'See `missing` in its answer.',
    });
    return json === null
      ? { status: 'missing', problem: problem.data }
      : { status: 'present', kind: 'json', sequence: 'one', items: [{ t: 0, value: { kind: 'json', json } }] };
  }
  const model = recorded.items[0]?.value;
  const rows = recorded.sequence === 'one' ? [{ t: recorded.items[0]?.t ?? 0, value: json }] : list(json).map(itemOf);
  const items = [];
  for (const [at, { t, value }] of rows.entries())
    items.push({ t, value: await answeredValue(recorded.items[at]?.value ?? model, value, read) });
  return { ...recorded, items };
}

async function answeredValue(recorded: Value | undefined, json: Json, read: MediaReader): Promise<Value> {
  switch (recorded?.kind) {
    case 'text':
      return { kind: 'text', text: typeof json === 'string' ? json : JSON.stringify(json) };
    case 'tensor':
      return tensorFromJson(json, 'the answer', recorded.dtype);
    case 'embedding':
      return { ...recorded, data: Float32Array.from(list(json), numberOf) };
    case 'scores': {
      const data = new Float32Array(numberOf(fieldOf(json, 'count'))).fill(Number.NaN);
      for (const row of list(fieldOf(json, 'classes')))
        data[numberOf(fieldOf(row, 'class'))] = numberOf(fieldOf(row, 'score'));
      return { ...recorded, data };
    }
    case 'boxes': {
      const rows = list(fieldOf(json, 'boxes'));
      const corners = ['x1', 'y1', 'x2', 'y2'];
      return {
        ...recorded,
        imageWidth: numberOf(fieldOf(json, 'imageWidth')),
        imageHeight: numberOf(fieldOf(json, 'imageHeight')),
        coordinates: Float32Array.from(rows.flatMap((row) => corners.map((corner) => numberOf(fieldOf(row, corner))))),
        scores: Float32Array.from(rows, (row) => numberOf(fieldOf(row, 'score'))),
        classes: Int32Array.from(rows, (row) => numberOf(fieldOf(row, 'class'))),
      };
    }
    case 'mask': {
      const picture = await read(String(fieldOf(json, 'data')), 'mask');
      return picture.kind === 'image'
        ? { ...recorded, width: picture.width, height: picture.height, data: picture.data }
        : picture;
    }
    case 'image':
    case 'audio': {
      const value = await read(String(fieldOf(json, 'data')), recorded.kind);
      // What a file of it does not tell: where it was cut from.
      return value.kind === 'image' ? { ...value, geometry: originalGeometry(value.width, value.height) } : value;
    }
    case 'video': {
      const [width, height, frameRateHz, durationSeconds] = ['width', 'height', 'frameRateHz', 'durationSeconds'].map(
        (name) => numberOf(fieldOf(json, name)),
      );
      return { ...recorded, width, height, frameRateHz, durationSeconds };
    }
    default:
      return { kind: 'json', json };
  }
}

function itemOf(json: Json): { readonly t: number; readonly value: Json } {
  return { t: numberOf(fieldOf(json, 't')), value: fieldOf(json, 'value') };
}

function list(json: Json): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

function fieldOf(json: Json, name: string): Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && Object.hasOwn(json, name)
    ? (json as { readonly [key: string]: Json })[name]
    : null;
}

/** NaN and infinities are texts in JSON. */
function numberOf(json: Json): number {
  return json === null ? Number.NaN : Number(json);
}
