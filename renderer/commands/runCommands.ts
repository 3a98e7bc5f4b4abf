import { cancelRun, setLive, startRun } from '../state/runs.ts';
import { state } from '../state/state.ts';
import type { Command } from './command.ts';

export const runCommands: readonly Command[] = [
  {
    id: 'run.all',
    title: 'Run',
    group: 'Run',
    keys: ['F5', 'Mod+Enter'],
    inFields: true,
    enabled: (s) => s.document.nodes.length > 0,
    run: () => startRun(),
  },
  {
    id: 'run.here',
    title: 'Run to the selected nodes',
    group: 'Run',
    keys: ['Shift+F5', 'Mod+Shift+Enter'],
    enabled: (s) => s.selection.ids.some((id) => s.document.nodes.some((n) => n.id === id)),
    run: () =>
      startRun(
        state()
          .document.nodes.filter((n) => state().selection.ids.includes(n.id))
          .map((n) => n.id),
      ),
  },
  {
    id: 'run.cancel',
    title: 'Cancel the run',
    group: 'Run',
    keys: ['Mod+.'],
    inFields: true,
    enabled: (s) => s.run?.phase === 'running',
    run: cancelRun,
  },
  {
    id: 'run.live',
    title: (s) => (s.live ? 'Stop running on every change' : 'Run on every change (live)'),
    group: 'Run',
    keys: ['Mod+Shift+L'],
    enabled: (s) => s.session !== null,
    run: () => setLive(!state().live),
  },
];
