import { Problem } from '../../core/problems/problem.ts';

/**
 * A media container that may be opened, told from its first bytes and never from its name. ffmpeg's demuxer is forced
 * to it, so that a playlist or a script that names other files never reaches one that would open them.
 */
export interface Container {
  readonly demuxer: 'wav' | 'flac' | 'mp3' | 'aac' | 'ogg' | 'mov' | 'matroska' | 'avi' | 'mpegts';
  readonly title: string;
  /** Gives the same from a pipe; the others seek. */
  readonly streamable: boolean;
}

const containers = {
  wav: { demuxer: 'wav', title: 'WAV', streamable: true },
  flac: { demuxer: 'flac', title: 'FLAC', streamable: true },
  // From a pipe ffmpeg does not cut the padding at its end, so that bytes would give other samples than a file.
  mp3: { demuxer: 'mp3', title: 'MP3', streamable: false },
  aac: { demuxer: 'aac', title: 'AAC', streamable: true },
  ogg: { demuxer: 'ogg', title: 'Ogg', streamable: true },
  mov: { demuxer: 'mov', title: 'MP4 or MOV', streamable: false },
  matroska: { demuxer: 'matroska', title: 'Matroska or WebM', streamable: false },
  avi: { demuxer: 'avi', title: 'AVI', streamable: false },
  mpegts: { demuxer: 'mpegts', title: 'MPEG-TS', streamable: false },
} as const satisfies Record<string, Container>;

export const acceptedContainers = 'WAV, FLAC, MP3, AAC, Ogg, MP4, MOV, Matroska, WebM, AVI and MPEG-TS';

/** How many bytes `containerOf` wants to see. */
export const headBytes = 65_536;

/** Tells the container from the beginning of a file. Throws `media-empty` or `media-format`. */
export function containerOf(head: Uint8Array, name: string): Container {
  if (head.length === 0) {
    throw new Problem('media-empty', {
      message: `"${name}" has no bytes.`,
      fix: 'Give a file that has something in it.',
      where: { file: name },
    });
  }
  const found = known(head);
  if (found !== null) return found;
  const text = refusedText(head);
  throw new Problem('media-format', {
    message: `"${name}" is ${text ?? 'not media of a kind that is known'}; accepted are ${acceptedContainers}, told by content and not by name.`,
    fix:
      text === null ? 'Convert the file to one of these.' : 'Give the media itself, not a list that names other files.',
    where: { file: name },
  });
}

function known(head: Uint8Array): Container | null {
  const four = ascii(head, 0, 4);
  const kind = ascii(head, 8, 4);
  if (['RIFF', 'RF64', 'RIFX', 'BW64'].includes(four)) {
    return kind === 'WAVE' ? containers.wav : kind === 'AVI ' ? containers.avi : null;
  }
  if (four === 'fLaC') return containers.flac;
  if (four === 'OggS') return containers.ogg;
  if (head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3) return containers.matroska;
  if (['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot'].includes(ascii(head, 4, 4))) return containers.mov;
  if (four.startsWith('ID3')) return taggedSound(head);
  return mpegSound(head, 0) ?? transportStream(head);
}

/** What follows an ID3v2 tag; a tag that is longer than what was read (a cover picture) stands before MP3 as a rule. */
function taggedSound(head: Uint8Array): Container {
  const size = ((head[6] & 127) << 21) | ((head[7] & 127) << 14) | ((head[8] & 127) << 7) | (head[9] & 127);
  const after = 10 + size;
  if (ascii(head, after, 4) === 'fLaC') return containers.flac;
  return mpegSound(head, after) ?? containers.mp3;
}

/** A frame header of MPEG audio: eleven bits of ones, then layer 0 for AAC in ADTS, others for layers 1 to 3. */
function mpegSound(head: Uint8Array, at: number): Container | null {
  if (head[at] !== 0xff || (head[at + 1] & 0xe0) !== 0xe0) return null;
  const layer = (head[at + 1] >> 1) & 3;
  if (layer === 0) return (head[at + 1] & 0xf0) === 0xf0 && ((head[at + 2] >> 2) & 15) < 13 ? containers.aac : null;
  const bitrate = head[at + 2] >> 4;
  const rate = (head[at + 2] >> 2) & 3;
  const version = (head[at + 1] >> 3) & 3;
  return bitrate !== 15 && rate !== 3 && version !== 1 ? containers.mp3 : null;
}

/** Sync bytes every 188 bytes, or every 192 in the form that Blu-ray and cameras write. */
function transportStream(head: Uint8Array): Container | null {
  for (const [first, step] of [
    [0, 188],
    [4, 192],
  ]) {
    let found = 0;
    for (let at = first; at < head.length && head[at] === 0x47; at += step) found++;
    if (found >= 4 || (found >= 2 && first + found * step >= head.length)) return containers.mpegts;
  }
  return null;
}

/** What a text is that other programs would follow to other files. */
function refusedText(head: Uint8Array): string | null {
  const text = ascii(head, 0, 512)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  if (text.startsWith('#EXTM3U')) return 'a playlist (M3U8)';
  if (/^(<\?xml[^>]*>\s*(<!--.*?-->\s*)*)?<(MPD|SmoothStreamingMedia)\b/s.test(text))
    return 'a streaming manifest (DASH)';
  if (text.startsWith('ffconcat')) return 'a list of files to join (concat)';
  if (/^\[playlist\]/i.test(text)) return 'a playlist (PLS)';
  return null;
}

function ascii(bytes: Uint8Array, at: number, count: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + count));
}
