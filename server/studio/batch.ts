import type { Device } from '../../core/define/host.ts';
import type { PipelineDocument } from '../../core/graph/document.ts';
import type { BatchRow, RunInput, RunPhase } from '../../core/studio/api.ts';
import type { BackEnd } from './backEnd.ts';
import type { Session } from './sessions.ts';
import { newId } from './statePaths.ts';
import { medianOf } from './timings.ts';

interface BatchItem {
  readonly name: string;
  readonly inputs: Readonly<Record<string, RunInput>>;
}
interface BatchAsk {
  readonly document: PipelineDocument;
  readonly items: readonly BatchItem[];
  readonly device?: Device;
  readonly fused?: boolean;
}

/** Items under way at once: one decodes while the model of the other runs. */
const inFlight = 2;
/** As many last times as the time left is judged by. */
const mostTimes = 101;

/** Runs a pipeline over items, one after the other; each ends with an event. An item that fails does not stop the rest. */
export function startBatch(back: BackEnd, session: Session, ask: BatchAsk): string {
  const id = newId();
  const { signal } = back.runs.begin(session, id);
  setImmediate(() => void runBatch(back, session, id, ask, signal));
  return id;
}

async function runBatch(
  back: BackEnd,
  session: Session,
  id: string,
  { document, items, device, fused }: BatchAsk,
  signal: AbortSignal,
): Promise<void> {
  const total = items.length;
  const times: number[] = [];
  let done = 0;
  let failed = 0;
  let next = 0;
  function tell(last: BatchRow | null, phase: RunPhase): void {
    const median = medianOf(times);
    const leftMs = median === null ? null : Math.round((median * (total - done)) / Math.min(inFlight, total));
    back.emit({ event: 'batch', session: session.id, run: id, done, failed, total, leftMs, last, phase });
  }
  async function lane(): Promise<void> {
    for (let at = next++; at < total && !signal.aborted; at = next++) {
      const item = items[at];
      const startMs = performance.now();
      const ran = await back.runs.one(
        session,
        {
          document,
          inputs: item.inputs,
          targets: [],
          batchItem: item.name,
          ...(device === undefined ? {} : { device }),
          ...(fused === true ? { fused } : {}),
        },
        signal,
      );
      if (signal.aborted) return;
      done++;
      if (ran.result === null) failed++;
      times.push(performance.now() - startMs);
      if (times.length > mostTimes) times.shift();
      tell(rowOf(item.name, ran), 'running');
    }
  }
  tell(null, 'running');
  await Promise.all(Array.from({ length: Math.min(inFlight, total) }, lane));
  back.runs.end(id);
  tell(null, signal.aborted ? 'cancelled' : failed === total ? 'failed' : 'done');
}

function rowOf(name: string, { summary, result }: Awaited<ReturnType<BackEnd['runs']['one']>>): BatchRow {
  return {
    name,
    run: result === null && summary.ports.length === 0 ? null : summary.run,
    wallMs: summary.wallMs ?? 0,
    problem: summary.problem,
    answers: result?.answers ?? {},
  };
}
