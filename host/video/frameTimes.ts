import type { Readable } from 'node:stream';

/** The times of frames, as ffmpeg's metadata filter prints them (`frame:7    pts:280000  pts_time:0.28`), in seconds. */
export async function* frameTimes(lines: Readable): AsyncGenerator<number> {
  let text = '';
  for await (const chunk of lines) {
    text += (chunk as Buffer).toString('latin1');
    const whole = text.split('\n');
    text = whole.pop() ?? '';
    for (const line of whole) {
      const found = /^frame:\s*\d+\s+pts:\s*(-?\d+)/.exec(line);
      if (found !== null) yield Number(found[1]) / 1e6;
    }
  }
}
