import type { MediaAnswer } from '../engine/messages.ts';
import { containerOf } from '../ffmpeg/container.ts';
import { sniffPicture } from '../image/sniff.ts';

const sounds = new Set(['wav', 'flac', 'mp3', 'aac']);
/** Pictures that are refused when they are decoded, with a reason: a person meant them as pictures. */
const meant = /picture|drawing|bitmap|icon|Photoshop/;

/** What a file is by its first bytes, whatever its name says. Containers that may hold either are called `video`. */
export function mediaKind(head: Uint8Array): MediaAnswer['kind'] {
  if (looksLikeUtf16(head)) return 'text';
  const picture = sniffPicture(head);
  if (picture.format !== null) return 'image';
  const demuxer = demuxerOf(head);
  if (demuxer !== null) return sounds.has(demuxer) ? 'audio' : 'video';
  if (meant.test(picture.looksLike) && !picture.looksLike.includes('perhaps')) return 'image';
  return isText(head, 'utf-8') ? 'text' : 'other';
}

function demuxerOf(head: Uint8Array): string | null {
  try {
    return containerOf(head, '').demuxer;
  } catch {
    return null;
  }
}

/** Refused when it is read, with its reason. Its mark may also begin a frame of MPEG sound, whose bytes are never all letters. */
function looksLikeUtf16(head: Uint8Array): boolean {
  const little = head[0] === 0xff && head[1] === 0xfe;
  const big = head[0] === 0xfe && head[1] === 0xff;
  return (little || big) && isText(head.subarray(0, 512), little ? 'utf-16le' : 'utf-16be');
}

/** Of that encoding, cut anywhere, without the control characters that no text has. */
function isText(head: Uint8Array, encoding: string): boolean {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}
