import { allocate, type Dtype, type DtypeArrays, dtypes } from '../kinds/dtype.ts';
import { originalGeometry } from '../kinds/geometry.ts';
import type { Colour, Json, TensorValue, Value } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import { singleJson } from './jsonTensor.ts';
import type { ValueTools } from './jsonValues.ts';

type Base64 = Pick<ValueTools, 'fromBase64' | 'toBase64'>;
type Fields = { readonly [key: string]: Json };

/** Up to here numbers are written so that a person can read them; past it as base64 of their bytes, little-endian. */
const mostReadable = 1024;

/**
 * A value as JSON with nothing lost, to be held against later. A video is told by its measures and its source's name:
 * the file itself is one of the sample's inputs. Where a picture was cut from the original is not kept.
 */
export function recordValue(value: Value, base64: Base64): Json {
  switch (value.kind) {
    case 'image': {
      const { kind, width, height, colour } = value;
      return { kind, width, height, colour, data: packed(value.data, base64) };
    }
    case 'mask': {
      const { kind, width, height, labels } = value;
      return { kind, width, height, labels, data: packed(value.data, base64) };
    }
    case 'audio':
      return {
        kind: 'audio',
        sampleRateHz: value.sampleRateHz,
        channels: value.channels.map((channel) => packed(channel, base64)),
      };
    case 'video': {
      const { kind, source, width, height, frameRateHz, durationSeconds, audio } = value;
      return { kind, name: source.name, width, height, frameRateHz, durationSeconds, audio };
    }
    case 'text':
      return { kind: 'text', text: value.text };
    case 'json':
      return { kind: 'json', json: value.json };
    case 'tensor': {
      const { kind, dtype, shape, data } = value;
      return { kind, dtype, shape, data: dtype === 'string' ? [...data] : packed(data, base64) };
    }
    case 'embedding':
      return { kind: 'embedding', unit: value.unit, data: packed(value.data, base64) };
    case 'scores': {
      const { kind, form, labels } = value;
      return { kind, form, labels, data: packed(value.data, base64) };
    }
    case 'boxes':
      return {
        kind: 'boxes',
        imageWidth: value.imageWidth,
        imageHeight: value.imageHeight,
        labels: value.labels,
        coordinates: packed(value.coordinates, base64),
        scores: packed(value.scores, base64),
        classes: packed(value.classes, base64),
      };
  }
}

/** What `recordValue` wrote. Throws `bundle-invalid` for anything else. */
export function recordedValue(json: Json, base64: Base64): Value {
  const fields = fieldsOf(json);
  const numbers = <D extends Dtype>(name: string, dtype: D): DtypeArrays[D] => unpacked(fields[name], dtype, base64);
  switch (fields.kind) {
    case 'image': {
      const [width, height, colour] = [number(fields.width), number(fields.height), colourOf(fields.colour)];
      const geometry = originalGeometry(width, height);
      return { kind: 'image', width, height, colour, data: numbers('data', 'uint8'), geometry };
    }
    case 'mask': {
      const [width, height] = [number(fields.width), number(fields.height)];
      return { kind: 'mask', width, height, labels: labelsOf(fields.labels), data: numbers('data', 'uint8') };
    }
    case 'audio': {
      const channels = list(fields.channels).map((channel) => unpacked(channel, 'float32', base64));
      return { kind: 'audio', sampleRateHz: number(fields.sampleRateHz), channels };
    }
    case 'video': {
      const audio = fields.audio === null ? null : fieldsOf(fields.audio);
      return {
        kind: 'video',
        source: { kind: 'media', name: text(fields.name) },
        width: number(fields.width),
        height: number(fields.height),
        frameRateHz: number(fields.frameRateHz),
        durationSeconds: number(fields.durationSeconds),
        audio: audio && { sampleRateHz: number(audio.sampleRateHz), channels: number(audio.channels) },
      };
    }
    case 'text':
      return { kind: 'text', text: text(fields.text) };
    case 'json':
      return { kind: 'json', json: fields.json };
    case 'tensor': {
      const dtype = dtypes.find((known) => known === fields.dtype) ?? broken('a dtype');
      const data = dtype === 'string' ? list(fields.data).map(text) : numbers('data', dtype);
      // The dtype decides the array; the compiler cannot follow that through a union.
      return { kind: 'tensor', dtype, shape: list(fields.shape).map(number), data } as TensorValue;
    }
    case 'embedding':
      return { kind: 'embedding', unit: fields.unit === true, data: numbers('data', 'float32') };
    case 'scores': {
      const forms = ['logits', 'probabilities', 'independent', 'other'] as const;
      const form = forms.find((known) => known === fields.form) ?? broken('a form');
      return { kind: 'scores', form, labels: labelsOf(fields.labels), data: numbers('data', 'float32') };
    }
    case 'boxes':
      return {
        kind: 'boxes',
        imageWidth: number(fields.imageWidth),
        imageHeight: number(fields.imageHeight),
        labels: labelsOf(fields.labels),
        coordinates: numbers('coordinates', 'float32'),
        scores: numbers('scores', 'float32'),
        classes: numbers('classes', 'int32'),
      };
    default:
      return broken('a kind');
  }
}

function packed(data: Exclude<DtypeArrays[Dtype], readonly string[]>, base64: Base64): Json {
  if (data.length > mostReadable)
    return { base64: base64.toBase64(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) };
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from<bigint, Json>(data, String);
  return Array.from<number, Json>(data, data instanceof Float32Array ? singleJson : plainNumber);
}

function plainNumber(x: number): Json {
  return Number.isFinite(x) ? x : String(x);
}

function unpacked<D extends Dtype>(json: Json | undefined, dtype: D, base64: Base64): DtypeArrays[D] {
  if (Array.isArray(json)) {
    const array = allocate(dtype, json.length);
    // Every array here takes what its own elements are read from.
    const target = array as { [at: number]: number | bigint };
    const whole = dtype === 'int64' || dtype === 'uint64';
    json.forEach((entry: Json, at) => {
      target[at] = whole ? BigInt(text(entry)) : number(entry);
    });
    return array;
  }
  const bytes = base64.fromBase64(text(fieldsOf(json).base64)) ?? broken('base64');
  const size = (allocate(dtype, 1) as { readonly byteLength: number }).byteLength;
  if (bytes.byteLength % size !== 0) return broken('whole numbers of elements');
  const array = allocate(dtype, bytes.byteLength / size);
  const { buffer, byteOffset, byteLength } = array as ArrayBufferView;
  new Uint8Array(buffer, byteOffset, byteLength).set(bytes);
  return array;
}

function fieldsOf(json: Json | undefined): Fields {
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Fields) : broken('an object');
}

function list(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : broken('a list');
}

function text(json: Json | undefined): string {
  return typeof json === 'string' ? json : broken('a text');
}

function number(json: Json | undefined): number {
  if (typeof json === 'number') return json;
  return json === 'NaN' || json === 'Infinity' || json === '-Infinity' ? Number(json) : broken('a number');
}

function labelsOf(json: Json | undefined): readonly string[] | null {
  return json === null || json === undefined ? null : list(json).map(text);
}

function colourOf(json: Json | undefined): Colour {
  const colours = ['rgb', 'rgba', 'grey', 'bgr', 'hsv', 'ycbcr', 'lab'] as const;
  return colours.find((known) => known === json) ?? broken('a colour');
}

function broken(wanted: string): never {
  throw new Problem('bundle-invalid', {
    message: `A recorded value has something else where ${wanted} belongs.`,
    fix: 'Export the bundle again.',
  });
}
