import { Problem, toProblemData } from '../../core/problems/problem.ts';
import { setState, state, type Toast } from './state.ts';

let next = 1;

/** Says something. The same text is said once; what is not an error goes after six seconds. */
export function toast(said: Omit<Toast, 'id'>): void {
  const { toasts } = state();
  if (toasts.some((t) => t.text === said.text)) return;
  const id = next++;
  setState({ toasts: [...toasts, { ...said, id }].slice(-4) });
  if (said.tone !== 'error') window.setTimeout(() => closeToast(id), 6000);
}

export function closeToast(id: number): void {
  setState({ toasts: state().toasts.filter((t) => t.id !== id) });
}

/** Says what went wrong, with its mend. */
export function sayProblem(error: unknown): void {
  const { message, fix, code } = toProblemData(error, 'internal');
  if (error instanceof Problem && code === 'cancelled') return;
  // The banner says that the back end is away, and who joins it again sets right what it has forgotten.
  if (code === 'connection-lost' || code === 'session-unknown') return;
  toast({ tone: 'error', text: message, fix });
}
