import { Problem } from '../problems/problem.ts';
import { spanKinds } from '../run/tracer.ts';
import type { Trace } from './trace.ts';

/**
 * A trace as bytes, little-endian: the 8 letters of `magic`, version and length of the header (u32 each), the header as
 * JSON (names, and of each column its type, place and length), then the columns, each at a multiple of 8 bytes from the
 * beginning, so that they can be used where they lie.
 */
const magic = 'TRIBTRCE';
export const traceVersion = 1;
const prefixBytes = 16;

const types = { f8: Float64Array, u4: Uint32Array, u2: Uint16Array, u1: Uint8Array } as const;
type TypeName = keyof typeof types;
type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

interface Place {
  readonly type: TypeName;
  readonly offset: number;
  readonly length: number;
}
interface Header {
  readonly names: readonly string[];
  readonly dropped: number;
  readonly columns: Readonly<Record<string, Place>>;
}

function columnsOf({ runs, tasks, spans }: Trace): Readonly<Record<string, readonly [TypeName, Numbers]>> {
  return {
    'runs.sample': ['u2', runs.sample],
    'runs.startMs': ['f8', runs.startMs],
    'runs.endMs': ['f8', runs.endMs],
    'runs.firstTask': ['u4', runs.firstTask],
    'runs.firstSpan': ['u4', runs.firstSpan],
    'tasks.stage': ['u2', tasks.stage],
    'tasks.item': ['u4', tasks.item],
    'tasks.readyMs': ['f8', tasks.readyMs],
    'tasks.startMs': ['f8', tasks.startMs],
    'tasks.endMs': ['f8', tasks.endMs],
    'tasks.bytesIn': ['f8', tasks.bytesIn],
    'tasks.bytesOut': ['f8', tasks.bytesOut],
    'tasks.firstAfter': ['u4', tasks.firstAfter],
    'tasks.after': ['u4', tasks.after],
    'spans.task': ['u4', spans.task],
    'spans.node': ['u2', spans.node],
    'spans.kind': ['u1', spans.kind],
    'spans.worker': ['u2', spans.worker],
    'spans.name': ['u2', spans.name],
    'spans.startMs': ['f8', spans.startMs],
    'spans.endMs': ['f8', spans.endMs],
    'spans.bytes': ['f8', spans.bytes],
  };
}

export function encodeTrace(trace: Trace): Uint8Array {
  const columns = Object.entries(columnsOf(trace));
  const places: Record<string, Place> = {};
  let end = 0;
  for (const [name, [type, data]] of columns) {
    places[name] = { type, offset: end, length: data.length };
    end = aligned(end + data.byteLength);
  }
  // Offsets count from the end of the header, whose length is not known before it is written.
  const header: Header = { names: trace.names, dropped: trace.dropped, columns: places };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const base = aligned(prefixBytes + text.length);
  const file = new Uint8Array(base + end);
  file.set(new TextEncoder().encode(magic));
  const words = new DataView(file.buffer);
  words.setUint32(8, traceVersion, true);
  words.setUint32(12, text.length, true);
  file.set(text, prefixBytes);
  for (const [name, [, data]] of columns)
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), base + places[name].offset);
  return file;
}

/**
 * Columns are views of `file` where it begins at a multiple of 8 bytes in its buffer; else of one copy of it. Throws
 * `profile-newer`, or `profile-invalid` for what is no trace, is cut off, or points to what is not there.
 */
