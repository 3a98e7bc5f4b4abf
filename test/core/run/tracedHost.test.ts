import { describe, expect, it } from 'vitest';
import type { ModelSession, NodeHost, VideoPart } from '../../../core/define/host.ts';
import type { VideoValue } from '../../../core/kinds/value.ts';
import { type HostListener, tracedHost } from '../../../core/run/tracedHost.ts';
import { pureHost } from '../../pure-host.ts';
import { rejects } from '../../rejects.ts';

type Heard = Parameters<HostListener['span']>;

/** A host whose calls take as long as they say, by a clock that they move. */
function heard(overrides: (pass: (ms: number) => void) => Partial<NodeHost>) {
  let now = 100;
  const spans: Heard[] = [];
  const host = pureHost({
    now: () => now,
    ...overrides((ms) => {
      now += ms;
    }),
  });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { host: tracedHost(host, { listener: { span: (...span) => spans.push(span) }, node: 'n' }), spans, pass };
}
const { signal } = new AbortController();
const source = { kind: 'media', name: 'a', path: 'a' } as const;

describe('a traced host', () => {
  it('reports each call with its worker, time and bytes', async () => {
    const { host, spans } = heard((pass) => ({
      audio: {
        decode: async () => {
          pass(7);
          return { kind: 'audio', sampleRateHz: 8000, channels: [new Float32Array(10), new Float32Array(10)] };
        },
      },
      files: {
        bytes: async () => {
          pass(2);
          return new Uint8Array(5);
        },
        text: async () => 'four',
        list: async () => [source],
        sourceBytes: async () => new Uint8Array(3),
      },
    }));
    const { decode } = host.audio;
    await decode(source, signal);
    await host.files.bytes('x', signal);
    await host.files.text('x', signal);
    await host.files.list(source, signal);
    await host.files.sourceBytes(source, 10, signal);
    expect(spans).toEqual([
      ['n', 'run', 'audio', 'decode', 100, 107, 80],
      ['n', 'run', 'files', 'read', 107, 109, 5],
      ['n', 'run', 'files', 'read', 109, 109, 4],
      ['n', 'run', 'files', 'list', 109, 109, 0],
      ['n', 'run', 'files', 'read', 109, 109, 3],
    ]);
  });

  it('reports a call that fails, and lets it fail', async () => {
    const { host, spans } = heard(() => ({}));
    await rejects(() => host.files.bytes('x', signal), 'internal');
    expect(spans).toEqual([['n', 'run', 'files', 'read', 100, 100, 0]]);
  });

  const video: VideoValue = {
    kind: 'video',
    source,
    width: 1,
    height: 1,
    frameRateHz: 1,
    durationSeconds: 2,
    audio: null,
  };
  const options = { frames: false, sound: true, frameRateHz: null, soundChunkSeconds: 1 };
  function decoding(closed: () => void) {
    return heard((pass) => ({
      video: {
        probe: async () => video,
        open: async function* (): AsyncIterable<VideoPart> {
          try {
            for (let t = 0; t < 2; t++) {
              pass(5);
              yield { part: 'sound', t, audio: { kind: 'audio', sampleRateHz: 1, channels: [new Float32Array(1)] } };
            }
            pass(1);
          } finally {
            closed();
          }
        },
      },
    }));
  }
  it('reports what is awaited of a decoder, not what the node does in between', async () => {
    let closed = 0;
    const { host, spans, pass } = decoding(() => closed++);
    for await (const part of host.video.open(video, options, signal)) pass(part.t === 0 ? 30 : 40);
    expect(spans).toEqual([
      ['n', 'run', 'video', 'decode', 100, 105, 4],
      ['n', 'run', 'video', 'decode', 135, 140, 4],
      ['n', 'run', 'video', 'decode', 180, 181, 0],
    ]);
    expect(closed).toBe(1);
  });
  it('closes a decoder of which no more is wanted', async () => {
    let closed = 0;
    const { host } = decoding(() => closed++);
    for await (const part of host.video.open(video, options, signal)) {
      expect(part.t).toBe(0);
      break;
    }
    expect(closed).toBe(1);
  });

  function session(openedMs: number | undefined): ModelSession {
    return {
      device: 'cpu',
      lane: 2,
      threads: 1,
      ...(openedMs === undefined ? {} : { openedMs }),
      run: async () => ({
        outputs: {},
        runMs: 3,
        queueMs: 1,
        times: [
          { kind: 'copy', worker: 'main', name: 'pack', startMs: 150, endMs: 151, bytes: 64 },
          { kind: 'run', worker: 'lane 2', name: 'session.run', startMs: 151, endMs: 154, bytes: 0 },
        ],
      }),
    };
  }
  const model = { device: 'cpu', threads: 0, lane: -1, precision: 'full', optimisation: 'all' } as const;
  it('tells opening a model from finding it open, and takes the parts of its runs', async () => {
    const opening = heard((pass) => ({
      models: {
        open: async () => {
          pass(50);
          return session(140);
        },
      },
    }));
    const opened = await opening.host.models.open('m.onnx', model, signal);
    expect([opened.device, opened.lane, opened.threads]).toEqual(['cpu', 2, 1]);
    await opened.run({}, new Set(), signal);
    expect(opening.spans).toEqual([
      ['n', 'load', 'lane 2', 'open', 100, 150, 0],
      ['n', 'copy', 'main', 'pack', 150, 151, 64],
      ['n', 'run', 'lane 2', 'session.run', 151, 154, 0],
    ]);
    for (const openedMs of [99, undefined]) {
      const found = heard(() => ({ models: { open: async () => session(openedMs) } }));
      await found.host.models.open('m.onnx', model, signal);
      expect(found.spans).toEqual([['n', 'run', 'files', 'open', 100, 100, 0]]);
    }
  });
});
