/** Why camera or microphone cannot be used, and what to do, by the name of the error that the browser gives. */
export function captureFault(
  error: unknown,
  what: 'camera' | 'microphone',
): { readonly message: string; readonly fix: string } {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      return {
        message: `The ${what} may not be used here.`,
        fix: `Allow the ${what} for this page (beside the address, or in the settings of the system), then try again.`,
      };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return { message: `No ${what} was found.`, fix: `Connect a ${what} and try again, or add a file instead.` };
    case 'NotReadableError':
    case 'AbortError':
      return {
        message: `The ${what} is there, but gives nothing.`,
        fix: 'Another program may be using it: close that one and try again.',
      };
    case 'SecurityError':
    case 'TypeError':
      return {
        message: `The browser gives a page no ${what} at this address.`,
        fix: 'Open the studio at 127.0.0.1 or localhost; from another machine through an SSH tunnel.',
      };
    default:
      return {
        message: `The ${what} could not be opened${error instanceof Error ? `: ${error.message}` : '.'}`,
        fix: 'Try again, or add a file instead.',
      };
  }
}

/** `photo-2026-11-21-081530.jpg`: named after the moment, so that one after the other stands in order. */
export function captureName(what: string, ending: string, at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${what}-${day}-${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}.${ending}`;
}
