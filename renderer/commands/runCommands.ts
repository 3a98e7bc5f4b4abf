import { compiled } from '../compiled/compiledState.ts';
import { chooseForm } from '../compiled/compiling.ts';
import { startFusedCompare } from '../compiled/fusedCompare.ts';
import { cancelJob, startProfile } from '../profile/jobs.ts';
import { profiling } from '../profile/profileState.ts';
import { modelNodes } from '../shrink/modelNodes.ts';
import { openShrink } from '../shrink/shrinking.ts';
import { cancelRun, setLive, startBatch, startRun } from '../state/runs.ts';
import { type StudioState, setState, state } from '../state/state.ts';
import { sayProblem, toast } from '../state/toasts.ts';
import type { Command } from './command.ts';
import { batchItems } from './libraryBatch.ts';

export const runCommands: readonly Command[] = [
  {
    id: 'run.all',
    title: (s) => (s.screen === 'profile' ? 'Profile again' : 'Run'),
    group: 'Run',
    keys: ['F5', 'Mod+Enter'],
    inFields: true,
    enabled: (s) => s.document.nodes.length > 0,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'There are no nodes yet'),
    // The main thing of the screen that one is on.
    run: () => (state().screen === 'profile' ? startProfile() : startRun()),
  },
  {
    id: 'run.here',
    title: 'Run to the selected nodes',
    group: 'Run',
    keys: ['Shift+F5', 'Mod+Shift+Enter'],
    enabled: (s) => s.selection.ids.some((id) => s.document.nodes.some((n) => n.id === id)),
    whyNot: () => 'No node is selected',
    run: () =>
      startRun(
        state()
          .document.nodes.filter((n) => state().selection.ids.includes(n.id))
          .map((n) => n.id),
      ),
  },
  {
    id: 'run.library',
    title: 'Run over the media library',
    group: 'Run',
    keys: ['Mod+Alt+Enter'],
    keywords: ['batch', 'all samples', 'folder'],
    enabled: (s) => s.session !== null && Object.keys(s.document.inputs).length > 0,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'The pipeline has no inputs yet'),
    run: runOverLibrary,
  },
  {
    id: 'run.cancel',
    title: 'Cancel the run',
    group: 'Run',
    keys: ['Mod+.'],
    inFields: true,
    enabled: (s) => s.run?.phase === 'running',
    whyNot: () => 'Nothing is running',
    run: cancelRun,
  },
  {
    id: 'run.profile',
    title: 'Profile: measure where the time goes',
    group: 'Run',
    keys: ['F6'],
    keywords: ['latency', 'p95', 'milliseconds', 'slow', 'benchmark', 'measure', 'performance'],
    inFields: true,
    enabled: (s) => s.document.nodes.length > 0 && profiling().job === null,
    whyNot: (s) =>
      s.session === null
        ? 'No pipeline is open'
        : profiling().job === null
          ? 'There are no nodes yet'
          : 'The profiler is at work',
    run: startProfile,
  },
  {
    id: 'run.cancelProfile',
    title: 'Cancel what the profiler does',
    group: 'Run',
    keys: ['Shift+F6'],
    inFields: true,
    enabled: (s) => s.session !== null && profiling().job !== null,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'The profiler does nothing now'),
    run: cancelJob,
  },
  {
    id: 'run.fused',
    title: 'Run fused: as compiled parts',
    group: 'Run',
    keys: ['Mod+Alt+F'],
    keywords: ['compiled', 'onnx', 'one graph', 'faster'],
    enabled: (s) => s.session !== null,
    checked: (s) => s.fused,
    run: () => {
      const fused = !state().fused;
      setState({ fused });
      // What is shown on the canvas is what will run.
      if (compiled().shown) chooseForm(fused ? 'fused' : 'files');
      if (state().live) void startRun();
    },
  },
  {
    id: 'run.fusedCompare',
    title: 'Compare compiled with node by node',
    group: 'Run',
    keywords: ['fused', 'onnx', 'faster', 'latency', 'compile'],
    enabled: (s) => s.document.nodes.length > 0 && profiling().job === null,
    whyNot: (s) =>
      s.session === null
        ? 'No pipeline is open'
        : profiling().job === null
          ? 'There are no nodes yet'
          : 'Something is measured already',
    run: startFusedCompare,
  },
  {
    id: 'run.shrink',
    title: (s) => (selectedModels(s).length > 0 ? 'Shrink the selected models…' : 'Shrink models…'),
    group: 'Run',
    keys: ['Mod+Alt+S'],
    keywords: [
      'quantise',
      'quantize',
      'int8',
      'int4',
      'float16',
      'prune',
      'smaller',
      'faster',
      'optimise',
      'calibrate',
    ],
    enabled: (s) => s.session !== null && modelNodes(s.document.nodes, s.specs).length > 0,
    whyNot: (s) => (s.session === null ? 'No pipeline is open' : 'The pipeline runs no model'),
    run: () => openShrink(selectedModels(state())),
  },
  {
    id: 'run.live',
    title: 'Live: run on every change',
    group: 'Run',
    keys: ['Mod+Shift+L'],
    keywords: ['auto', 'automatic'],
    enabled: (s) => s.session !== null,
    checked: (s) => s.live,
    run: () => setLive(!state().live),
  },
];

/** Ids of selected nodes that run a model. */
function selectedModels({ document, specs, selection }: StudioState): readonly string[] {
  return modelNodes(document.nodes, specs).flatMap(({ id }) => (selection.ids.includes(id) ? [id] : []));
}

async function runOverLibrary(): Promise<void> {
  const { session, api, document, specs } = state();
  if (session === null) return;
  try {
    const { items } = await api.call('library', { session: session.id });
    const batch = batchItems(document, specs, items);
    if (batch.length > 0) return startBatch(batch);
    toast({
      tone: 'warning',
      text: 'No file of the media library fits the inputs of this pipeline.',
      fix: 'Drop some into the media panel first.',
    });
  } catch (error) {
    sayProblem(error);
  }
}
