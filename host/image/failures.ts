import type { MediaSource } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

/** What a fault in decoding `source` means to the user. Problems pass as they are. */
export function decodeFailure(error: unknown, source: MediaSource, decodeMs: number): Problem {
  if (error instanceof Problem) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/^timeout/i.test(text)) {
    return new Problem('media-timeout', {
      message: `Decoding "${source.name}" took longer than ${decodeMs} ms.`,
      fix: 'Use a smaller picture, or raise the limit decodeMs.',
      where: { file: source.name },
      cause: error,
    });
  }
  return new Problem('media-corrupt', {
    message: `"${source.name}" cannot be decoded: ${firstLine(text)}.`,
    fix: 'The file is damaged or cut short: save or download it again.',
    where: { file: source.name },
    cause: error,
  });
}

/** libvips stacks its messages line upon line; the first says what happened. */
function firstLine(text: string): string {
  return text.split('\n')[0].trim().slice(0, 200).replace(/\.$/, '');
}

/**
 * Waits for work that cannot be stopped at once, but no longer than the signal and the clock (0: no clock) allow;
 * what it gives after that is dropped. Rejects with the signal's reason, or with an error whose message starts `timeout`.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal, milliseconds = 0): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    const clock = milliseconds > 0 ? setTimeout(() => reject(new Error('timeout')), milliseconds) : undefined;
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      clearTimeout(clock);
      signal.removeEventListener('abort', stop);
    });
  });
}
