import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { NodeHost } from '../../core/define/host.ts';
import type { MediaSource } from '../../core/kinds/value.ts';
import { Problem, toProblemData } from '../../core/problems/problem.ts';
import type { MediaAnswer, MediaRequest } from '../engine/messages.ts';
import { headBytes } from '../ffmpeg/container.ts';
import { readRange } from '../ffmpeg/input.ts';
import { decodeUtf8 } from '../files/host.ts';
import { readFailure } from '../files/readFailure.ts';
import { openPicture } from '../image/open.ts';
import { passOver } from '../image/pass.ts';
import { BlobShelf } from './blobs.ts';
import { mediaKind } from './mediaKind.ts';
import { outline, peaksOf } from './peaks.ts';
import { addPicture, fitInside } from './picture.ts';
import { cutText } from './text.ts';
import { frameNear } from './video.ts';
import { makeRest } from './work.ts';

const mostCharacters = 2000;

interface Look {
  readonly source: MediaSource;
  readonly size: { readonly width: number; readonly height: number };
  readonly host: NodeHost;
  readonly signal: AbortSignal;
  readonly blobs: BlobShelf;
}
type Found = Omit<MediaAnswer, 'blobs' | 'problem'>;

/**
 * A media file as the library shows it, told by its content and never by its name, within the limits that a run has. What is
 * wrong with the file stands in the answer; only a cancelled look throws.
 */
export async function lookAtMedia(
  request: MediaRequest,
  host: NodeHost,
  signal = new AbortController().signal,
): Promise<MediaAnswer> {
  const name = path.basename(request.path);
  const source: MediaSource = { kind: 'media', path: request.path, name };
  const look: Look = { source, size: request, host, signal, blobs: new BlobShelf() };
  let found: Found = { kind: 'other', facts: {} };
  try {
    const { head, bytes } = await openHead(source, signal);
    found = { kind: mediaKind(head), facts: { bytes } };
    const more = await lookAt(found.kind, head, bytes, look);
    found = { ...more, facts: { ...found.facts, ...more.facts } };
    return { ...found, blobs: look.blobs.all() };
  } catch (error) {
    signal.throwIfAborted();
    return { ...found, problem: toProblemData(error, 'media-corrupt', { file: name }), blobs: look.blobs.all() };
  }
}

async function openHead(
  { path: file = '', name }: MediaSource,
  signal: AbortSignal,
): Promise<{ readonly head: Uint8Array; readonly bytes: number }> {
  try {
    // Before it is opened: opening a pipe would wait for somebody to write into it.
    const facts = await stat(file);
    if (!facts.isFile()) throw notPlain(name);
    if (facts.size === 0) throw empty(name);
    return { head: await readRange(file, 0, Math.min(headBytes, facts.size), signal), bytes: facts.size };
  } catch (error) {
    signal.throwIfAborted();
    throw readFailure(error, name, 'a media file');
  }
}

function lookAt(kind: MediaAnswer['kind'], head: Uint8Array, bytes: number, look: Look): Promise<Found> {
  switch (kind) {
    case 'image':
      return lookAtPicture(look);
    case 'audio':
      return lookAtSound(look);
    case 'video':
      return lookAtVideo(look);
    case 'text':
      return lookAtText(head, bytes, look);
    case 'other':
      return Promise.resolve({ kind, facts: {} });
  }
}

async function lookAtPicture({ source, size, host, signal, blobs }: Look): Promise<Found> {
  const { limits, files } = host;
  const picture = await openPicture(source, { limits, sourceBytes: files.sourceBytes }, signal);
  const { width, height, frames } = picture;
  // Twice the size, so that what is left to shrink is what a thumbnail of the decoded picture would be.
  const near = fitInside(width, height, 2 * size.width, 2 * size.height);
  const { value } = await passOver(
    picture,
    [{ op: 'decode' }, { op: 'resize', ...near, filter: 'bilinear', antialias: true }],
    limits,
    signal,
  );
  const blob = await addPicture(value, size.width, size.height, { signal, blobs, rest: makeRest(host, signal) });
  return { kind: 'image', blob, facts: { width, height, ...(frames > 1 ? { frames } : {}) } };
}

async function lookAtSound({ source, size, host, signal }: Look): Promise<Found> {
  const { channels, sampleRateHz } = await host.audio.decode(source, signal);
  const rest = makeRest(host, signal);
  const peaks: (readonly number[])[] = [];
  for (const channel of channels) peaks.push((await peaksOf(channel, size.width, rest)).peaks);
  const seconds = (channels[0]?.length ?? 0) / sampleRateHz;
  return { kind: 'audio', peaks: outline(peaks), facts: { seconds, sampleRateHz, channels: channels.length } };
}

/** Containers of moving pictures may hold sound alone, and Ogg either. */
async function lookAtVideo(look: Look): Promise<Found> {
  const { source, size, host, signal, blobs } = look;
  const video = await host.video.probe(source, signal).catch((error: unknown) => {
    if (error instanceof Problem && error.data.code === 'media-empty') return null;
    throw error;
  });
  if (video === null) return lookAtSound(look);
  const { width, height, frameRateHz, durationSeconds } = video;
  // Not the first frame, which is often black.
  const frame = await frameNear(video, Math.min(1, durationSeconds / 10), size, host, signal);
  const blob = await addPicture(frame, size.width, size.height, { signal, blobs, rest: makeRest(host, signal) });
  const frames = Math.round(durationSeconds * frameRateHz);
  return {
    kind: 'video',
    blob,
    facts: {
      width,
      height,
      seconds: durationSeconds,
      ...(frameRateHz > 0 ? { frameRateHz, frames } : {}),
      ...(video.audio === null ? {} : { sampleRateHz: video.audio.sampleRateHz, channels: video.audio.channels }),
    },
  };
}

async function lookAtText(head: Uint8Array, bytes: number, { source, host, signal }: Look): Promise<Found> {
  const short = bytes <= 4 * host.limits.textCharacters;
  // All of it where a pipeline could take it, so that a fault further down shows here.
  if (short) {
    const text = decodeUtf8(await host.files.sourceBytes(source, 4 * host.limits.textCharacters, signal), source.name);
    const facts = { characters: text.length, lines: text.split('\n').length };
    return { kind: 'text', text: cutText(text, mostCharacters), facts };
  }
  // Its last character may be cut in two.
  const text = new TextDecoder().decode(head, { stream: true });
  return { kind: 'text', text: cutText(text, mostCharacters), facts: {} };
}

function notPlain(name: string): Problem {
  return new Problem('file-unreadable', {
    message: `"${name}" is not a plain file.`,
    fix: 'Name a plain file.',
    where: { file: name },
  });
}

function empty(name: string): Problem {
  return new Problem('media-empty', {
    message: `"${name}" has no bytes.`,
    fix: 'Give a file that has something in it.',
    where: { file: name },
  });
}
