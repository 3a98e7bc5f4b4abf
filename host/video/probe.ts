import type { Limits } from '../../core/define/limits.ts';
import type { MediaSource, VideoValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { firstArguments, inputArguments } from '../ffmpeg/arguments.ts';
import { type MediaInput, type ToolInput, toolInput } from '../ffmpeg/input.ts';
import { startTool } from '../ffmpeg/process.ts';

/** What of ffprobe's answer is used; anything may be missing. */
interface Probed {
  readonly format?: { readonly duration?: string };
  readonly streams?: readonly ProbedStream[];
}
interface ProbedStream {
  readonly codec_type?: string;
  readonly width?: number;
  readonly height?: number;
  readonly duration?: string;
  readonly avg_frame_rate?: string;
  readonly sample_rate?: string;
  readonly channels?: number;
  readonly disposition?: { readonly attached_pic?: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly side_data_list?: readonly { readonly rotation?: number | string }[];
}

/**
 * Looks at a video by ffprobe: spawned here and not by fluent-ffmpeg, whose probe cannot be ended when a file hangs it.
 * Throws `media-empty`, `media-corrupt`, `media-too-large`, `media-timeout`.
 */
export async function probeVideo(
  source: MediaSource,
  input: MediaInput,
  command: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<VideoValue> {
  const { name } = input;
  const file = await toolInput(input);
  try {
    const options = { name, command, limits, signal };
    const found = parse(await ask(file, ['-show_streams', '-show_format', '-of', 'json'], options), name);
    const streams = found.streams ?? [];
    const picture = streams.find((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1);
    if (picture === undefined || !picture.width || !picture.height) {
      throw new Problem('media-empty', {
        message: `"${name}" has no track of moving pictures.`,
        fix: 'Give a video; for its sound alone use an audio input.',
        where: { file: name },
      });
    }
    const turned = Math.abs(rotationOf(picture)) % 180 === 90;
    const [width, height] = turned ? [picture.height, picture.width] : [picture.width, picture.height];
    const duration = positive(found.format?.duration) ?? positive(picture.duration) ?? (await lastTime(file, options));
    requireVideoRoom(name, width, height, duration, limits);
    const sound = streams.find((s) => s.codec_type === 'audio');
    return {
      kind: 'video',
      source,
      width,
      height,
      frameRateHz: fraction(picture.avg_frame_rate),
      durationSeconds: duration,
      audio: sound ? { sampleRateHz: positive(sound.sample_rate) ?? 0, channels: sound.channels ?? 0 } : null,
    };
  } finally {
    await file.dispose();
  }
}

interface AskOptions {
  readonly name: string;
  readonly command: string;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

async function ask(file: ToolInput, wanted: readonly string[], options: AskOptions): Promise<string> {
  const { name, signal, limits } = options;
  // ffprobe knows -hide_banner and -v, but reads no keys, so it has no -nostdin.
  const first = firstArguments.filter((argument) => argument !== '-nostdin');
  const args = [...first, ...inputArguments(file), ...wanted, '-i', file.url];
  const tool = startTool(options.command, args, { name, signal, silentMs: limits.decodeMs, stdin: file.stdin });
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of tool.stdout) {
      tool.touch();
      size += (chunk as Buffer).length;
      if (size > 64 << 20) throw broken(name, 'its description is larger than 64 MiB');
      chunks.push(chunk as Buffer);
    }
    await tool.finished();
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    throw tool.interruption() ?? error;
  } finally {
    await tool.stop();
  }
}

/** Browsers record WebM without a duration: then the packets are counted, without decoding them. */
async function lastTime(file: ToolInput, options: AskOptions): Promise<number> {
  const wanted = ['-select_streams', 'V:0', '-show_entries', 'packet=pts_time,duration_time', '-of', 'csv=p=0'];
  let last = 0;
  for (const line of (await ask(file, wanted, options)).split('\n')) {
    const [start, length] = line.split(',').map(Number);
    if (Number.isFinite(start)) last = Math.max(last, start + (Number.isFinite(length) ? length : 0));
  }
  return last;
}

function parse(text: string, name: string): Probed {
  try {
    return JSON.parse(text) as Probed;
  } catch {
    throw broken(name, 'ffprobe gave no description of it');
  }
}

function rotationOf(stream: ProbedStream): number {
  const side = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  const degrees = Number(side ?? stream.tags?.['rotate'] ?? 0);
  return Number.isFinite(degrees) ? Math.round(degrees) : 0;
}

function positive(text: string | undefined): number | null {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : null;
}

function fraction(text: string | undefined): number {
  const [top, bottom] = (text ?? '').split('/').map(Number);
  return top > 0 && bottom > 0 ? top / bottom : 0;
}

/** Throws `media-too-large` for a video over the limits of size or length. */
export function requireVideoRoom(name: string, width: number, height: number, seconds: number, limits: Limits): void {
  const { videoWidth, videoHeight, videoSeconds } = limits;
  if (width > videoWidth || height > videoHeight) {
    throw new Problem('media-too-large', {
      message: `"${name}" is ${width}x${height}; the limit is ${videoWidth}x${videoHeight}.`,
      fix: 'Use a smaller video, or raise the limits videoWidth and videoHeight.',
      where: { file: name },
    });
  }
  if (seconds > videoSeconds) {
    throw new Problem('media-too-large', {
      message: `"${name}" is longer than ${videoSeconds} s, the limit.`,
      fix: 'Use a shorter video, or raise the limit videoSeconds.',
      where: { file: name },
    });
  }
}

function broken(name: string, why: string): Problem {
  return new Problem('media-corrupt', {
    message: `"${name}" cannot be read as a video: ${why}.`,
    fix: 'Check the file with another program, or convert it again.',
    where: { file: name },
  });
}
