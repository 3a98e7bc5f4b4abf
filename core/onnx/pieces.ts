import { type DescField, type DescMessage, isMessage, type Message, toBinary } from '@bufbuild/protobuf';
import { type ModelProto, ModelProtoSchema, type TensorProto, TensorProtoSchema } from './gen/onnx-ml_pb.ts';
import { placeOf, type WeightPlace } from './lazyModel.ts';
import { varintBytes } from './skeleton.ts';

/** A run of a file: bytes, or where they are to be copied from. */
export type Piece = Uint8Array | WeightPlace;

/** Messages that a tensor may be in, at any depth. */
const way: ReadonlySet<string> = new Set(
  ['GraphProto', 'NodeProto', 'AttributeProto', 'TensorProto', 'SparseTensorProto', 'FunctionProto'].map(
    (n) => `onnx.${n}`,
  ),
);
const dataFields: ReadonlySet<number> = new Set([4, 5, 7, 9, 10, 11]);
/** Raw data from this size on is handed on as it is, not copied. */
const largeBytes = 64 * 1024;
const externalDataField = 13;

/**
 * The file that `writeModel` would give, in pieces: weights that were left where they are, or are large, are not copied
 * together. Places inside an ONNX file become data inside this one; places in files of plain data are written as such.
 */
export function modelPieces(model: ModelProto): readonly Piece[] {
  return new Encoder().message(ModelProtoSchema, model).pieces;
}

export function piecesLength(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

interface Encoded {
  readonly pieces: readonly Piece[];
  readonly length: number;
}

class Encoder {
  private readonly known = new Map<Message, boolean>();

  message(desc: DescMessage, message: Message): Encoded {
    if (!this.holds(desc, message)) {
      const bytes = toBinary(desc, message);
      return { pieces: [bytes], length: bytes.length };
    }
    const pieces: Piece[] = [];
    let length = 0;
    const push = (piece: Piece) => {
      if (piece.length === 0) return;
      pieces.push(piece);
      length += piece.length;
    };
    const place = isMessage(message, TensorProtoSchema) ? heldBack(message) : null;
    const fields = [...desc.fields].sort((a, b) => a.number - b.number);
    let run: DescField[] = [];
    const flush = (last: boolean) => {
      if (run.length > 0 || last) push(toBinary(desc, partOf(message, run, last)));
      run = [];
    };
    for (const field of fields) {
      if (place !== null && field.number === place.field) {
        flush(false);
        push(varintBytes(field.number * 8 + 2, place.piece.length));
        push(place.piece);
        continue;
      }
      if (place?.inside && field.number === externalDataField) continue;
      const inner = innerDesc(field);
      const children = inner === null ? [] : childrenOf(message, field);
      if (inner === null || !children.some((child) => this.holds(inner, child))) {
        run.push(field);
        continue;
      }
      flush(false);
      for (const child of children) {
        const encoded = this.message(inner, child);
        push(varintBytes(field.number * 8 + 2, encoded.length));
        encoded.pieces.forEach(push);
      }
    }
    flush(true);
    return { pieces, length };
  }

  /** Whether a message has in it what is not to be copied together. */
  private holds(desc: DescMessage, message: Message): boolean {
    const known = this.known.get(message);
    if (known !== undefined) return known;
    const holds = isMessage(message, TensorProtoSchema)
      ? heldBack(message) !== null
      : desc.fields.some((field) => {
          const inner = innerDesc(field);
          return inner !== null && childrenOf(message, field).some((child) => this.holds(inner, child));
        });
    this.known.set(message, holds);
    return holds;
  }
}

/** What of a tensor is written from where it lies. */
function heldBack(
  tensor: TensorProto,
): { readonly field: number; readonly piece: Piece; readonly inside: boolean } | null {
  const place = placeOf(tensor);
  if (place !== null) {
    return place.field !== null && dataFields.has(place.field)
      ? { field: place.field, piece: place, inside: true }
      : null;
  }
  return tensor.rawData.length >= largeBytes ? { field: 9, piece: tensor.rawData, inside: false } : null;
}

/** The message with only some of its fields; what is not known of it comes with the last. */
function partOf(message: Message, fields: readonly DescField[], last: boolean): Message {
  const kept = new Set(fields.map((field) => field.localName));
  const set: Record<string, unknown> = { $typeName: message.$typeName };
  if (last && message.$unknown !== undefined) set['$unknown'] = message.$unknown;
  for (const [name, value] of Object.entries(message)) {
    if (kept.has(name)) set[name] = value;
    else if (Array.isArray(value) && name !== '$unknown') set[name] = [];
  }
  return Object.assign(Object.create(Object.getPrototypeOf(message)), set);
}

function innerDesc(field: DescField): DescMessage | null {
  const inner =
    field.fieldKind === 'message' || (field.fieldKind === 'list' && field.listKind === 'message')
      ? field.message
      : null;
  return inner !== null && way.has(inner.typeName) ? inner : null;
}

function childrenOf(message: Message, field: DescField): readonly Message[] {
  const value: unknown = Reflect.get(message, field.localName);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((child): child is Message => isMessage(child));
}
