import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import { percentile } from '../../core/profile/stats.ts';
import type { LaneValue, SessionRequest, Tensors } from './messages.ts';
import { operatorsOf } from './profileTrace.ts';
import { createSession, runSession } from './session.ts';

export interface ProfileBounds {
  readonly runs: number;
  /** After it no more runs are begun, once three were made. */
  readonly budgetMs: number;
  /** Where the runtime's own file is left; unless given it is removed. */
  readonly folder?: string;
}

const warmRuns = 2;
const leastRuns = 3;

/**
 * Opens the model twice more, once with ONNX Runtime's own profiler on, and runs both in turns: what each operator took,
 * and what looking at them costs. Medians; the first runs of each warm up and do not count. On the calling thread: for
 * lanes only. With two sessions at a time the memory of a model is needed twice.
 */
export async function profileRun(request: SessionRequest, feeds: Tensors, bounds: ProfileBounds): Promise<LaneValue> {
  const folder = bounds.folder ?? (await mkdtemp(path.join(tmpdir(), 'tributary-profile-')));
  const opened: InferenceSession[] = [];
  const open = async (options?: InferenceSession.SessionOptions): Promise<InferenceSession> => {
    const session = await createSession(request, options);
    opened.push(session);
    return session;
  };
  try {
    const looking = await open({ enableProfiling: true, profileFilePrefix: path.join(folder, 'run') });
    const plain = await open();
    let outputs: Tensors = {};
    const profiledMs: number[] = [];
    const plainMs: number[] = [];
    const untilMs = performance.now() + bounds.budgetMs;
    for (let run = -warmRuns; run < bounds.runs; run++) {
      if (run >= leastRuns && performance.now() > untilMs) break;
      const profiled = await runSession(looking, feeds, request.name);
      const other = await runSession(plain, feeds, request.name);
      outputs = profiled.outputs;
      if (run < 0) continue;
      profiledMs.push(profiled.runMs);
      plainMs.push(other.runMs);
    }
    looking.endProfiling();
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const text = file === undefined ? '[]' : await readFile(path.join(folder, file), 'utf8');
    return {
      outputs,
      runMs: median(plainMs),
      profiledRunMs: median(profiledMs),
      operators: operatorsOf(JSON.parse(text), profiledMs.length),
    };
  } finally {
    for (const session of opened) await session.release();
    if (bounds.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  return values.length === 0 ? 0 : percentile(Float64Array.from(values).sort(), 0.5);
}
