import { type Command, commandGroups, titleOf, whyNot } from '../commands/command.ts';
import { commandOf, commands } from '../commands/commands.ts';
import { state } from '../state/state.ts';
import { sayProblem } from '../state/toasts.ts';
import type { MenuItem } from './Menu.tsx';

/** Does a command if it can be done now. What goes wrong in it is said. */
export function runCommand(id: string): void {
  const command = commandOf(id);
  if (command === undefined || whyNot(command, state()) !== undefined) return;
  void (async () => command.run())().catch(sayProblem);
}

/** A command as a row of a menu, as things stand now. */
export function menuItemOf(command: Command): MenuItem {
  const now = state();
  return {
    id: command.id,
    label: titleOf(command, now),
    keys: command.keys,
    whyNot: whyNot(command, now),
    ...(command.checked === undefined ? {} : { checked: command.checked(now) }),
    run: () => runCommand(command.id),
  };
}

export function menuItemsOf(ids: readonly string[]): readonly MenuItem[] {
  return ids.flatMap((id) => {
    const command = commandOf(id);
    return command === undefined ? [] : [menuItemOf(command)];
  });
}

/** Every command, by group. */
export function mainMenu(): readonly MenuItem[] {
  return commandGroups.flatMap((group) => {
    const items = commands.filter((command) => command.group === group).map(menuItemOf);
    return items.length === 0 ? [] : [{ id: group, label: group, items }];
  });
}
