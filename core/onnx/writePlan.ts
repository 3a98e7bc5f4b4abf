import { create } from '@bufbuild/protobuf';
import { Problem } from '../problems/problem.ts';
import { changed } from './change.ts';
import {
  type ModelProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
} from './gen/onnx-ml_pb.ts';
import { allTensors } from './graphs.ts';
import { isPlain, type LazyModel, placeOf, readPlace, type WeightPlace, withPlace } from './lazyModel.ts';
import { mapTensors } from './mapTensors.ts';
import { modelPieces, type Piece, piecesLength } from './pieces.ts';
import { readModel } from './read.ts';

export interface WriteOptions {
  /**
   * `as-before`: what lay beside the model is written beside it again, the rest inside. `inside`: all in one file.
   * `beside`: all that is large enough. A model that would not go into one file is written beside whatever is said here but `inside`.
   */
  readonly weights?: 'as-before' | 'inside' | 'beside';
  /** Tensors of fewer bytes stay inside. Default 1024. */
  readonly atLeast?: number;
  /** A data file that is fuller than this is followed by another. Default: one file. */
  readonly fileBytes?: number;
}

/** How a model is written: its file, and files of data beside it. */
export interface WritePlan {
  /** For each data file its runs in order; where a run does not begin where the one before ended, zeros are between. */
  readonly data: readonly (readonly { readonly offset: number; readonly piece: Piece }[])[];
  /** The model's file, once it is known what each data file is called. */
  readonly model: (locations: readonly string[]) => readonly Piece[];
}

/** Protobuf takes no message of 2 GiB or more. */
const mostBytes = 2 ** 31 - 1;
/** So that a reader may map the file into memory: by pages, and by Windows' allocation granularity for large tensors (ONNX, external data). */
const pageBytes = 4096;
const largePageBytes = 65536;
const largeBytes = 1024 * 1024;

/**
 * Plans the writing of a model that was read lazily or is in memory; nothing is copied. Data that several tensors share is
 * written once. Throws `model-unsupported` when it would have to go into one file and does not.
 */
export function planWrite(model: ModelProto, options: WriteOptions = {}, name = 'the model'): WritePlan {
  const { weights = 'as-before', atLeast = 1024, fileBytes = Number.POSITIVE_INFINITY } = options;
  const insideBytes = piecesLength(modelPieces(placed(model, () => 'inside')));
  if (weights === 'inside' && insideBytes > mostBytes) {
    throw new Problem('model-unsupported', {
      message: `"${name}" is of ${insideBytes} bytes, and one ONNX file holds less than 2 GiB.`,
      fix: 'Write its weights into a file beside it.',
      where: { file: name },
    });
  }
  const all = weights === 'beside' || (weights === 'as-before' && insideBytes > mostBytes);
  const layout = new Layout(fileBytes);
  const outside = new Map<TensorProto, Spot>();
  for (const tensor of weights === 'inside' ? [] : allTensors(model)) {
    const piece = plainPiece(tensor);
    const goes = all || placeOf(tensor)?.field === null;
    if (piece !== null && goes && piece.length >= (all ? atLeast : 1)) outside.set(tensor, layout.add(piece));
  }
  return {
    data: layout.files,
    model: (locations) => {
      const pieces = modelPieces(
        placed(model, (tensor) => {
          const spot = outside.get(tensor);
          return spot === undefined ? 'inside' : { ...spot, location: locations[spot.file] };
        }),
      );
      const bytes = piecesLength(pieces);
      if (bytes <= mostBytes) return pieces;
      throw new Problem('model-unsupported', {
        message: `"${name}" is of ${bytes} bytes besides the weights that lie beside it, and one ONNX file holds less than 2 GiB.`,
        fix: 'Write smaller tensors beside it too.',
        where: { file: name },
      });
    },
  };
}

/** The model with all weights in memory, as reading the whole file gives it. Throws `model-unsupported` for more than one file of ONNX holds. */
export async function loadWhole({ model, files }: LazyModel, name: string): Promise<ModelProto> {
  const pieces = planWrite(model, { weights: 'inside' }, name).model([]);
  const bytes = new Uint8Array(piecesLength(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece instanceof Uint8Array ? piece : await readPlace(piece, files), at);
    at += piece.length;
  }
  return readModel(bytes, name);
}

interface Spot {
  /** Index of the data file. */
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** Lays runs of data one behind the other. */
class Layout {
  readonly files: { readonly offset: number; readonly piece: Piece }[][] = [];
  private readonly fileBytes: number;
  private readonly places = new Map<string, Spot>();
  private readonly views = new Map<ArrayBufferLike, Map<string, Spot>>();
  private end = 0;

  constructor(fileBytes: number) {
    this.fileBytes = fileBytes;
  }

  add(piece: Piece): Spot {
    const shared = this.sharedOf(piece);
    const key =
      piece instanceof Uint8Array
        ? `${piece.byteOffset}:${piece.length}`
        : `${piece.file}:${piece.offset}:${piece.length}`;
    const known = shared.get(key);
    if (known !== undefined) return known;
    const grain = piece.length >= largeBytes ? largePageBytes : pageBytes;
    let offset = Math.ceil(this.end / grain) * grain;
    if (this.files.length === 0 || (offset > 0 && offset + piece.length > this.fileBytes)) {
      this.files.push([]);
      offset = 0;
    }
    this.end = offset + piece.length;
    const spot = { file: this.files.length - 1, offset, length: piece.length };
    this.files[spot.file].push({ offset, piece });
    shared.set(key, spot);
    return spot;
  }

  private sharedOf(piece: Piece): Map<string, Spot> {
    if (!(piece instanceof Uint8Array)) return this.places;
    const known = this.views.get(piece.buffer) ?? new Map<string, Spot>();
    this.views.set(piece.buffer, known);
    return known;
  }
}

/** A tensor's elements as they would stand in a file of plain data; null when they are kept as a list that is no such thing. */
function plainPiece(tensor: TensorProto): Piece | null {
  const place = placeOf(tensor);
  if (place !== null) return isPlain(place, tensor.dataType) ? place : null;
  return tensor.rawData.length > 0 ? tensor.rawData : null;
}

/** The model with each tensor's data inside it, or where it will lie in a file beside it. */
function placed(
  model: ModelProto,
  where: (tensor: TensorProto) => 'inside' | (Spot & { readonly location: string }),
): ModelProto {
  return mapTensors(model, (tensor) => {
    const at = where(tensor);
    const place = placeOf(tensor);
    if (at === 'inside') return place === null || place.field !== null ? tensor : inside(tensor, place);
    const entries = { location: at.location, offset: String(at.offset), length: String(at.length) };
    return changed(tensor, {
      rawData: undefined,
      floatData: [],
      doubleData: [],
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: [
        ...Object.entries(entries).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
        ...otherEntries(tensor),
      ],
    });
  });
}

/** A tensor that lay in a file of plain data, to be written as raw data. */
function inside(tensor: TensorProto, place: WeightPlace): TensorProto {
  const bare = changed(tensor, { externalData: [], dataLocation: undefined });
  return place.length === 0 ? bare : withPlace(bare, { ...place, field: 9 });
}

function otherEntries(tensor: TensorProto) {
  const own = new Set(['location', 'offset', 'length', 'tributary.field']);
  return tensor.externalData.filter((entry) => !own.has(entry.key));
}
