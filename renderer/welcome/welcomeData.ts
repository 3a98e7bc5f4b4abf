import { useEffect } from 'react';
import { create } from 'zustand';
import { type ProblemData, toProblemData } from '../../core/problems/problem.ts';
import type { RecentFile, SampleCard } from '../../core/studio/api.ts';
import { state, useStudio } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';

/** What the welcome screen shows; kept, so that coming back to it shows it at once. */
export const useWelcome = create<{
  readonly samples: readonly SampleCard[] | null;
  readonly recent: readonly RecentFile[] | null;
  /** Why there is nothing to show. */
  readonly problem: ProblemData | null;
}>()(() => ({ samples: null, recent: null, problem: null }));

/** Asks for it anew each time the screen appears or the back end comes back. */
export function useWelcomeData(): void {
  const connected = useStudio((s) => s.connected);
  useEffect(() => {
    if (connected) void askWelcome();
    // Pictures that were not made in time are there a moment later.
    return state().api.listen((event) => event.event === 'welcomeChanged' && void askWelcome());
  }, [connected]);
}

export async function askWelcome(): Promise<void> {
  try {
    useWelcome.setState({ ...(await state().api.call('welcome', {})), problem: null });
  } catch (error) {
    useWelcome.setState({ problem: toProblemData(error, 'internal') });
  }
}

export async function forget(path: string): Promise<void> {
  const { recent } = useWelcome.getState();
  useWelcome.setState({ recent: recent?.filter((file) => file.path !== path) ?? null });
  await state().api.call('forgetRecent', { path }).catch(sayProblem);
}
