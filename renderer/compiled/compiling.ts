import { toProblemData } from '../../core/problems/problem.ts';
import { flow, seenBox } from '../canvas/flow.ts';
import { fitAll } from '../canvas/zooming.ts';
import { onChecked } from '../state/checks.ts';
import { setState, state } from '../state/state.ts';
import { compiled, type FormKind, resetCompiled, setCompiled } from './compiledState.ts';
import { formKey } from './formKey.ts';

/** Puts the compiled parts on the canvas with their list under it, or takes both away. */
export function toggleCompiled(): void {
  showCompiled(!compiled().shown);
}

export function showCompiled(shown: boolean): void {
  const { session, bottom } = state();
  if (session === null) return;
  if (compiled().session !== session.id) resetCompiled(session.id);
  setCompiled({ shown, hot: null });
  if (shown) {
    // The panel takes room: what was all in sight is so again.
    const fit = state().screen === 'design' && seesAll();
    setState({ screen: 'design', bottom: 'compiled' });
    if (fit) requestAnimationFrame(() => requestAnimationFrame(fitAll));
  } else if (bottom === 'compiled') setState({ bottom: null });
  if (shown) void ask();
}

/** Every card is in sight. */
function seesAll(): boolean {
  const seen = seenBox();
  return (flow()?.getNodes() ?? []).every(({ position: { x, y }, width = 0, height = 0 }) => {
    const inside = x >= seen.x && y >= seen.y;
    return inside && x + width <= seen.x + seen.width && y + height <= seen.y + seen.height;
  });
}

export function chooseForm(kind: FormKind): void {
  setCompiled({ kind, of: null });
  void ask();
}

/** Asks for the form of the document as it stands, unless it is known. */
export async function ask(): Promise<void> {
  const { session, document, api } = state();
  const { kind, of, asking, shown } = compiled();
  if (session === null || !shown || asking) return;
  const key = formKey(document);
  if (of === key) return;
  setCompiled({ asking: true });
  try {
    const form = await api.call('compiledForm', { session: session.id, document, form: kind });
    if (compiled().session === session.id) setCompiled({ form, problem: null });
  } catch (error) {
    if (compiled().session === session.id) setCompiled({ form: null, problem: toProblemData(error, 'internal') });
  } finally {
    if (compiled().session === session.id) {
      setCompiled({ asking: false, of: compiled().kind === kind ? key : null });
      // It was edited, or another form was chosen, while this was under way.
      void ask();
    }
  }
}

/** What is shown follows every change that was checked, and ends with its pipeline. */
export function followCompiled(): () => void {
  return onChecked(() => {
    const { session } = state();
    if (compiled().session === session?.id) void ask();
    else if (compiled().session !== null) resetCompiled(null);
  });
}
