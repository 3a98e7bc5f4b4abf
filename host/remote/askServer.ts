import { Problem } from '../../core/problems/problem.ts';

/**
 * Asks a Tributary server somewhere else. It follows no redirection: a key goes to whom it was meant for. Throws
 * `connection-lost`, which names the server as `shown`, and the signal's reason.
 */
export async function askServer(
  address: URL,
  shown: string,
  init: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> } & Pick<
    RequestInit,
    'method' | 'body'
  >,
): Promise<Response> {
  try {
    return await fetch(address, { ...init, redirect: 'error' });
  } catch (cause) {
    init.signal.throwIfAborted();
    const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
    throw new Problem('connection-lost', {
      message: `There is no answer from ${shown}: ${why}.`,
      fix: 'Check the address, and that the server runs.',
      cause,
    });
  }
}
