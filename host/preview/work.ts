import type { NodeHost } from '../../core/define/host.ts';
import type { PreviewRequest } from '../engine/messages.ts';
import type { BlobShelf } from './blobs.ts';
import type { KeptPort } from './types.ts';

/** What the preview of every kind is made with. */
export interface PreviewWork {
  readonly port: KeptPort;
  readonly request: PreviewRequest;
  readonly large: boolean;
  /** What every preview says of its item. */
  readonly item: { readonly type: string; readonly t: number; readonly index: number };
  readonly host: NodeHost;
  readonly signal: AbortSignal;
  readonly blobs: BlobShelf;
  readonly rest: Rest;
}

/** Called between pieces of a long loop: lets others have the thread when it has been held for a while. */
export type Rest = () => Promise<void>;

/** Pieces between two rests may take this long again, so the thread is held for well under 30 ms. */
const heldMs = 12;

export function makeRest(host: Pick<NodeHost, 'now' | 'sleep'>, signal: AbortSignal): Rest {
  let since = host.now();
  return async () => {
    if (host.now() - since < heldMs) return;
    await host.sleep(0, signal);
    since = host.now();
  };
}
