import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LaneValue, OperatorTime, SessionRequest, Tensors } from './messages.ts';
import { createSession, runSession } from './session.ts';

interface TraceEvent {
  readonly cat?: string;
  readonly name?: string;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/**
 * Opens the model once more with ONNX Runtime's own profiler on, runs it twice (the first run warms up), and
 * gives the second run's outputs and operators. On the calling thread: for lanes only.
 */
export async function profileRun(request: SessionRequest, feeds: Tensors): Promise<LaneValue> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tributary-profile-'));
  try {
    const session = await createSession(request, {
      enableProfiling: true,
      profileFilePrefix: path.join(folder, 'run'),
    });
    let result: Awaited<ReturnType<typeof runSession>>;
    try {
      await runSession(session, feeds, request.name);
      result = await runSession(session, feeds, request.name);
      session.endProfiling();
    } finally {
      await session.release();
    }
    const [file] = await readdir(folder);
    const text = file === undefined ? '[]' : await readFile(path.join(folder, file), 'utf8');
    return { ...result, operators: operatorsOfLastRun(JSON.parse(text) as readonly TraceEvent[]) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Kernel times of the second run in a Chrome trace of two equal runs. */
function operatorsOfLastRun(events: readonly TraceEvent[]): readonly OperatorTime[] {
  const kernels = events.filter((e) => e.cat === 'Node' && e.name?.endsWith('_kernel_time'));
  // Two equal runs stand one after the other; the first half is the warm-up.
  return kernels.slice(Math.floor(kernels.length / 2)).map((e) => ({
    name: (e.name ?? '').replace(/_kernel_time$/, ''),
    op: e.args?.op_name ?? '',
    provider: e.args?.provider ?? '',
    durationMs: (e.dur ?? 0) / 1000,
  }));
}
