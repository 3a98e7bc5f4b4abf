import { setState, state } from '../state/state.ts';
import type { Command } from './command.ts';

/** What changes how things are seen, and nothing else. */
export const viewCommands: readonly Command[] = [
  {
    id: 'view.commands',
    title: 'Commands…',
    group: 'Help',
    keys: ['Mod+K'],
    inFields: true,
    run: () => setState({ dialog: { dialog: 'commands' } }),
  },
  {
    id: 'view.problems',
    title: 'Problems',
    group: 'View',
    keys: ['Mod+Shift+M'],
    enabled: (s) => s.session !== null,
    run: () => setState({ bottom: state().bottom === 'problems' ? null : 'problems' }),
  },
];
