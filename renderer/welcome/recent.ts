import type { RecentFile } from '../../core/studio/api.ts';

/** Work without a file is opened by its journal. */
export function isUntitled({ path }: Pick<RecentFile, 'path'>): boolean {
  return path.endsWith('.jsonl');
}

const mostShown = 8;

export function splitRecent(recent: readonly RecentFile[]): {
  readonly untitled: readonly RecentFile[];
  readonly files: readonly RecentFile[];
} {
  return {
    untitled: recent.filter(isUntitled).slice(0, mostShown),
    files: recent.filter((file) => !isUntitled(file)).slice(0, mostShown),
  };
}