export function decodeTrace(file: Uint8Array): Trace {
  const { header, base } = readHeader(file);
  const whole = file.byteOffset % 8 === 0 ? file : file.slice();
  function column<T extends TypeName>(name: string, type: T): InstanceType<(typeof types)[T]> {
    const place = header.columns[name];
    const size = types[type].BYTES_PER_ELEMENT;
    const at = base + (place?.offset ?? 0);
    if (place === undefined || place.type !== type || !isCount(place.offset) || !isCount(place.length))
      throw broken(`its column "${name}" is not as it should be`);
    if (place.offset % 8 !== 0 || at + place.length * size > whole.length)
      throw broken(`it is cut off: "${name}" should end at byte ${at + place.length * size} of ${whole.length}`);
    return new types[type](whole.buffer as ArrayBuffer, whole.byteOffset + at, place.length) as InstanceType<
      (typeof types)[T]
    >;
  }
  const trace: Trace = {
    names: header.names,
    runs: {
      count: header.columns['runs.sample']?.length ?? 0,
      sample: column('runs.sample', 'u2'),
      startMs: column('runs.startMs', 'f8'),
      endMs: column('runs.endMs', 'f8'),
      firstTask: column('runs.firstTask', 'u4'),
      firstSpan: column('runs.firstSpan', 'u4'),
    },
    tasks: {
      count: header.columns['tasks.stage']?.length ?? 0,
      stage: column('tasks.stage', 'u2'),
      item: column('tasks.item', 'u4'),
      readyMs: column('tasks.readyMs', 'f8'),
      startMs: column('tasks.startMs', 'f8'),
      endMs: column('tasks.endMs', 'f8'),
      bytesIn: column('tasks.bytesIn', 'f8'),
      bytesOut: column('tasks.bytesOut', 'f8'),
      firstAfter: column('tasks.firstAfter', 'u4'),
      after: column('tasks.after', 'u4'),
    },
    spans: {
      count: header.columns['spans.task']?.length ?? 0,
      task: column('spans.task', 'u4'),
      node: column('spans.node', 'u2'),
      kind: column('spans.kind', 'u1'),
      worker: column('spans.worker', 'u2'),
      name: column('spans.name', 'u2'),
      startMs: column('spans.startMs', 'f8'),
      endMs: column('spans.endMs', 'f8'),
      bytes: column('spans.bytes', 'f8'),
    },
    dropped: header.dropped,
  };
  verify(trace);
  return trace;
}

function readHeader(file: Uint8Array): { readonly header: Header; readonly base: number } {
  if (file.length < prefixBytes || new TextDecoder('latin1').decode(file.subarray(0, 8)) !== magic)
    throw broken('it is not a trace');
  const words = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = words.getUint32(8, true);
  if (version > traceVersion) {
    throw new Problem('profile-newer', {
      message: `The trace was written by a newer Tributary: its format is ${version}, this one reads up to ${traceVersion}.`,
      fix: 'Open it with that version, or profile again.',
    });
  }
  const end = prefixBytes + words.getUint32(12, true);
  if (end > file.length) throw broken(`it is cut off: its header should end at byte ${end} of ${file.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(prefixBytes, end)));
  } catch (cause) {
    throw broken('its header is not JSON', cause);
  }
  if (!isHeader(header)) throw broken('its header lacks names or columns');
  return { header, base: aligned(end) };
}

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const { names, dropped, columns } = value as Readonly<Record<keyof Header, unknown>>;
  return (
    Array.isArray(names) &&
    names.every((name) => typeof name === 'string') &&
    isCount(dropped) &&
    typeof columns === 'object' &&
    columns !== null &&
    Object.values(columns).every((place) => typeof place === 'object' && place !== null)
  );
}

/** That columns fit each other and point only to what is there, so that readers need not look. */
function verify({ names, runs, tasks, spans }: Trace): void {
  for (const [group, columns] of Object.entries({ runs, tasks, spans })) {
    for (const [name, data] of Object.entries(columns)) {
      if (typeof data === 'number' || name === 'after') continue;
      const wanted = columns.count + (name.startsWith('first') ? 1 : 0);
      if (data.length !== wanted) throw broken(`"${group}.${name}" has ${data.length} entries in place of ${wanted}`);
    }
  }
  rising('runs.firstTask', runs.firstTask, tasks.count);
  rising('runs.firstSpan', runs.firstSpan, spans.count);
  rising('tasks.firstAfter', tasks.firstAfter, tasks.after.length);
  below('tasks.after', tasks.after, tasks.count);
  below('spans.task', spans.task, tasks.count);
  below('spans.node', spans.node, names.length);
  below('spans.worker', spans.worker, names.length);
  below('spans.name', spans.name, names.length);
  below('spans.kind', spans.kind, spanKinds.length);
}

function rising(name: string, places: Uint32Array, end: number): void {
  let before = 0;
  for (const place of places) {
    if (place < before) throw broken(`"${name}" goes back from ${before} to ${place}`);
    before = place;
  }
  if (places[0] !== 0 || before !== end) throw broken(`"${name}" ends at ${before} in place of ${end}`);
}

function below(name: string, indices: Uint32Array | Uint16Array | Uint8Array, count: number): void {
  for (let i = 0; i < indices.length; i++)
    if (indices[i] >= count) throw broken(`entry ${i} of "${name}" is ${indices[i]}, and there are ${count}`);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function broken(why: string, cause?: unknown): Problem {
  return new Problem('profile-invalid', {
    message: `The trace cannot be read: ${why}.`,
    fix: 'Profile again; the figures of this profile are kept without it.',
    ...(cause === undefined ? {} : { cause }),
  });
}
