import type { NodeHost } from '../../core/define/host.ts';
import type { ImageValue, Kind, Value } from '../../core/kinds/value.ts';
import type { MediaAnswer, MediaRequest, PreviewAnswer, PreviewRequest } from '../engine/messages.ts';

/** One item that passed a port and is still there to be looked at. */
export interface KeptItem {
  readonly t: number;
  readonly durationSeconds?: number;
  readonly value: Value;
}

/** What a run kept at one end, as the maker of previews sees it. The values must not be changed: a later run may read them. */
export interface KeptPort {
  /** `node.port`; for an output node the port that it collects from. */
  readonly end: string;
  readonly kind: Kind;
  /** Items that passed; of a long sequence only some are kept, evenly. */
  readonly passed: number;
  /** Times in seconds of the items that are kept, in order. */
  readonly times: readonly number[];
  /** The kept item at that place in `times`. What was computed inside a fused pass is computed anew here. */
  at(index: number): Promise<KeptItem>;
  /** The nearest picture upstream of exactly that size that was on at that time; null when there is none. */
  upstreamImage(width: number, height: number, t: number): Promise<ImageValue | null>;
  /** The tokens, without padding, behind the kept tensor of ids: where the same node gave them as text beside it. */
  tokens(index: number): Promise<readonly string[] | null>;
}

/** Makes the preview of a port at the size shown. `request.t` chooses the item. */
export type MakePreview = (
  port: KeptPort,
  request: PreviewRequest,
  host: NodeHost,
  signal: AbortSignal,
) => Promise<PreviewAnswer>;

/** Looks at a media file for the library; what is wrong with the file stands in the answer. */
export type LookAtMedia = (request: MediaRequest, host: NodeHost, signal: AbortSignal) => Promise<MediaAnswer>;
