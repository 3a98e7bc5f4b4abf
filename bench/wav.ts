import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeLimits } from '../core/define/limits.ts';
import { makeAudioHost } from '../host/audio/host.ts';
import { decodeArguments } from '../host/ffmpeg/arguments.ts';
import { findTool } from '../host/ffmpeg/find.ts';
import { startTool } from '../host/ffmpeg/process.ts';
import { SoundCollector } from '../host/ffmpeg/soundCollector.ts';
import { encodeWav } from '../host/files/wav.ts';
import { median, timeCalls } from './measure.ts';

/** A WAV of 30 s read here, against the same file through ffmpeg and the same pipe that other formats take. */
const repeats = 15;
const limits = makeLimits();
const folder = mkdtempSync(path.join(os.tmpdir(), 'tributary-bench-'));
try {
  for (const [title, rate, count] of [
    ['16 kHz mono', 16000, 1],
    ['44.1 kHz stereo', 44100, 2],
  ] as const) {
    const channels = Array.from({ length: count }, (_, c) =>
      Float32Array.from({ length: rate * 30 }, (_, i) => Math.sin(i / (9 + c)) * 0.5),
    );
    const file = path.join(folder, `${rate}.wav`);
    writeFileSync(file, encodeWav({ kind: 'audio', sampleRateHz: rate, channels }, 'int16'));
    const host = makeAudioHost({ limits, resolveSource: async () => file });
    const signal = new AbortController().signal;
    const own = median(
      await timeCalls(() => host.decode({ kind: 'media', path: file, name: file }, signal), repeats, 3),
    );
    console.log(`WAV, 30 s of ${title}, 16 bits: ${own.toFixed(1)} ms`);

    const ffmpeg = await findTool('ffmpeg', process.env).catch(() => null);
    if (ffmpeg === null) {
      console.log('No ratio: ffmpeg is not installed.');
      continue;
    }
    const input = { url: `file:${file}`, demuxer: 'wav', stdin: null, dispose: async () => undefined } as const;
    const args = await decodeArguments(input, [{ track: 'sound', pipe: 1, keepTime: false }]);
    const through = async () => {
      const tool = startTool(ffmpeg.path, args, { name: file, signal, silentMs: limits.decodeMs });
      const collector = new SoundCollector(file, limits, 0);
      for await (const chunk of tool.stdout) collector.push(chunk as Buffer);
      await tool.finished();
      await tool.stop();
      return collector.whole();
    };
    const theirs = median(await timeCalls(through, repeats, 2));
    console.log(`through ffmpeg: ${theirs.toFixed(1)} ms; ${(theirs / own).toFixed(1)} times as fast without it`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
