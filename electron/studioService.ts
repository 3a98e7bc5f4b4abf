import type { Limits } from '../core/define/limits.ts';
import type { PortLike } from '../host/process/protocol.ts';
import { answerText, problemOf } from '../server/answerCall.ts';
import type { Studio } from '../server/studio/types.ts';
import { takeBody } from './bodyPort.ts';
import type { StudioAsk, StudioTell } from './studioMessages.ts';

/** Answers what the main process relays. Returns what to call with each message. */
export function serveStudio(
  studio: Studio,
  limits: Limits,
  tell: (message: StudioTell) => void,
): (message: StudioAsk, ports: readonly PortLike[]) => Promise<void> {
  const listening = new Map<string, () => void>();

  async function call(client: string, text: string): Promise<void> {
    tell({ studio: 'message', client, text: await answerText(studio, client, text, limits.jsonDepth) });
  }

  async function upload(
    ask: Extract<StudioAsk, { readonly studio: 'upload' }>,
    port: PortLike | undefined,
  ): Promise<void> {
    if (port === undefined) return;
    try {
      const imported = await studio.upload(ask.client, ask.session, ask.name, takeBody(port));
      tell({ studio: 'uploaded', id: ask.id, imported });
    } catch (error) {
      tell({ studio: 'refused', id: ask.id, problem: problemOf(error) });
    }
  }

  function join(client: string): void {
    if (listening.has(client)) return;
    const stop = studio.listen(client, (event) => tell({ studio: 'message', client, text: JSON.stringify({ event }) }));
    listening.set(client, stop);
  }

  function leave(client: string): void {
    listening.get(client)?.();
    listening.delete(client);
    studio.leave(client);
  }

  return async (message, ports) => {
    if (message.studio === 'join') join(message.client);
    else if (message.studio === 'leave') leave(message.client);
    else if (message.studio === 'call') await call(message.client, message.text);
    else if (message.studio === 'blob') tell({ studio: 'blob', id: message.id, blob: studio.blob(message.blob) });
    else if (message.studio === 'upload') await upload(message, ports[0]);
    else {
      await studio.close();
      tell({ studio: 'closed' });
    }
  };
}
