import type { Dim } from '../kinds/type.ts';
import type { Kind } from '../kinds/value.ts';
import { type Datatype, datatypeOf, type TensorSpec } from './oipTensor.ts';
import type { PipelineSignature, SignatureInput, SignatureOutput } from './signature.ts';

/** Size that anyDim. */
const anyDim = -1;

/** One tensor of the one or more that a public output is told as. Sizes are those of one item. */
export interface OutputPart {
  /** Behind the output's name: `` or `.boxes`, `.label`, ... */
  readonly suffix: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Its first size may differ from item to item: shorter ones are filled up with zeros, and a `.count` tells. */
  readonly ragged: boolean;
  /** The item's value has a first dimension that is the batch already. */
  readonly ownBatch: boolean;
}

/**
 * A pipeline's inputs as tensors. The first dimension of each is the batch: N elements are N items. Pictures, sound,
 * video, text and JSON are BYTES [-1] (a folder BYTES [-1, -1], files of each item). A tensor whose declared shape starts
 * with 1 or with a batch's name has that as its batch; others get one in front.
 */
export function inputTensors(signature: PipelineSignature): readonly TensorSpec[] {
  return signature.inputs.map(inputTensor);
}

export function inputTensor({ name, kind, type }: SignatureInput): TensorSpec {
  if (kind === 'folder') return { name, datatype: 'BYTES', shape: [anyDim, anyDim] };
  if (type?.kind !== kind) return { name, ...withoutType(kind) };
  switch (type.kind) {
    case 'tensor':
      return { name, datatype: type.dtype === null ? 'FP32' : datatypeOf(type.dtype), shape: batched(type.shape) };
    case 'embedding':
      return { name, datatype: 'FP32', shape: [anyDim, sizeOf(type.length)] };
    case 'scores':
      return { name, datatype: 'FP32', shape: [anyDim, sizeOf(type.classes)] };
    case 'mask':
      return { name, datatype: 'UINT8', shape: [anyDim, sizeOf(type.height), sizeOf(type.width)] };
    default:
      return { name, datatype: 'BYTES', shape: [anyDim] };
  }
}

function withoutType(kind: Kind): Omit<TensorSpec, 'name'> {
  if (kind === 'mask') return { datatype: 'UINT8', shape: [anyDim, anyDim, anyDim] };
  if (kind === 'tensor' || kind === 'embedding' || kind === 'scores')
    return { datatype: 'FP32', shape: [anyDim, anyDim] };
  return { datatype: 'BYTES', shape: [anyDim] };
}

/** True where elements of BYTES are files, which JSON can only carry as base64. */
export function holdsFiles(kind: Kind | 'folder'): boolean {
  return kind === 'image' || kind === 'audio' || kind === 'video' || kind === 'folder';
}

/** True for an output whose elements of BYTES are files. */
export function isFileOutput({ kind }: SignatureOutput): boolean {
  return kind === 'image' || kind === 'audio';
}

/** A pipeline's outputs as tensors; see `outputParts`. */
export function outputTensors(signature: PipelineSignature): readonly TensorSpec[] {
  return signature.outputs.flatMap(tensorsOfOutput);
}

export function tensorsOfOutput(output: SignatureOutput): readonly TensorSpec[] {
  const lead = isMany(output) ? [anyDim, anyDim] : [anyDim];
  return [
    ...outputParts(output).map(({ suffix, datatype, shape }) => ({
      name: `${output.name}${suffix}`,
      datatype,
      shape: [...lead, ...shape],
    })),
    ...(isRagged(output) ? [{ name: `${output.name}.count`, datatype: 'INT32' as const, shape: lead }] : []),
    ...(isMany(output)
      ? [
          { name: `${output.name}.times`, datatype: 'FP64' as const, shape: [anyDim, anyDim] },
          { name: `${output.name}.items`, datatype: 'INT32' as const, shape: [anyDim] },
        ]
      : []),
  ];
}

/** True for an output that is a sequence: its tensors have time as their second dimension. */
export function isMany(output: SignatureOutput): boolean {
  return output.type.sequence.count === 'many';
}

export function isRagged(output: SignatureOutput): boolean {
  return outputParts(output).some(({ ragged }) => ragged);
}

/**
 * Tensors that one item of an output is told as:
 * scores FP32 [n] and, with labels, `.label` BYTES of the best; boxes `.boxes` FP32 [n, 4] (x1, y1, x2, y2),
 * `.scores` FP32, `.classes` INT32, with labels `.labels` BYTES, all [n] and ragged; embedding FP32 [d]; mask UINT8
 * [h, w]; tensor as it is; text and JSON BYTES; picture BYTES (PNG); sound BYTES (WAV, float32); video BYTES (facts as JSON).
 */
export function outputParts({ type }: SignatureOutput): readonly OutputPart[] {
  const part = (suffix: string, datatype: Datatype, shape: readonly number[], ragged = false): OutputPart => ({
    suffix,
    datatype,
    shape,
    ragged,
    ownBatch: false,
  });
  switch (type.kind) {
    case 'scores':
      return [part('', 'FP32', [sizeOf(type.classes)]), ...(type.labels === null ? [] : [part('.label', 'BYTES', [])])];
    case 'boxes':
      return [
        part('.boxes', 'FP32', [anyDim, 4], true),
        part('.scores', 'FP32', [anyDim], true),
        part('.classes', 'INT32', [anyDim], true),
        ...(type.labels === null ? [] : [part('.labels', 'BYTES', [anyDim], true)]),
      ];
    case 'embedding':
      return [part('', 'FP32', [sizeOf(type.length)])];
    case 'mask':
      return [part('', 'UINT8', [sizeOf(type.height), sizeOf(type.width)])];
    case 'tensor': {
      const [, ...shape] = batched(type.shape);
      const datatype = type.dtype === null ? 'FP32' : datatypeOf(type.dtype);
      return [{ ...part('', datatype, shape), ownBatch: hasOwnBatch(type.shape) }];
    }
    default:
      return [part('', 'BYTES', [])];
  }
}

/** A first size of 1, or one that its author named a batch, as exporters of ONNX do. */
export function hasOwnBatch(shape: readonly Dim[] | null): boolean {
  if (shape === null || shape.length === 0) return false;
  const [first] = shape;
  return first === 1 || (typeof first === 'string' && /^(n|b|bs|batch|batch[_-]?size|.*[_.-]batch)$/i.test(first));
}

/** A shape with the batch in front. Of a tensor of unknown rank one dimension is told, and any number taken. */
function batched(shape: readonly Dim[] | null): readonly number[] {
  if (shape === null) return [anyDim, anyDim];
  return [anyDim, ...(hasOwnBatch(shape) ? shape.slice(1) : shape).map(sizeOf)];
}

function sizeOf(dim: Dim): number {
  return typeof dim === 'number' ? dim : anyDim;
}
