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
  /** Its keys work while a text field has the focus. */
  readonly inFields?: boolean;
  readonly run: () => void | Promise<void>;
}
