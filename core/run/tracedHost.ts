import type { ModelHost, ModelSession, NodeHost } from '../define/host.ts';
import { valueBytes } from '../kinds/value.ts';
import type { SpanKind } from './tracer.ts';

/** Who hears of the calls that a node makes. */
export interface HostListener {
  span(node: string, kind: SpanKind, worker: string, name: string, startMs: number, endMs: number, bytes: number): void;
}

/** Whose calls are reported, and to whom: as it stands when a call is made. */
export interface Caller {
  listener: HostListener;
  node: string;
}

/** A host for one caller after another; making one takes longer than what many nodes do. */
export interface LentHost {
  readonly host: NodeHost;
  readonly caller: Caller;
}
const nobody: HostListener = { span: () => undefined };
const idle = new WeakMap<NodeHost, LentHost[]>();

/** Lends a traced host, to be given back once the node is done with it. */
export function lendHost(host: NodeHost, listener: HostListener, node: string): LentHost {
  const lent = idle.get(host)?.pop();
  if (lent === undefined) {
    const caller = { listener, node };
    return { host: tracedHost(host, caller), caller };
  }
  lent.caller.listener = listener;
  lent.caller.node = node;
  return lent;
}

export function takeBack(host: NodeHost, lent: LentHost): void {
  // It waits here for a long time, and must not keep what a run recorded.
  lent.caller.listener = nobody;
  const waiting = idle.get(host);
  if (waiting === undefined) idle.set(host, [lent]);
  else waiting.push(lent);
}

/** A host that does what `host` does and reports each call. */
export function tracedHost(host: NodeHost, caller: Caller): NodeHost {
  const { image, audio, video, files, now } = host;

  async function timed<T>(
    worker: string,
    name: string,
    work: () => Promise<T>,
    bytes: (result: T) => number,
  ): Promise<T> {
    const { listener, node } = caller;
    const startMs = now();
    let moved = 0;
    try {
      const result = await work();
      moved = bytes(result);
      return result;
    } finally {
      listener.span(node, 'run', worker, name, startMs, now(), moved);
    }
  }

  /** What is awaited from a decoder, item by item; what the node does between items is its own. */
  async function* timedItems<T>(
    worker: string,
    name: string,
    items: AsyncIterable<T>,
    bytes: (item: T) => number,
  ): AsyncIterable<T> {
    const { listener, node } = caller;
    const iterator = items[Symbol.asyncIterator]();
    let ended = false;
    try {
      for (;;) {
        const startMs = now();
        const next = await iterator.next();
        ended = next.done === true;
        listener.span(node, 'run', worker, name, startMs, now(), ended ? 0 : bytes(next.value));
        if (ended) return;
        yield next.value;
      }
    } catch (error) {
      ended = true;
      throw error;
    } finally {
      if (!ended) await iterator.return?.();
    }
  }

  return {
    image: {
      decode: (source, signal) => timed('image', 'decode', () => image.decode(source, signal), valueBytes),
      decodeFrames: (source, signal) =>
        timedItems('image', 'decode frame', image.decodeFrames(source, signal), (frame) => valueBytes(frame.image)),
      pass: (source, steps, signal) =>
        timed(
          'image',
          'pass',
          () => image.pass(source, steps, signal),
          (passed) => valueBytes(passed.value),
        ),
      encode: (picture, format, signal) =>
        timed(
          'image',
          'encode',
          () => image.encode(picture, format, signal),
          (file) => file.byteLength,
        ),
    },
    audio: { decode: (source, signal) => timed('audio', 'decode', () => audio.decode(source, signal), valueBytes) },
    video: {
      probe: (source, signal) =>
        timed(
          'video',
          'probe',
          () => video.probe(source, signal),
          () => 0,
        ),
      open: (source, options, signal) =>
        timedItems('video', 'decode', video.open(source, options, signal), (part) =>
          valueBytes(part.part === 'frame' ? part.image : part.audio),
        ),
    },
    files: {
      bytes: (path, signal) =>
        timed(
          'files',
          'read',
          () => files.bytes(path, signal),
          (file) => file.byteLength,
        ),
      text: (path, signal) =>
        timed(
          'files',
          'read',
          () => files.text(path, signal),
          (text) => text.length,
        ),
      list: (source, signal) =>
        timed(
          'files',
          'list',
          () => files.list(source, signal),
          () => 0,
        ),
      sourceBytes: (source, maxBytes, signal) =>
        timed(
          'files',
          'read',
          () => files.sourceBytes(source, maxBytes, signal),
          (file) => file.byteLength,
        ),
    },
    models: tracedModels(host, caller),
    limits: host.limits,
    now,
    sleep: (ms, signal) =>
      timed(
        'timer',
        'sleep',
        () => host.sleep(ms, signal),
        () => 0,
      ),
  };
}

function tracedModels({ models, now }: NodeHost, caller: Caller): ModelHost {
  return {
    open: async (path, options, signal) => {
      const { listener, node } = caller;
      const startMs = now();
      const session = await models.open(path, options, signal);
      // Else it was open, and only the file was looked at: whether it is still the one that was opened.
      const loaded = session.openedMs !== undefined && session.openedMs >= startMs;
      listener.span(
        node,
        loaded ? 'load' : 'run',
        loaded ? `lane ${session.lane}` : 'files',
        'open',
        startMs,
        now(),
        0,
      );
      const run: ModelSession['run'] = async (feeds, give, stop) => {
        const done = await session.run(feeds, give, stop);
        for (const { kind, worker, name, ...time } of done.times ?? [])
          listener.span(node, kind, worker, name, time.startMs, time.endMs, time.bytes);
        return done;
      };
      // Lane and threads may change while the session lives, so they are read from it.
      return Object.create(session, { run: { value: run } }) as ModelSession;
    },
  };
}
