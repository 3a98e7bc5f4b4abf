import { devices } from '../../core/define/host.ts';
import type { StudioEvent } from '../../core/studio/api.ts';
import { chosenSamples, startJob } from '../profile/jobs.ts';
import { profiling, resetProfiling } from '../profile/profileState.ts';
import { setState, state } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import { compiled, resetCompiled, setCompiled } from './compiledState.ts';
import { showCompiled } from './compiling.ts';
import { formKey } from './formKey.ts';

/** Runs the document node by node and compiled, in turns. What comes of it is shown on the screen that one is on. */
export async function startFusedCompare(): Promise<void> {
  const { session, document, device, screen } = state();
  if (session === null) return;
  if (profiling().session !== session.id) resetProfiling(session.id);
  if (compiled().session !== session.id) resetCompiled(session.id);
  if (screen === 'design') showCompiled(true);
  setCompiled({ compared: null });
  const known = devices.find((one) => one === device);
  await startJob('fused', async () => ({
    method: 'startFusedCompare',
    args: {
      session: session.id,
      document,
      ...(known === undefined ? {} : { device: known }),
      ...(await chosenSamples()),
    },
  }));
}

/** Takes an event of the back end into the state. */
export function heardFused(event: StudioEvent): void {
  if (event.event !== 'jobEnded' || event.kind !== 'fused' || event.fused === undefined) return;
  const { session, document, screen, bottom } = state();
  if (event.session !== session?.id || compiled().session !== session.id) return;
  setCompiled({ compared: { result: event.fused, of: formKey(document) } });
  if (screen === 'design' && bottom !== 'compiled')
    toast({
      tone: 'ok',
      text: event.fused.words[0] ?? 'Compiled was compared with node by node.',
      action: { label: 'Look at it', run: () => setState({ bottom: 'compiled' }) },
    });
}

export function closeFused(): void {
  setCompiled({ compared: null });
}
