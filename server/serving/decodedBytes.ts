import type { Limits } from '../../core/define/limits.ts';
import { type MediaSource, type Value, valueBytes } from '../../core/kinds/value.ts';
import type { RunInputs } from '../../core/run/result.ts';
import type { PipelineSignature, SignatureInput } from '../../core/serve/signature.ts';
import { headerSize } from '../../host/image/headerSize.ts';

/** Bytes that a pixel takes while it is decoded: four channels, or three and their way through a resize. */
const bytesPerPixel = 4;
/** How many times as large a sound is once decoded, where its header does not say: low rates of each, at 48 kHz, stereo. */
const growth = { ogg: 96, other: 32 };
/** Frames of a video that are held at once, at the most, each of the largest size that is taken. */
const heldFrames = 8;

/** Bytes that inputs take once decoded, as far as their headers say, and never less than they take now. */
export function decodedBytesOf(inputs: RunInputs, signature: PipelineSignature, limits: Limits): number {
  let sum = 0;
  for (const [name, given] of Object.entries(inputs)) {
    const input = signature.inputs.find((known) => known.name === name);
    sum += given.kind === 'media' ? mediaBytes(given, input?.kind ?? 'json', limits) : valueBytes(given as Value);
  }
  return sum;
}

function mediaBytes(source: MediaSource, kind: SignatureInput['kind'], limits: Limits): number {
  if (source.files !== undefined)
    return source.files.reduce(
      (sum, file) => sum + mediaBytes(file, kind === 'folder' ? guess(file) : kind, limits),
      0,
    );
  const { bytes } = source;
  if (bytes === undefined) return 0;
  return Math.max(bytes.length, grown(bytes, kind, limits));
}

function grown(bytes: Uint8Array, kind: SignatureInput['kind'], limits: Limits): number {
  switch (kind) {
    case 'image': {
      const size = headerSize(bytes);
      // Over the limit it is refused by its header, before anything is allocated.
      return size === null || size.width * size.height > limits.imagePixels
        ? 0
        : size.width * size.height * bytesPerPixel;
    }
    case 'audio':
      return Math.min(limits.audioBytes, soundBytes(bytes));
    case 'video':
      return bytes.length + heldFrames * limits.videoWidth * limits.videoHeight;
    case 'text':
    case 'json':
      return 4 * bytes.length;
    default:
      return 0;
  }
}

/** What a file of a folder is, by its content. */
function guess({ bytes }: MediaSource): SignatureInput['kind'] {
  return bytes !== undefined && headerSize(bytes) !== null ? 'image' : 'audio';
}

/** Source of FLAC's header: RFC 9639, 8.2. */
function soundBytes(bytes: Uint8Array): number {
  if (startsWith(bytes, 'RIFF')) return 2 * bytes.length;
  if (startsWith(bytes, 'fLaC') && bytes.length > 26) {
    const channels = ((bytes[20] >> 1) & 7) + 1;
    const samples = (bytes[21] & 15) * 2 ** 32 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(22);
    return samples === 0 ? growth.other * bytes.length : samples * channels * 4;
  }
  return (startsWith(bytes, 'OggS') ? growth.ogg : growth.other) * bytes.length;
}

function startsWith(bytes: Uint8Array, magic: string): boolean {
  return bytes.length >= magic.length && [...magic].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}
