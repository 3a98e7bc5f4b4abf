import { setState, state } from './state.ts';
import { sayProblem } from './toasts.ts';

let timer: number | undefined;
let underWay = false;
let again = false;
const afterCheck = new Set<() => void>();

/** Has the document checked soon; while one check is under way the next one waits, so that the newest always wins. */
export function scheduleCheck(delayMs = 60): void {
  setState({ checking: true });
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void check(), delayMs);
}

/** Called after every check of the newest document. */
export function onChecked(listener: () => void): () => void {
  afterCheck.add(listener);
  return () => afterCheck.delete(listener);
}

async function check(): Promise<void> {
  if (underWay) {
    again = true;
    return;
  }
  const { session, document, api } = state();
  if (session === null) return;
  underWay = true;
  try {
    const report = await api.call('check', { session: session.id, document });
    if (state().session?.id !== session.id) return;
    const newest = state().document === document;
    setState({ report, checking: !newest });
    if (newest) for (const listener of afterCheck) listener();
  } catch (error) {
    if (state().connected) sayProblem(error);
  } finally {
    underWay = false;
    if (again) {
      again = false;
      void check();
    }
  }
}
