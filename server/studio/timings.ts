import { z } from 'zod';
import { readState, writeState } from '../../host/files/stateFile.ts';

const schema = z.record(z.string(), z.array(z.number()));
const mostRuns = 31;

/** How long whole runs of a pipeline took on this machine. */
export interface Timings {
  /** Median in milliseconds; null when it has not run here. */
  median(name: string): number | null;
  add(name: string, wallMs: number): Promise<void>;
}

export async function openTimings(file: string): Promise<Timings> {
  const parsed = schema.safeParse(await readState(file));
  const runs = new Map(Object.entries(parsed.success ? parsed.data : {}));
  return {
    median: (name) => medianOf(runs.get(name) ?? []),
    add: async (name, wallMs) => {
      runs.set(name, [...(runs.get(name) ?? []), Math.round(wallMs * 100) / 100].slice(-mostRuns));
      // Lost timings are measured again.
      await writeState(file, Object.fromEntries(runs)).catch(() => undefined);
    },
  };
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
