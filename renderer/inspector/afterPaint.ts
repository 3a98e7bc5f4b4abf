/** What was typed goes into the document after the letter is on the screen; the newest per field wins. */
const waiting = new Map<string, () => void>();
let listening = false;

/** Does it after the next frame is painted, or before the next key or press is heard, whichever comes first. */
export function afterPaint(name: string, run: () => void): void {
  listen();
  const first = waiting.size === 0;
  waiting.set(name, run);
  if (first) requestAnimationFrame(() => window.setTimeout(flushTyped));
}

/** Does all that waits, now. */
export function flushTyped(): void {
  const runs = [...waiting.values()];
  waiting.clear();
  for (const run of runs) run();
}

function listen(): void {
  if (listening) return;
  listening = true;
  // Whatever comes next, a command's key or a button, finds the document as it was typed.
  for (const event of ['keydown', 'pointerdown', 'pagehide', 'blur'])
    window.addEventListener(event, flushTyped, { capture: true });
}
