import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../core/problems/problem.ts';
import { containerOf, headBytes } from '../../../host/ffmpeg/container.ts';
import { makeMedia, mediaFolder, sine } from './media.ts';

const folder = mediaFolder();
const head = (file: string) => readFileSync(file).subarray(0, headBytes);
const text = (content: string) => new TextEncoder().encode(content);

describe('content tells the container, whatever the name', () => {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=10:d=1'];
  const files: readonly (readonly [string, string, readonly string[]])[] = [
    ['wav', 'wav', sine(0.2)],
    ['flac', 'flac', sine(0.2)],
    ['mp3', 'mp3', sine(0.2)],
    ['mp3 without tags', 'mp3', [...sine(0.2), '-id3v2_version', '0', '-write_xing', '0', '-f', 'mp3']],
    ['aac', 'aac', [...sine(0.2), '-f', 'adts']],
    ['ogg', 'ogg', [...sine(0.2), '-c:a', 'libopus', '-f', 'ogg']],
    ['mov', 'mov', [...picture, '-f', 'mov']],
    ['mp4', 'mov', [...picture, '-f', 'mp4']],
    ['fragmented mp4', 'mov', [...picture, '-movflags', 'frag_keyframe+empty_moov', '-f', 'mp4']],
    ['webm', 'matroska', [...picture, '-c:v', 'libvpx', '-f', 'webm']],
    ['mkv', 'matroska', [...picture, '-f', 'matroska']],
    ['avi', 'avi', [...picture, '-f', 'avi']],
    ['mpegts', 'mpegts', [...picture, '-c:v', 'mpeg2video', '-f', 'mpegts']],
    ['m2ts', 'mpegts', [...picture, '-c:v', 'mpeg2video', '-mpegts_m2ts_mode', '1', '-f', 'mpegts']],
  ];
  for (const [what, demuxer, args] of files) {
    it(what, () => {
      const format = args.includes('-f') && args.lastIndexOf('-f') > args.indexOf('-i') ? [] : ['-f', what];
      const file = makeMedia(path.join(folder, `${what}.txt`), [...args, ...format]);
      expect(containerOf(head(file), 'x').demuxer).toBe(demuxer);
    });
  }
  it('a FLAC behind an ID3 tag is a FLAC', () => {
    const flac = head(path.join(folder, 'flac.txt'));
    const tag = Uint8Array.of(0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0);
    expect(containerOf(Uint8Array.from([...tag, ...flac]), 'x').demuxer).toBe('flac');
  });
});

describe('refused, with what it is', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['HLS', '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n', /playlist \(M3U8\)/],
    ['HLS with a byte order mark', '\ufeff\n#EXTM3U\n', /playlist \(M3U8\)/],
    ['DASH', '<?xml version="1.0"?>\n<!-- x -->\n<MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>', /DASH/],
    ['concat', 'ffconcat version 1.0\nfile canary.wav\n', /concat/],
    ['PLS', '[playlist]\nFile1=canary.wav\n', /PLS/],
    ['a picture', '\x89PNG\r\n\x1a\n', /not media/],
    ['a script', '#!/bin/sh\nexit 1\n', /not media/],
    ['RIFF of another kind', 'RIFF\0\0\0\0WEBPVP8 ', /not media/],
  ];
  for (const [what, content, message] of cases) {
    it(what, () => expect(() => containerOf(text(content), 'clip.mp4')).toThrow(message));
  }
  it('an empty file', () => {
    expect(() => containerOf(new Uint8Array(), 'clip.mp4')).toThrow(/no bytes/);
  });
});

it('any beginning gives a container of the list or a problem', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 800 }), (bytes) => {
      try {
        expect(['wav', 'flac', 'mp3', 'aac', 'ogg', 'mov', 'matroska', 'avi', 'mpegts']).toContain(
          containerOf(bytes, 'x').demuxer,
        );
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        expect(['media-empty', 'media-format']).toContain(error.data.code);
      }
    }),
    { numRuns: 2000 },
  );
});
