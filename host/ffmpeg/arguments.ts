import type { ToolInput } from './input.ts';

/** Sound as float samples in a WAV without length, so that rate and channels come in band and no second process must ask. */
export interface SoundOutput {
  readonly track: 'sound';
  readonly pipe: number;
  /** Silence is put where the track starts late or has gaps, so that sample n is at n / rate on the file's own clock. */
  readonly keepTime: boolean;
}

/** Pictures as raw rgb24 of a fixed size; for each, a line with its time (in microseconds) on another pipe. */
export interface FrameOutput {
  readonly track: 'frames';
  readonly pipe: number;
  readonly timePipe: number;
  readonly width: number;
  readonly height: number;
  /** At this rate, the latest frame held; null: all. */
  readonly frameRateHz: number | null;
  /** Each n-th frame only; 1: all. */
  readonly every: number;
  /** `-fps_mode` from ffmpeg 5.1 on, `-vsync` before. */
  readonly modeOption: '-fps_mode' | '-vsync';
}

/** What every call says first. */
export const firstArguments = ['-hide_banner', '-nostdin', '-v', 'error'] as const;

/** Arguments of the input: nothing but local files and pipes, and only the demuxer that its content called for. */
export function inputArguments(input: ToolInput): string[] {
  // A track of a MOV may say that its samples lie in another file.
  const drefs = input.demuxer === 'mov' ? ['-enable_drefs', '0', '-use_absolute_path', '0'] : [];
  return ['-protocol_whitelist', 'file,pipe', ...drefs, '-f', input.demuxer];
}

/**
 * Arguments for one ffmpeg process that gives all outputs, built by fluent-ffmpeg. `fromSeconds` jumps there where the file
 * has an index; a transport stream has none, and a jump lands behind the frame that is wanted.
 */
export async function decodeArguments(
  input: ToolInput,
  outputs: readonly (SoundOutput | FrameOutput)[],
  fromSeconds = 0,
): Promise<string[]> {
  // Loaded when the first file needs it: it costs an engine's start some 40 ms.
  const { default: ffmpeg } = await import('fluent-ffmpeg');
  const command = ffmpeg().input(input.url);
  const stream = input.demuxer === 'mpegts';
  // Times are the file's own, so that they mean the same in every container; a transport stream's clock starts anywhere.
  const clock = stream ? [] : ['-copyts'];
  const start = stream || fromSeconds <= 0 ? [] : ['-ss', String(fromSeconds)];
  for (const argument of [...firstArguments, ...clock, ...start, ...inputArguments(input)]) {
    command.inputOptions([argument]);
  }
  for (const output of outputs) {
    command.output(`pipe:${output.pipe}`);
    if (output.track === 'sound') {
      if (output.keepTime) command.audioFilters('aresample=async=1:first_pts=0');
      command.noVideo().audioCodec('pcm_f32le').format('wav');
      command.outputOptions(['-map 0:a:0', '-sn', '-dn', '-map_metadata -1', '-bitexact']);
    } else {
      command.noAudio().videoFilters(frameFilters(output)).videoCodec('rawvideo').format('rawvideo');
      // V: a cover picture is not a video track.
      command.outputOptions(['-map 0:V:0', '-sn', '-dn', `${output.modeOption} passthrough`]);
    }
  }
  return command._getArguments();
}

function frameFilters(output: FrameOutput): string[] {
  return [
    ...(output.every > 1 ? [`select='not(mod(n,${output.every}))'`] : []),
    ...(output.frameRateHz === null ? [] : [`fps=fps=${output.frameRateHz}:start_time=0:round=up`]),
    `scale=${output.width}:${output.height}`,
    'format=rgb24',
    'settb=1/1000000',
    'metadata=mode=add:key=t:value=0',
    `metadata=mode=print:key=t:direct=1:file='pipe\\:${output.timePipe}'`,
  ];
}
