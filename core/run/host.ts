import type { NodeHost } from '../define/host.ts';
import type { MediaSource, Value } from '../kinds/value.ts';

/** What the engine asks of the machine, beyond what nodes may ask. */
export interface RunHost {
  readonly node: NodeHost;
  /** How many items of one stage may be under way at once. */
  readonly parallelism: number;
  /** Part of every cache key: what changes answers without being in the document (device, runtime version). */
  readonly cacheSalt: string;
  /** A short digest of the parts, collision-free for practical purposes. */
  digest(parts: readonly string[]): string;
  /** Identifies the content of something given from outside; null when it has no lasting content (a live source). */
  contentKey(given: MediaSource | Value, signal: AbortSignal): Promise<string | null>;
  /** The source behind a media path in the document. */
  sample(path: string): MediaSource;
}
