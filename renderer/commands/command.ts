import type { StudioState } from '../state/state.ts';

/** Something that a person can do, by key, menu, palette or button: all four go through here. */
export interface Command {
  /** `edit.undo`: stable, menus of the desktop name it. */
  readonly id: string;
  readonly title: string | ((state: StudioState) => string);
  readonly group: 'File' | 'Edit' | 'View' | 'Canvas' | 'Run' | 'Help';
  /** `Mod+Z`: Mod is Ctrl, or Cmd on macOS. Several ways may be given. */
  readonly keys?: readonly string[];
  /** Words by which it is found besides its title. */
  readonly keywords?: readonly string[];
  /** Absent: always. */
  readonly enabled?: (state: StudioState) => boolean;
  /** Why it is not enabled, in a few words; without it a general reason is given. */
  readonly whyNot?: (state: StudioState) => string;
  /** For what is on or off: a menu shows a tick. */
  readonly checked?: (state: StudioState) => boolean;
  /** Its keys work while a text field has the focus. */
  readonly inFields?: boolean;
  readonly run: () => void | Promise<void>;
}

export const commandGroups = ['File', 'Edit', 'View', 'Canvas', 'Run', 'Help'] as const;

export function titleOf({ title }: Command, state: StudioState): string {
  return typeof title === 'string' ? title : title(state);
}

/** Why a command cannot be done now, in a few words; undefined when it can. */
export function whyNot(command: Command, state: StudioState): string | undefined {
  if (state.session !== null && state.screen !== 'design' && changesCards(command)) return 'On the Design screen (F8)';
  if (command.enabled === undefined || command.enabled(state)) return undefined;
  if (command.whyNot !== undefined) return command.whyNot(state);
  if (state.session === null) return 'No pipeline is open';
  if (state.session.readOnly && (command.group === 'Edit' || command.group === 'Canvas'))
    return 'Open for reading only';
  if (command.group === 'Canvas' || command.group === 'Edit')
    return state.selection.ids.length === 0 ? 'Nothing is selected' : 'Not for what is selected';
  return 'Nothing to do now';
}

const everywhere = new Set(['edit.undo', 'edit.redo', 'view.find', 'edit.deselect']);

/** It works on cards and wires as they are designed, so it must not do so where one does not see them. */
function changesCards({ id, group }: Command): boolean {
  return group === 'Canvas' || id === 'view.searchNodes' || (group === 'Edit' && !everywhere.has(id));
}
