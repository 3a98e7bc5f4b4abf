import type { Trace } from '../../core/profile/trace.ts';
import { spanKinds } from '../../core/run/tracer.ts';

/** Lanes, nodes and shares of time as a pipeline of a picture and a sound model has them; seeded, so that runs agree. */
const workers = ['main', 'image', 'audio', 'lane 0', 'lane 1', 'lane 2', 'scheduler'];
const nodes = ['picture', 'resize', 'normalise', 'encoder', 'sound', 'logmel', 'classifier', 'attention', 'topk'];
const actions = ['decode', 'run', 'session.run', 'to lane', 'hop', 'queued'];
const spansPerRun = 200;

/** A trace of `count` spans in runs of two hundred, about ten milliseconds each, nested and queued as real ones are. */
export function largeTrace(count: number): Trace {
  let seed = 12345;
  const random = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const names = ['', ...workers, ...nodes, ...actions];
  const first = { worker: 1, node: 1 + workers.length, action: 1 + workers.length + nodes.length };
  const runs = Math.max(1, Math.floor(count / spansPerRun));
  const total = runs * spansPerRun;
  const spans = {
    count: total,
    task: new Uint32Array(total),
    node: new Uint16Array(total),
    kind: new Uint8Array(total),
    worker: new Uint16Array(total),
    name: new Uint16Array(total),
    startMs: new Float64Array(total),
    endMs: new Float64Array(total),
    bytes: new Float64Array(total),
  };
  const startMs = new Float64Array(runs);
  const endMs = new Float64Array(runs);
  const firstSpan = new Uint32Array(runs + 1);
  const kind = (name: (typeof spanKinds)[number]): number => spanKinds.indexOf(name);
  let at = 0;
  let now = 1;
  for (let run = 0; run < runs; run++) {
    startMs[run] = now;
    const free = new Float64Array(workers.length).fill(now);
    const end = at + spansPerRun;
    while (at < end) {
      const worker = Math.floor(random() * workers.length);
      const scheduler = worker === workers.length - 1;
      const ms = (scheduler ? 0.005 : 0.02) + random() ** 3 * (scheduler ? 0.02 : 0.9);
      const begin = free[worker] + random() * 0.05;
      const put = (name: number, from: number, to: number, node: number, action: number): void => {
        spans.task[at] = at;
        spans.node[at] = first.node + node;
        spans.kind[at] = name;
        spans.worker[at] = first.worker + worker;
        spans.name[at] = first.action + action;
        spans.startMs[at] = from;
        spans.endMs[at] = to;
        spans.bytes[at] = name === kind('copy') ? 150_528 : 0;
        at++;
      };
      const node = Math.floor(random() * nodes.length);
      free[worker] = begin + ms;
      if (scheduler) put(kind('gap'), begin, begin + ms, node, 4);
      else {
        put(random() < 0.12 ? kind('copy') : kind('run'), begin, begin + ms, node, worker > 2 ? 2 : 1);
        if (at < end && random() < 0.3) put(kind('queue'), begin - ms * 0.6, begin, node, 5);
        if (at < end && random() < 0.25) put(kind('run'), begin + ms * 0.2, begin + ms * 0.7, node, 0);
      }
    }
    now = free.reduce((a, b) => Math.max(a, b));
    endMs[run] = now;
    firstSpan[run + 1] = at;
    now += 0.2;
  }
  const none = new Float64Array(total);
  return {
    names,
    runs: { count: runs, sample: new Uint16Array(runs), startMs, endMs, firstTask: firstSpan, firstSpan },
    tasks: {
      count: total,
      stage: new Uint16Array(total),
      item: new Uint32Array(total),
      readyMs: spans.startMs,
      startMs: spans.startMs,
      endMs: spans.endMs,
      bytesIn: none,
      bytesOut: none,
      firstAfter: new Uint32Array(total + 1),
      after: new Uint32Array(),
    },
    spans,
    dropped: 0,
  };
}
