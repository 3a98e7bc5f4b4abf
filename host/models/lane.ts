import { parentPort, workerData } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import { Problem, toProblemData } from '../../core/problems/problem.ts';
import { sharedClockMs } from './clock.ts';
import type { LaneAnswer, LaneAsk, LaneValue } from './messages.ts';
import { profileRun } from './profile.ts';
import { createSession, runSession } from './session.ts';
import { packResults } from './transfer.ts';

/** A lane: a worker thread that owns sessions and does one thing at a time. Started by `lanes.ts`. */
const sessions = new Map<number, { readonly session: InferenceSession; readonly name: string }>();
/** The number of a job that was cancelled while it lay ready here. */
const left = workerData as Int32Array;
const port = parentPort;
if (port === null) throw new Error('lane.ts is the program of a worker thread');

let last: Promise<void> = Promise.resolve();
port.on('message', (ask: LaneAsk) => {
  const receivedMs = sharedClockMs();
  last = last.then(() => answer(ask, receivedMs));
});

async function answer(ask: LaneAsk, receivedMs: number): Promise<void> {
  try {
    const value = Atomics.load(left, 0) === ask.id ? {} : await serve(ask);
    const { buffers } = packResults(value.outputs ?? {});
    post({ id: ask.id, ok: true, value, clock: { receivedMs, answeredMs: sharedClockMs() } }, buffers);
  } catch (error) {
    post({ id: ask.id, ok: false, problem: toProblemData(error, 'model-failed') }, []);
  }
  if (ask.ask === 'close') port?.close();
}

async function serve(ask: LaneAsk): Promise<LaneValue> {
  switch (ask.ask) {
    case 'open':
      sessions.set(ask.session, { session: await createSession(ask.request), name: ask.request.name });
      return {};
    case 'run': {
      const open = sessions.get(ask.session);
      if (open === undefined) {
        throw new Problem('internal', {
          message: `lane has no session ${ask.session}`,
          fix: 'Report this with the pipeline that caused it.',
        });
      }
      return runSession(open.session, ask.feeds, open.name);
    }
    case 'release': {
      const open = sessions.get(ask.session);
      sessions.delete(ask.session);
      await open?.session.release();
      return {};
    }
    case 'profile':
      return profileRun(ask.request, ask.feeds, { runs: ask.runs, budgetMs: ask.budgetMs });
    case 'close':
      for (const { session } of sessions.values()) await session.release();
      sessions.clear();
      return {};
  }
}

function post(message: LaneAnswer, buffers: readonly ArrayBuffer[]): void {
  port?.postMessage(message, [...buffers]);
}
