import { setState, state } from '../state/state.ts';

export const searchFieldId = 'palette-search';
let asked = false;

/** Puts the cursor into the palette's search field, opening the palette where it is shut. */
export function focusPalette(): void {
  if (!state().leftOpen) {
    asked = true;
    setState({ leftOpen: true });
    return;
  }
  const field = document.getElementById(searchFieldId);
  if (field instanceof HTMLInputElement) {
    field.focus();
    field.select();
  }
}

/** True once after the palette was opened to be searched. */
export function focusAsked(): boolean {
  const was = asked;
  asked = false;
  return was;
}
