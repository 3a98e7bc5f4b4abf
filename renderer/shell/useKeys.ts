import { useEffect } from 'react';
import { type Command, whyNot } from '../commands/command.ts';
import { commands } from '../commands/commands.ts';
import { state } from '../state/state.ts';
import { runCommand } from './commandMenu.ts';
import { isPressed, type Pressed, readKeys } from './keys.ts';
import { onMac } from './machine.ts';

/** Where the focus is: text is typed there, keys move a value there, or Enter and Space press it. */
export type Focus = 'text' | 'value' | 'button' | 'other';

/** Keys to commands, for the whole window. */
export function useKeys(): void {
  useEffect(() => {
    window.addEventListener('keydown', keyDown);
    return () => window.removeEventListener('keydown', keyDown);
  }, []);
}

function keyDown(event: KeyboardEvent): void {
  // Whoever has the focus comes first; in a dialog only the dialog's own keys count.
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || state().dialog !== null) return;
  const command = commandFor(event, focusOf(event.target), commands, onMac());
  if (command === undefined) return;
  // Also when it cannot be done now: Ctrl+S must never open the browser's own dialog.
  event.preventDefault();
  if (whyNot(command, state()) === undefined && !(event.repeat && !repeats.has(command.id))) runCommand(command.id);
}

/** Holding the key does these again and again. */
const repeats = new Set(['edit.undo', 'edit.redo', 'view.larger', 'view.smaller']);

/** The command that a key is for where the focus is. */
export function commandFor<C extends Pick<Command, 'keys' | 'inFields'>>(
  pressed: Pressed,
  focus: Focus,
  all: readonly C[],
  mac: boolean,
): C | undefined {
  return all.find((command) =>
    command.keys?.some((keys) => isPressed(pressed, keys, mac) && counts(keys, command.inFields === true, focus)),
  );
}

function counts(keys: string, inFields: boolean, focus: Focus): boolean {
  const { mod, alt, key } = readKeys(keys);
  if (focus === 'text') return inFields;
  if (mod || alt || /^F\d+$/.test(key)) return true;
  if (focus === 'value') return inFields;
  if (focus === 'button') return key !== 'Enter' && key !== ' ';
  return true;
}

const pressable = 'button, a[href], summary, [role="button"], [role="menuitem"], [role="option"], [role="tab"]';
const valued =
  'select, input, [role="slider"], [role="spinbutton"], [role="separator"], [role="listbox"], audio, video';
const typed = new Set([
  'text',
  'search',
  'number',
  'email',
  'url',
  'tel',
  'password',
  'date',
  'time',
  'month',
  'week',
  'datetime-local',
]);

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'other';
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return 'text';
  if (target instanceof HTMLInputElement && typed.has(target.type)) return 'text';
  if (target instanceof HTMLInputElement && /^(?:button|submit|checkbox|radio|file)$/.test(target.type))
    return 'button';
  if (target.matches(valued)) return 'value';
  return target.matches(pressable) ? 'button' : 'other';
}
