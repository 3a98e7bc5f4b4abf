import type { AudioHost } from '../../core/define/host.ts';
import type { Limits } from '../../core/define/limits.ts';
import type { AudioValue, MediaSource } from '../../core/kinds/value.ts';
import { emptySound, requireSoundRoom } from '../../nodes/kernels/soundLimits.ts';
import { readWavHeader, readWavSamples, type WavLayout } from '../../nodes/kernels/wav.ts';
import { decodeArguments } from '../ffmpeg/arguments.ts';
import { type Environment, findTool } from '../ffmpeg/find.ts';
import { type MediaDeps, type MediaInput, openMedia, readRange, toolInput } from '../ffmpeg/input.ts';
import { startTool } from '../ffmpeg/process.ts';
import { SoundCollector } from '../ffmpeg/soundCollector.ts';

export interface AudioHostDeps extends MediaDeps {
  /** Where programs are looked for; the process's own environment unless given. */
  readonly env?: Environment;
  /** Told once when an old ffmpeg had to be used. */
  warn?(message: string): void;
}

/** Decodes sound: WAV here, all else by one ffmpeg process a file. */
export function makeAudioHost(deps: AudioHostDeps): AudioHost {
  let warned = false;
  async function ffmpegPath(): Promise<string> {
    const tool = await findTool('ffmpeg', deps.env ?? process.env);
    if (tool.warning !== null && !warned) deps.warn?.(tool.warning);
    warned ||= tool.warning !== null;
    return tool.path;
  }
  return {
    decode: async (source: MediaSource, signal: AbortSignal): Promise<AudioValue> => {
      const input = await openMedia(source, deps, signal);
      if (input.container.demuxer === 'wav') {
        const sound = await decodeWav(input, deps.limits, signal);
        if (sound !== null) return sound;
      }
      return decodeByTool(input, await ffmpegPath(), deps.limits, signal);
    },
  };
}

/** Null when its samples are compressed. Limits are looked at before samples are read. */
async function decodeWav(input: MediaInput, limits: Limits, signal: AbortSignal): Promise<AudioValue | null> {
  const { name, fileBytes } = input;
  let header = readWavHeader(input.head, fileBytes, name);
  // Pictures and cue sheets before the samples; more than 16 MiB of them is no sound file.
  if (header.form === 'more') {
    header = readWavHeader(await bytesOf(input, 0, Math.min(fileBytes, 16 << 20), signal), fileBytes, name);
  }
  if (header.form === 'more') throw emptySound(name);
  if (header.form === 'coded') return null;
  const layout: WavLayout = header.layout;
  const frames = layout.dataBytes / (layout.channels * layout.sampleBytes);
  requireSoundRoom(name, frames, layout.channels, layout.sampleRateHz, limits);
  return readWavSamples(layout, await bytesOf(input, layout.dataStart, layout.dataBytes, signal), name, limits);
}

async function bytesOf(input: MediaInput, start: number, length: number, signal: AbortSignal): Promise<Uint8Array> {
  if (input.bytes !== null) return input.bytes.subarray(start, start + length);
  if (start + length <= input.head.length) return input.head.subarray(start, start + length);
  return readRange(input.path ?? '', start, length, signal);
}

async function decodeByTool(
  input: MediaInput,
  command: string,
  limits: Limits,
  signal: AbortSignal,
): Promise<AudioValue> {
  const source = await toolInput(input);
  try {
    const args = await decodeArguments(source, [{ track: 'sound', pipe: 1, keepTime: false }]);
    const tool = startTool(command, args, { name: input.name, signal, silentMs: limits.decodeMs, stdin: source.stdin });
    try {
      const collector = new SoundCollector(input.name, limits, 0);
      for await (const chunk of tool.stdout) {
        tool.touch();
        collector.push(chunk as Buffer);
      }
      await tool.finished();
      return collector.whole();
    } catch (error) {
      throw tool.interruption() ?? error;
    } finally {
      await tool.stop();
    }
  } finally {
    await source.dispose();
  }
}
