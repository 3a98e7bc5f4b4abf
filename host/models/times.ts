import type { ModelTime } from '../../core/define/host.ts';
import type { LaneTimes } from './lanes.ts';

/** What the main thread did before a run's job was put into a lane, and what moved. */
export interface Moved {
  /** The run was asked for. */
  readonly askedMs: number;
  /** Its tensors stood ready. */
  readonly packedMs: number;
  /** The model had to be opened then. */
  readonly opens: boolean;
  readonly copiedBytes: number;
  readonly outputBytes: number;
}

/** A run's time, part by part, from the call to the answer. */
export function modelTimes(moved: Moved, times: LaneTimes, lane: number): readonly ModelTime[] {
  const { askedMs, packedMs, opens, copiedBytes, outputBytes } = moved;
  const { queuedMs, sentMs, receivedMs, ranFromMs, ranToMs, answeredMs, backMs } = times;
  const worker = `lane ${lane}`;
  const parts: readonly ModelTime[] = [
    { kind: 'copy', worker: 'main', name: 'pack', startMs: askedMs, endMs: packedMs, bytes: copiedBytes },
    {
      kind: opens ? 'load' : 'gap',
      worker: opens ? worker : 'main',
      name: opens ? 'open' : 'to lane',
      startMs: packedMs,
      endMs: queuedMs,
      bytes: 0,
    },
    { kind: 'queue', worker, name: 'lane', startMs: queuedMs, endMs: sentMs, bytes: 0 },
    { kind: 'gap', worker: 'main', name: 'to lane', startMs: sentMs, endMs: receivedMs, bytes: 0 },
    { kind: 'copy', worker, name: 'bind', startMs: receivedMs, endMs: ranFromMs, bytes: 0 },
    { kind: 'run', worker, name: 'session.run', startMs: ranFromMs, endMs: ranToMs, bytes: 0 },
    { kind: 'copy', worker, name: 'unpack', startMs: ranToMs, endMs: answeredMs, bytes: outputBytes },
    { kind: 'gap', worker: 'main', name: 'from lane', startMs: answeredMs, endMs: backMs, bytes: 0 },
  ];
  return parts.filter((part) => part.endMs > part.startMs);
}
