import { useEffect, useRef, useState } from 'react';
import { type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { FolderListing } from '../../core/studio/api.ts';
import { state } from '../state/state.ts';

export interface OpenFolder {
  readonly listing: FolderListing | null;
  readonly problem: ProblemData | null;
  readonly waiting: boolean;
  /** Lists another folder, after a while in which nothing else was asked for. */
  readonly open: (path: string | null, afterMs?: number) => void;
}

/** A folder of the back end's machine. When the first cannot be read, the home folder is shown. */
export function useFolder(first: string | null): OpenFolder {
  const [shown, setShown] = useState<Omit<OpenFolder, 'open'>>({ listing: null, problem: null, waiting: true });
  const asked = useRef(0);
  const timer = useRef(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only where it begins; from then on the person goes.
  useEffect(() => {
    void list(first, true);
    return () => window.clearTimeout(timer.current);
  }, []);

  async function list(path: string | null, orHome = false): Promise<void> {
    const mine = ++asked.current;
    setShown((was) => ({ ...was, waiting: true }));
    try {
      const listing = await state().api.call('listFolder', { path });
      if (mine === asked.current) setShown({ listing, problem: null, waiting: false });
    } catch (error) {
      if (mine !== asked.current) return;
      if (orHome && path !== null) return list(null);
      const problem = toProblemData(error, 'internal');
      setShown((was) => ({ ...was, problem, waiting: false }));
    }
  }
  function open(path: string | null, afterMs = 0): void {
    window.clearTimeout(timer.current);
    if (afterMs === 0) void list(path);
    else timer.current = window.setTimeout(() => void list(path), afterMs);
  }
  return { ...shown, open };
}
