import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeArguments } from '../../../host/ffmpeg/arguments.ts';
import type { Container } from '../../../host/ffmpeg/container.ts';
import { audioHost, codeOf, makeMedia, media, mediaFolder, never, script, sine, videoHost } from './media.ts';

const folder = mediaFolder();
const at = (name: string) => path.join(folder, name);
const canary = at('canary.wav');
makeMedia(canary, sine(0.2));
// Whoever opens this would wait for ever, and the test with it.
execFileSync('mkfifo', [at('trap.wav')]);

let connections = 0;
const listener = createServer((socket) => {
  connections++;
  socket.destroy();
});
let url = '';
beforeAll(
  () =>
    new Promise<void>((resolve) => {
      listener.listen(0, '127.0.0.1', () => {
        const address = listener.address();
        url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
        resolve();
      });
    }),
);
afterAll(() => listener.close());

const uri = (name: string) => pathToFileURL(at(name)).href;
function lists(): Readonly<Record<string, string>> {
  return {
    'hls.mp4': `#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\n${uri('canary.wav')}\n#EXTINF:1,\n${at('trap.wav')}\n#EXT-X-ENDLIST\n`,
    'hls.wav': `#EXTM3U\n#EXTINF:1,\n${url}/canary.wav\n`,
    'dash.mp4': `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="audio/wav"><Representation id="1" bandwidth="1"><BaseURL>${url}/canary.wav</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    'concat.mp4': `ffconcat version 1.0\nfile '${canary}'\nfile '${at('trap.wav')}'\n`,
    'subfile.mp4': `subfile,,start,0,end,100,,:${canary}\n`,
    'data.mp4': 'data:audio/wav;base64,UklGRg==\n',
    'image2.mp4': `${at('%d.png')}\n`,
  };
}

describe('rows 31 to 33: files that name other files', () => {
  it('are refused before any program starts, as sound and as video', async () => {
    const marker = at('started');
    const env = { TRIBUTARY_FFMPEG: script(at('ffmpeg'), `touch ${marker}`), TRIBUTARY_FFPROBE: at('ffmpeg') };
    for (const [name, content] of Object.entries(lists())) {
      writeFileSync(at(name), content);
      expect(await codeOf(audioHost({}, env).decode(media(at(name)), never)), name).toBe('media-format');
      expect(await codeOf(videoHost({}, env).probe(media(at(name)), never)), name).toBe('media-format');
      const bytes = new TextEncoder().encode(content);
      expect(await codeOf(videoHost({}, env).probe({ kind: 'media', bytes, name }, never)), name).toBe('media-format');
    }
    expect(existsSync(marker)).toBe(false);
    expect(connections).toBe(0);
    expect((await audioHost().decode(media(canary), never)).sampleRateHz).toBe(16000);
  });

  it('open nothing even where their content slipped through: the demuxer is forced, protocols are listed', async () => {
    const demuxers: Container['demuxer'][] = ['mov', 'mp3', 'matroska', 'ogg', 'wav', 'mpegts'];
    for (const [i, [name, content]] of Object.entries(lists()).entries()) {
      writeFileSync(at(name), content);
      const input = { url: `file:${at(name)}`, demuxer: demuxers[i % 6], stdin: null, dispose: async () => undefined };
      const args = await decodeArguments(input, [{ track: 'sound', pipe: 1, keepTime: false }]);
      expect(await ran(args), name).toMatchObject({ bytes: 0, killed: false });
    }
    expect(connections).toBe(0);
  });

  it('would be opened without that: the canary is one', async () => {
    writeFileSync(at('open.mp4'), 'ffconcat version 1.0\nfile canary.wav\n');
    const open = ['-v', 'error', '-nostdin', '-i', at('open.mp4'), '-f', 'wav', 'pipe:1'];
    expect((await ran(open)).bytes).toBeGreaterThan(1000);
  });
});

function ran(args: readonly string[]): Promise<{ readonly bytes: number; readonly killed: boolean }> {
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      resolve({ bytes, killed: signal !== null });
    });
  });
}
