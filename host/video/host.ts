import type { VideoHost, VideoOpenOptions, VideoPart } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import { originalGeometry } from '../../core/kinds/geometry.ts';
import type { VideoValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { decodeArguments, type FrameOutput, type SoundOutput } from '../ffmpeg/arguments.ts';
import { type Environment, findTool } from '../ffmpeg/find.ts';
import { type MediaDeps, openMedia, toolInput } from '../ffmpeg/input.ts';
import { startTool, type ToolProcess } from '../ffmpeg/process.ts';
import { SoundCollector } from '../ffmpeg/soundCollector.ts';
import { findFfmpeg } from '../ffmpeg/version.ts';
import { frameTimes } from './frameTimes.ts';
import { PartQueue } from './partQueue.ts';
import { probeVideo, requireVideoRoom } from './probe.ts';

export interface VideoHostDeps extends MediaDeps {
  /** Where programs are looked for; the process's own environment unless given. */
  readonly env?: Environment;
  /** Told once when an old ffmpeg had to be used. */
  warn?(message: string): void;
}

/** Bytes of frames that may wait for their consumer. */
const frameRoomBytes = 32 << 20;

/** Probes and decodes video by ffmpeg: one process a file, whatever tracks are wanted. */
export function makeVideoHost(deps: VideoHostDeps): VideoHost {
  const env = deps.env ?? process.env;
  let warned = false;
  return {
    probe: async (source, signal) => {
      const input = await openMedia(source, deps, signal);
      const tool = await findTool('ffprobe', env);
      return probeVideo(source, input, tool.path, deps.limits, signal);
    },
    open: async function* (video, options, signal) {
      const tracks = options.sound && video.audio !== null;
      if (!options.frames && !tracks) return;
      requireVideoRoom(video.source.name, video.width, video.height, video.durationSeconds, deps.limits);
      const input = await openMedia(video.source, deps, signal);
      const tool = await findFfmpeg(env, signal);
      if (tool.warning !== null && !warned) deps.warn?.(tool.warning);
      warned ||= tool.warning !== null;
      const file = await toolInput(input);
      try {
        const outputs = outputsOf(video, options, tool.version);
        const fromSeconds = options.fromSeconds ?? 0;
        const args = await decodeArguments(file, outputs, fromSeconds);
        const { limits } = deps;
        const decoder = startTool(tool.path, args, {
          name: input.name,
          signal,
          silentMs: limits.decodeMs,
          stdin: file.stdin,
          extraPipes: 2,
        });
        yield* partsOf(decoder, video, options, limits);
      } finally {
        await file.dispose();
      }
    },
  };
}

/** Frames come on standard output, sound on 3, times of frames on 4. */
function outputsOf(
  video: VideoValue,
  options: VideoOpenOptions,
  version: number,
): readonly (FrameOutput | SoundOutput)[] {
  const outputs: (FrameOutput | SoundOutput)[] = [];
  if (options.frames) {
    outputs.push({
      track: 'frames',
      pipe: 1,
      timePipe: 4,
      width: video.width,
      height: video.height,
      frameRateHz: options.frameRateHz,
      every: options.every ?? 1,
      modeOption: version >= 501 ? '-fps_mode' : '-vsync',
    });
  }
  if (options.sound && video.audio !== null) outputs.push({ track: 'sound', pipe: 3, keepTime: true });
  return outputs;
}

async function* partsOf(
  decoder: ToolProcess,
  video: VideoValue,
  options: VideoOpenOptions,
  limits: Limits,
): AsyncGenerator<VideoPart> {
  const { name } = video.source;
  const sound = options.sound && video.audio !== null;
  const frameBytes = video.width * video.height * 3;
  const room = { frame: Math.max(2, Math.floor(frameRoomBytes / frameBytes)), sound: 8 };
  const queue = new PartQueue(room, Number(options.frames) + Number(sound));
  const pumps = [
    ...(options.frames ? [pumpFrames(decoder, video, options.fromSeconds ?? 0, limits, queue)] : []),
    ...(sound ? [pumpSound(decoder, name, options.soundChunkSeconds, limits, queue)] : []),
  ].map((pump) =>
    pump.then(
      () => queue.end(),
      (error: unknown) => queue.fail(decoder.interruption() ?? error),
    ),
  );
  try {
    let frames = 0;
    for (;;) {
      const part = await queue.take();
      if (part === null) break;
      if (part.part === 'frame') frames++;
      // A consumer may take its time: the process is not to blame for silence meanwhile.
      decoder.rest(true);
      yield part;
      decoder.rest(false);
    }
    await decoder.finished();
    if (options.frames && frames === 0) throw noFrames(name);
  } catch (error) {
    throw decoder.interruption() ?? error;
  } finally {
    queue.fail(new Error('closed'));
    await decoder.stop();
    await Promise.all(pumps);
  }
}

async function pumpFrames(
  decoder: ToolProcess,
  video: VideoValue,
  fromSeconds: number,
  limits: Limits,
  queue: PartQueue,
): Promise<void> {
  const { width, height } = video;
  const size = width * height * 3;
  const times = frameTimes(decoder.extra[1])[Symbol.asyncIterator]();
  let data = new Uint8Array(size);
  let filled = 0;
  let last = -Infinity;
  for await (const chunk of decoder.stdout) {
    decoder.touch();
    const bytes = chunk as Buffer;
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(size - filled, bytes.length - at);
      data.set(bytes.subarray(at, at + take), filled);
      filled += take;
      at += take;
      if (filled < size) continue;
      const time = await times.next();
      // Times never go back, even where a file says so.
      last = Math.max(last, time.done ? last : time.value, 0);
      requireVideoRoom(video.source.name, width, height, last, limits);
      if (last < fromSeconds) {
        filled = 0;
        continue;
      }
      const image = {
        kind: 'image',
        width,
        height,
        colour: 'rgb',
        data,
        geometry: originalGeometry(width, height),
      } as const;
      if (!(await queue.put({ part: 'frame', t: last, image }))) return;
      decoder.touch();
      data = new Uint8Array(size);
      filled = 0;
    }
  }
}

async function pumpSound(
  decoder: ToolProcess,
  name: string,
  chunkSeconds: number,
  limits: Limits,
  queue: PartQueue,
): Promise<void> {
  const collector = new SoundCollector(name, limits, chunkSeconds);
  for await (const chunk of decoder.extra[0]) {
    decoder.touch();
    for (const piece of collector.push(chunk as Buffer)) {
      if (!(await queue.put({ part: 'sound', ...piece }))) return;
    }
  }
  const rest = collector.finish();
  if (rest !== null) await queue.put({ part: 'sound', ...rest });
}

function noFrames(name: string): Problem {
  return new Problem('media-empty', {
    message: `"${name}" has no pictures that can be decoded.`,
    fix: 'Check the file with another program.',
    where: { file: name },
  });
}
