import { setTimeout } from 'node:timers/promises';
import type { NodeHost } from '../core/define/host.ts';
import { makeLimits } from '../core/define/limits.ts';
import { Problem } from '../core/problems/problem.ts';

/** A host for nodes that need nothing of the machine: every machine call is a problem, so a test shows who asks. */
export function pureHost(overrides: Partial<NodeHost> = {}): NodeHost {
  function refuse(what: string): never {
    throw new Problem('internal', {
      message: `this test has no ${what}`,
      fix: 'Pass the part of the host that the node needs.',
    });
  }
  return {
    image: {
      decode: () => refuse('image decoder'),
      decodeFrames: () => refuse('image decoder'),
      pass: () => refuse('image pass'),
      encode: () => refuse('image encoder'),
    },
    audio: { decode: () => refuse('audio decoder') },
    video: { probe: () => refuse('video decoder'), open: () => refuse('video decoder') },
    files: {
      bytes: () => refuse('files'),
      text: () => refuse('files'),
      list: () => refuse('files'),
      sourceBytes: () => refuse('files'),
    },
    models: { open: () => refuse('models') },
    limits: makeLimits(),
    now: () => performance.now(),
    sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
    ...overrides,
  };
}
