import type { PortLike } from '../host/process/protocol.ts';
import type { BodyDraw, BodyPiece } from './studioMessages.ts';

/** Gives a body piece by piece over a port, as fast as the other end draws it. */
export function giveBody(port: PortLike, body: AsyncIterable<Uint8Array>): void {
  const pieces = body[Symbol.asyncIterator]();
  const end = (): void => {
    port.close();
    // What is not wanted any more is let go, so that its sender stops.
    void pieces.return?.(undefined)?.catch(() => undefined);
  };
  port.on('message', ({ data }) => {
    if (!isDraw(data)) return;
    if ('stop' in data) return end();
    pieces
      .next()
      .then(({ done, value }): BodyPiece => (done === true ? { end: true } : { bytes: value }))
      .catch((error: unknown): BodyPiece => ({ broken: error instanceof Error ? error.message : String(error) }))
      .then((piece) => port.postMessage(piece));
  });
  port.on('close', end);
  port.start();
}

/** Draws a body from a port. Throws when it breaks off. */
export async function* takeBody(port: PortLike): AsyncGenerator<Uint8Array> {
  let give: (piece: BodyPiece) => void = () => undefined;
  port.on('message', ({ data }) => give(pieceOf(data)));
  let gone = false;
  port.on('close', () => {
    gone = true;
    give({ broken: 'the sender went away' });
  });
  port.start();
  try {
    for (;;) {
      const piece = await new Promise<BodyPiece>((resolve) => {
        give = resolve;
        if (gone) resolve({ broken: 'the sender went away' });
        port.postMessage({ draw: true } satisfies BodyDraw);
      });
      if ('end' in piece) return;
      if ('broken' in piece) throw new Error(piece.broken);
      yield piece.bytes;
    }
  } finally {
    port.postMessage({ stop: true } satisfies BodyDraw);
    port.close();
  }
}

function isDraw(data: unknown): data is BodyDraw {
  return typeof data === 'object' && data !== null && ('draw' in data || 'stop' in data);
}

function pieceOf(data: unknown): BodyPiece {
  if (typeof data === 'object' && data !== null) {
    if ('bytes' in data && data.bytes instanceof Uint8Array) return { bytes: data.bytes };
    if ('end' in data) return { end: true };
    if ('broken' in data) return { broken: String(data.broken) };
  }
  return { broken: 'what came is no piece of a body' };
}
