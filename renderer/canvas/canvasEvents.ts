import { endMerge } from '../state/edits.ts';
import { state, useStudio } from '../state/state.ts';
import { toast } from '../state/toasts.ts';
import { canvas, setCanvas } from './canvasState.ts';
import { dragDropped } from './dragging.ts';
import { takeFiles } from './dropping.ts';
import { copyText, deleteSelected, nudge, pasteText, stepTo } from './editing.ts';
import { placeToAdd } from './flow.ts';
import { grid } from './geometry.ts';
import { candidates, hangOn, holdOver, letGo, takeWire } from './hand.ts';
import { openMenuAt } from './menuTarget.ts';
import { quickAddHere } from './quickAdding.ts';
import { select } from './selecting.ts';

/** Keys and the clipboard, while nothing else has the focus. Returns how to stop. */
export function watchCanvas(): () => void {
  const stop = useStudio.subscribe((now, before) => {
    if (now.session?.id !== before.session?.id) clearCanvas();
    if (now.wireInHand === before.wireInHand) return;
    // The inspector may take a wire in hand and let it go, too.
    if (now.wireInHand === null && canvas().hand !== null && canvas().quickAdd === null) setCanvas({ hand: null });
    const { hand } = canvas();
    if (now.wireInHand !== null && hand?.end !== now.wireInHand.end)
      takeWire(now.wireInHand.end, now.wireInHand.side === 'from' ? 'out' : 'in', 'keys', true);
  });
  document.addEventListener('keydown', keyDown);
  document.addEventListener('copy', copied);
  document.addEventListener('cut', copied);
  document.addEventListener('paste', pasted);
  return () => {
    stop();
    document.removeEventListener('keydown', keyDown);
    document.removeEventListener('copy', copied);
    document.removeEventListener('cut', copied);
    document.removeEventListener('paste', pasted);
  };
}

/** Another pipeline: nothing that was under way belongs to it. */
function clearCanvas(): void {
  dragDropped();
  setCanvas({ hand: null, wrong: null, quickAdd: null, menu: null, writing: null, hovered: null, dropOver: null });
}

/** The canvas hears keys when the focus is on it, or nowhere. */
function isOurs(target: EventTarget | null): boolean {
  if (state().session === null || state().dialog !== null || state().viewer !== null) return false;
  if (!(target instanceof HTMLElement)) return true;
  if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return false;
  return target === document.body || target.closest('.canvas') !== null;
}

/** Whoever else has the focus: nothing is written there and nothing is selected there as text. */
function isFree(target: EventTarget | null): boolean {
  if (target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)))
    return false;
  if (state().session === null || state().dialog !== null) return false;
  return (getSelection()?.toString() ?? '') === '';
}

function keyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const mod = event.ctrlKey || event.metaKey;
  // The browser's own copy, cut and paste events do it; a command that took the key would stop them.
  if (mod && !event.altKey && !event.shiftKey && /^[cxv]$/i.test(event.key) && isFree(event.target)) {
    event.stopPropagation();
    return;
  }
  if (!isOurs(event.target)) return;
  if (canvas().hand !== null || canvas().wrong !== null ? handKey(event) : canvasKey(event, mod)) {
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Keys while a wire is in hand. */
function handKey(event: KeyboardEvent): boolean {
  const { hand } = canvas();
  if (event.key === 'Escape') {
    const from = hand?.end ?? null;
    letGo();
    if (from !== null) focusPort(from);
    return true;
  }
  if (hand === null || hand.by !== 'keys') return false;
  const ends = candidates(hand);
  const step = /^(?:ArrowRight|ArrowDown)$/.test(event.key) || (event.key === 'Tab' && !event.shiftKey) ? 1 : -1;
  if (/^Arrow/.test(event.key) || event.key === 'Tab') {
    if (ends.length === 0) return true;
    const at = hand.over === null ? (step > 0 ? -1 : 0) : ends.indexOf(hand.over);
    const next = ends[(at + step + ends.length) % ends.length];
    holdOver(next);
    focusPort(next);
    return true;
  }
  if (event.key === 'Enter' || event.key === ' ') {
    if (hand.over !== null) hangOn(hand.over);
    return true;
  }
  if (/^[1-9]$/.test(event.key)) {
    const end = ends[Number(event.key) - 1];
    if (end !== undefined) hangOn(end);
    return true;
  }
  return false;
}

function focusPort(end: string): void {
  document.querySelector<HTMLElement>(`.port[data-port="${CSS.escape(end)}"]`)?.focus({ preventScroll: true });
}

function canvasKey(event: KeyboardEvent, mod: boolean): boolean {
  const { target, key } = event;
  const port = target instanceof HTMLElement ? target.closest<HTMLElement>('.port') : null;
  const end = port?.dataset['port'];
  if (end !== undefined && (key === 'Enter' || key === ' ') && !mod) {
    takeWire(end, port?.dataset['side'] === 'in' ? 'in' : 'out', 'keys');
    return true;
  }
  if ((key === 'F10' && event.shiftKey) || key === 'ContextMenu') {
    openMenuAt(target instanceof HTMLElement ? target : document.body, null);
    return true;
  }
  if (key === 'Escape') return escapeKey();
  const arrow = arrows[key];
  if (arrow !== undefined && !mod) return arrowKey(event, arrow);
  const card = target instanceof HTMLElement && target.classList.contains('react-flow__node') ? target : null;
  if (card !== null && (key === 'Enter' || key === ' ') && !mod) {
    select([card.dataset['id'] ?? '']);
    return true;
  }
  const pressed = target instanceof HTMLElement && target.closest('button, [role="button"]') !== null;
  if (mod || event.altKey || pressed) return false;
  if (key === ' ') {
    quickAddHere('');
    return true;
  }
  if (/^\p{L}$/u.test(key) && !event.shiftKey) {
    quickAddHere(key);
    return true;
  }
  return false;
}

const arrows: Readonly<
  Record<string, { readonly x: number; readonly y: number; readonly way: 'left' | 'right' | 'up' | 'down' }>
> = {
  ArrowLeft: { x: -1, y: 0, way: 'left' },
  ArrowRight: { x: 1, y: 0, way: 'right' },
  ArrowUp: { x: 0, y: -1, way: 'up' },
  ArrowDown: { x: 0, y: 1, way: 'down' },
};

function arrowKey(event: KeyboardEvent, arrow: (typeof arrows)[string]): boolean {
  const none = state().selection.ids.length === 0;
  if (event.altKey || none) stepTo(arrow.way);
  else {
    const step = grid * (event.shiftKey ? 10 : 1);
    nudge(arrow.x * step, arrow.y * step);
  }
  return true;
}

function escapeKey(): boolean {
  const { menu, quickAdd, dragged } = canvas();
  if (dragged !== null) dragDropped();
  else if (menu !== null || quickAdd !== null) setCanvas({ menu: null, quickAdd: null });
  else if (state().selection.ids.length + state().selection.wires.length > 0) select([]);
  else return false;
  endMerge();
  return true;
}

function copied(event: ClipboardEvent): void {
  if (!isFree(event.target)) return;
  const text = copyText();
  if (text === null) return;
  event.clipboardData?.setData('text/plain', text);
  event.preventDefault();
  if (event.type === 'cut') deleteSelected();
}

function pasted(event: ClipboardEvent): void {
  if (!isFree(event.target)) return;
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length > 0) {
    event.preventDefault();
    void takeFiles(files, placeToAdd().at);
    return;
  }
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text === '') return;
  event.preventDefault();
  if (!pasteText(text))
    toast({
      tone: 'warning',
      text: 'There are no nodes on the clipboard.',
      fix: 'Copy nodes here or in another window first.',
    });
}
