import { canvasCommands } from './canvasCommands.ts';
import type { Command } from './command.ts';
import { documentCommands } from './documentCommands.ts';
import { runCommands } from './runCommands.ts';
import { viewCommands } from './viewCommands.ts';

/** Every command of the studio, in the order in which menus and the command palette show them. */
export const commands: readonly Command[] = [...documentCommands, ...canvasCommands, ...viewCommands, ...runCommands];

export function commandOf(id: string): Command | undefined {
  return commands.find((command) => command.id === id);
}
