import { create, toBinary } from '@bufbuild/protobuf';
import { Problem } from '../problems/problem.ts';
import { changed } from './change.ts';
import { elementBytes, elementName } from './elements.ts';
import { checkExternalData, locationFault } from './external-data.ts';
import {
  type ModelProto,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataType,
} from './gen/onnx-ml_pb.ts';
import { allTensors, externalTensors } from './graphs.ts';
import { mapTensors } from './mapTensors.ts';
import { notAModel, readModel } from './read.ts';
import { type ByteSource, varintBytes, withoutBulk } from './skeleton.ts';
import { elementCount, isExternal } from './tensorData.ts';

/**
 * A model whose weights stay where they are: tensors of more than a kilobyte hold a place (file, offset, length) in
 * their `externalData`. Whatever changes a model without reading its weights works on it as on any other.
 */
export interface LazyModel {
  readonly model: ModelProto;
  /** The files that places name, by a key that no other file has. */
  readonly files: ReadonlyMap<string, ByteSource>;
}

/** Where a tensor's data lies. */
export interface WeightPlace {
  /** Key in `LazyModel.files`. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  /** The field of TensorProto whose payload it is, in an ONNX file; null in a file of plain data. */
  readonly field: number | null;
}

const fieldKey = 'tributary.field';
const rawDataField = 9;
/** Packed lists of these are the same bytes as raw data. */
const plainLists: Readonly<Record<number, number>> = { 4: TensorProto_DataType.FLOAT, 10: TensorProto_DataType.DOUBLE };

/** Where a lazily read tensor's data lies; null for one that holds it. */
export function placeOf(tensor: TensorProto): WeightPlace | null {
  if (!isExternal(tensor)) return null;
  const entry = (key: string) => tensor.externalData.find((e) => e.key === key)?.value;
  const field = entry(fieldKey);
  return {
    file: entry('location') ?? '',
    offset: Number(entry('offset') ?? 0),
    length: Number(entry('length') ?? 0),
    field: field === undefined ? null : Number(field),
  };
}

/** Whether a place holds a tensor's elements as they stand in memory, little-endian. */
export function isPlain(place: WeightPlace, dataType: number): boolean {
  return place.field === null || place.field === rawDataField || plainLists[place.field] === dataType;
}

export interface LazyFiles {
  /** A name that no other file has, such as its real path. */
  readonly key: string;
  /** Opens a file beside the model by the location that the model says, once it was found harmless; null when it is not there. */
  readonly beside: (location: string) => Promise<{ readonly key: string; readonly source: ByteSource } | null>;
}

/**
 * Reads a model's graph and leaves its weights where they are: of two gigabytes, a few hundred kilobytes are read. Places
 * are checked first. `name` is what messages call the file. Throws `model-invalid` and `model-external-data`.
 */
export async function readLazy(source: ByteSource, name: string, { key, beside }: LazyFiles): Promise<LazyModel> {
  const bulk: WeightPlace[] = [];
  const bytes = await withoutBulk(source, name, (field, offset, length) => {
    bulk.push({ file: key, offset, length, field });
    return entryField(fieldKey, String(bulk.length - 1));
  });
  const read = readModel(bytes, name);
  const seen = new Set<number>();
  // Places in the model's own file come in first, so that what is left to check are the file's own words.
  const inside = mapTensors(read, (tensor) => {
    if (!tensor.externalData.some((e) => e.key === fieldKey)) return tensor;
    const index = Number(tensor.externalData[0].value);
    const place = bulk[index];
    // Each was put there once, and alone: anything else is the file's doing.
    if (tensor.externalData.length !== 1 || place === undefined || seen.has(index))
      throw notAModel(name, `tensor "${tensor.name}" has its data twice`);
    seen.add(index);
    const wanted = elementBytes(tensor.dataType, elementCount(tensor));
    if (isPlain(place, tensor.dataType) && wanted !== place.length) {
      const shape = `[${tensor.dims.join(', ')}]`;
      const type = elementName(tensor.dataType);
      throw notAModel(
        name,
        `tensor "${tensor.name}" holds ${place.length} bytes, and ${type} ${shape} needs ${wanted}`,
      );
    }
    return withPlace(tensor, place);
  });
  const own = [...allTensors(inside)].filter(isExternal).map((tensor) => placeOf(tensor)?.field !== null);
  const external = externalTensors(inside).filter((_, i) => !own[i]);
  const files = new Map([[key, source]]);
  const found = new Map<string, { readonly key: string; readonly source: ByteSource } | null>();
  for (const { location } of external) {
    if (found.has(location) || locationFault(location) !== null) continue;
    found.set(location, await beside(location));
  }
  checkExternalData(name, external, (location) => found.get(location)?.source.size ?? null);
  for (const one of found.values()) if (one !== null) files.set(one.key, one.source);
  const model = mapTensors(inside, (tensor) => {
    const place = placeOf(tensor);
    if (place === null || place.field !== null) return tensor;
    const length = elementBytes(tensor.dataType, elementCount(tensor)) ?? 0;
    return withPlace(tensor, { ...place, length, file: found.get(place.file)?.key ?? '' });
  });
  return { model, files };
}

/** The tensor's data as raw data is: elements one behind the other, little-endian. Throws `model-invalid` for lists that cannot be read. */
export async function readWeights(tensor: TensorProto, files: LazyModel['files']): Promise<Uint8Array> {
  const place = placeOf(tensor);
  if (place === null) return tensor.rawData;
  const bytes = await readPlace(place, files);
  if (isPlain(place, tensor.dataType)) return bytes;
  throw notAModel(
    tensor.name,
    `its values are in field ${place.field}, which is no plain list of ${elementName(tensor.dataType)}`,
  );
}

export async function readPlace(place: WeightPlace, files: LazyModel['files']): Promise<Uint8Array> {
  const source = files.get(place.file);
  if (source === undefined) throw new Problem('internal', { message: `No file "${place.file}".`, fix: 'Report it.' });
  return source.read(place.offset, place.length);
}

/** The tensor with its data at another place; entries of other kinds, such as a checksum, stay. */
export function withPlace(tensor: TensorProto, place: WeightPlace): TensorProto {
  const own = new Set(['location', 'offset', 'length', fieldKey]);
  const entries: Record<string, string> = {
    location: place.file,
    offset: String(place.offset),
    length: String(place.length),
    ...(place.field === null ? {} : { [fieldKey]: String(place.field) }),
  };
  return changed(tensor, {
    externalData: [
      ...Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
      ...tensor.externalData.filter((e) => !own.has(e.key)),
    ],
  });
}

/** The bytes of one entry of a tensor's external data, as a field of the tensor. */
function entryField(key: string, value: string): Uint8Array {
  const entry: StringStringEntryProto = create(StringStringEntryProtoSchema, { key, value });
  const body = toBinary(StringStringEntryProtoSchema, entry);
  const head = varintBytes(13 * 8 + 2, body.length);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
