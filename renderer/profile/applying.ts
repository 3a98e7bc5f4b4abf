import { runCommand } from '../shell/commandMenu.ts';
import { edit } from '../state/edits.ts';
import { state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import { profiling, setProfiling } from './profileState.ts';

/** Changes the document as the advice, or a point of a search, says: one edit that can be undone. */
export async function applyAdvice(advice: string): Promise<void> {
  const { session, document, api } = state();
  const { current, applying } = profiling();
  if (session === null || current === null || applying !== null) return;
  setProfiling({ applying: advice });
  try {
    const args = { session: session.id, profile: current.id, advice, document };
    const { label, changes } = await api.call('applyAdvice', args);
    if (state().session?.id !== session.id) return;
    edit(label, changes);
    toast({
      tone: 'ok',
      text: changes.length === 0 ? 'The pipeline is like that already.' : `Applied: ${label}.`,
      ...(changes.length === 0 ? {} : { action: { label: 'Undo', run: () => runCommand('edit.undo') } }),
    });
  } catch (error) {
    sayProblem(error);
  } finally {
    setProfiling({ applying: null });
  }
}
