import type { NodeHost } from '../../core/define/host.ts';
import type { ImageValue, TensorValue, Value } from '../../core/kinds/value.ts';
import type { MediaAnswer, MediaRequest, PreviewAnswer, PreviewRequest } from '../engine/messages.ts';

/** What a run kept of one output port. */
export interface KeptPort {
  /** `node.port` */
  readonly end: string;
  /** Items that passed; `times` may hold fewer. */
  readonly passed: number;
  /** Seconds of the items that are kept, in order. */
  readonly times: readonly number[];
  /** The kept item at this place of `times`. */
  at(index: number): Promise<Value>;
  /** The picture of this size that the port's node saw at `t` (0 unless given), itself or through others; null: there is none. */
  upstreamImage(width: number, height: number, t?: number): Promise<ImageValue | null>;
  /** Texts of tokens, where the tensor holds ids of a tokeniser that is known. */
  tokens?(ids: TensorValue): Promise<readonly string[] | null>;
}

export type MakePreview = (
  port: KeptPort,
  request: PreviewRequest,
  host: NodeHost,
  signal: AbortSignal,
) => Promise<PreviewAnswer>;

export type LookAtMedia = (request: MediaRequest, host: NodeHost, signal?: AbortSignal) => Promise<MediaAnswer>;
