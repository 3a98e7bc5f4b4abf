import { isOwnUrl } from './windowPolicy.ts';

export interface PermissionAsk {
  readonly permission: string;
  /** Address of the page that asks. */
  readonly url: string;
  readonly isMainFrame: boolean;
  /** For `media`. */
  readonly mediaTypes?: readonly string[];
  /** Since the person last pressed a key or a button there; null when they never did. */
  readonly msSinceGesture: number | null;
}

const gestureMs = 5000;
const gestures = new Set(['mouseDown', 'mouseUp', 'rawKeyDown', 'keyDown', 'touchStart', 'touchEnd', 'gestureTap']);

/** Whether an input event is something that a person did on purpose. */
export function isGesture(inputType: string): boolean {
  return gestures.has(inputType);
}

/**
 * Camera and microphone for the library's capture, and text into the clipboard; for our own page, when the person has
 * just done something there. All else is refused.
 */
export function mayHave(ask: PermissionAsk): boolean {
  if (!ask.isMainFrame || !isOwnUrl(ask.url)) return false;
  if (ask.msSinceGesture === null || ask.msSinceGesture > gestureMs) return false;
  if (ask.permission === 'clipboard-sanitized-write') return true;
  if (ask.permission !== 'media') return false;
  const types = ask.mediaTypes ?? [];
  return types.length > 0 && types.every((type) => type === 'audio' || type === 'video');
}

/** What a page may know that it could ask for; the asking itself is decided by `mayHave`. */
export function mayCheck(permission: string, origin: string, isMainFrame: boolean): boolean {
  return isMainFrame && isOwnUrl(origin) && (permission === 'media' || permission === 'clipboard-sanitized-write');
}
