import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
} from './gen/onnx-ml_pb.ts';

const kind = AttributeProto_AttributeType;

export function intAttribute(name: string, value: number | bigint): AttributeProto {
  return create(AttributeProtoSchema, { name, type: kind.INT, i: int64(value) });
}

export function intsAttribute(name: string, values: readonly (number | bigint)[]): AttributeProto {
  return create(AttributeProtoSchema, { name, type: kind.INTS, ints: values.map(int64) });
}

export function textAttribute(name: string, value: string): AttributeProto {
  return create(AttributeProtoSchema, { name, type: kind.STRING, s: new TextEncoder().encode(value) });
}

export function makeNode(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly AttributeProto[] = [],
  name = '',
): NodeProto {
  const made = { opType, input: [...input], output: [...output], attribute: [...attribute] };
  return create(NodeProtoSchema, name === '' ? made : { ...made, name });
}

export function constantNode(output: string, value: TensorProto, name = ''): NodeProto {
  const attribute = create(AttributeProtoSchema, { name: 'value', type: kind.TENSOR, t: value });
  return makeNode('Constant', [], [output], [attribute], name);
}

/** As near as an int64 comes: a hostile file's numbers pass 2^53 on their way through a double. */
function int64(value: number | bigint): bigint {
  const whole = BigInt(value);
  return BigInt.asIntN(64, whole) === whole ? whole : whole < 0n ? -(2n ** 63n) : 2n ** 63n - 1n;
}

/** One axis. */
export function int64s(values: readonly (number | bigint)[]): TensorProto {
  const data = BigInt64Array.from(values, int64);
  return raw(TensorProto_DataType.INT64, [data.length], data);
}

/** One axis. */
export function float32s(values: readonly number[]): TensorProto {
  return raw(TensorProto_DataType.FLOAT, [values.length], Float32Array.from(values));
}

/** A tensor without axes, of float32, float64 or float16; null for other element types. */
export function floatScalar(element: number, value: number): TensorProto | null {
  if (element === TensorProto_DataType.FLOAT) return raw(element, [], Float32Array.of(value));
  if (element === TensorProto_DataType.DOUBLE) return raw(element, [], Float64Array.of(value));
  if (element === TensorProto_DataType.FLOAT16) return raw(element, [], Uint16Array.of(halfBits(value)));
  return null;
}

function raw(dataType: TensorProto_DataType, dims: readonly number[], data: ArrayBufferView): TensorProto {
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { dataType, dims: dims.map(BigInt), rawData });
}

/** IEEE 754 half precision, ties to even; what is too large becomes infinite. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -30)));
  const steps = roundEven(size / 2 ** (exponent - 10));
  // A fraction that rounds up to 2048 carries into the exponent by itself; one under 1024 is subnormal.
  return sign | (steps < 1024 ? steps : ((exponent + 14) << 10) + steps);
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
