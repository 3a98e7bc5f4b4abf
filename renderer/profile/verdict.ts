import type { Measured } from '../../core/profile/profile.ts';
import type { StageRow } from './stageRows.ts';

export interface Slowest {
  readonly row: StageRow;
  /** Of the stage's time, the part that is more than its own work where that is the larger: `queue` or `copy`. */
  readonly because: 'run' | 'queue' | 'copy' | 'gap';
  /** It ends sooner than the run would without it: making it faster alone gains nothing. */
  readonly offPath: boolean;
}

/**
 * The stage to look at first: the one that most of the wall time is spent in, on the critical path. Null when nothing
 * was measured.
 */
export function slowestOf(rows: readonly StageRow[]): Slowest | null {
  if (rows.length === 0) return null;
  const onPath = rows.some((row) => row.critical > 0);
  const weight = (row: StageRow): number => (onPath ? row.critical : row.mean);
  const row = rows.reduce((best, other) => (weight(other) > weight(best) ? other : best));
  const parts = ['run', 'queue', 'copy', 'gap'] as const;
  return {
    row,
    because: parts.reduce((best, part) => (row[part] > row[best] ? part : best)),
    offPath: row.critical === 0,
  };
}

/** Why measuring ended, for the line of conditions. */
export function stoppedText({ stoppedBy, intervalPercent }: Pick<Measured, 'stoppedBy' | 'intervalPercent'>): string {
  const width = `±${intervalPercent < 10 ? intervalPercent.toFixed(1) : Math.round(intervalPercent)} %`;
  switch (stoppedBy) {
    case 'interval':
      return `median known to ${width}`;
    case 'budget':
      return `time was up at ${width}`;
    case 'count':
      return `enough runs at ${width}`;
    case 'cancelled':
      return `cancelled at ${width}`;
  }
}
