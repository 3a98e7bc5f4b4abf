import { useEffect } from 'react';
import { create } from 'zustand';
import type { RecentFile, SampleCard } from '../../core/studio/api.ts';
import { state, useStudio } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';

/** What the welcome screen shows; kept, so that coming back to it shows it at once. */
export const useWelcome = create<{
  readonly samples: readonly SampleCard[] | null;
  readonly recent: readonly RecentFile[] | null;
}>()(() => ({ samples: null, recent: null }));

/** Asks for it anew each time the screen appears or the back end comes back. */
export function useWelcomeData(): void {
  const connected = useStudio((s) => s.connected);
  useEffect(() => {
    if (!connected) return;
    state()
      .api.call('welcome', {})
      .then((found) => useWelcome.setState(found))
      .catch(sayProblem);
  }, [connected]);
}

export async function forget(path: string): Promise<void> {
  const { recent } = useWelcome.getState();
  useWelcome.setState({ recent: recent?.filter((file) => file.path !== path) ?? null });
  await state().api.call('forgetRecent', { path }).catch(sayProblem);
}
