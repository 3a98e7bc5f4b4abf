import {
  type AudioType,
  anyType,
  type EmbeddingType,
  type ScoresType,
  type Sequence,
  type TensorType,
} from '../../core/kinds/type.ts';
import type { WindowRule } from './windowSequence.ts';

/** The type of a window over a sequence: its length is known unless a shorter last one may come. */
export function windowType(
  type: AudioType | TensorType | EmbeddingType | ScoresType,
  rule: WindowRule,
): AudioType | TensorType {
  const exact = rule.partial !== 'keep';
  if (type.kind === 'audio') {
    const rate = type.sampleRateHz;
    const samples = typeof rate === 'number' && exact ? Math.max(1, Math.round(rule.lengthSeconds * rate)) : null;
    const hop = typeof rate === 'number' ? Math.max(1, Math.round(rule.hopSeconds * rate)) / rate : rule.hopSeconds;
    return {
      ...anyType.audio,
      sampleRateHz: rate,
      channels: type.channels,
      samples,
      sequence: { count: 'many', rateHz: 1 / hop },
    };
  }
  const { rateHz } = type.sequence;
  const sequence: Sequence =
    rateHz === undefined ? { count: 'many' } : { count: 'many', rateHz: rateHz / rule.hopItems };
  return { ...stackType(type, exact ? rule.lengthItems : null), sequence };
}

/** The type of `count` items (null: unknown) as one tensor with a new first axis. */
export function stackType(type: TensorType | EmbeddingType | ScoresType, count: number | null): TensorType {
  if (type.kind === 'tensor') {
    return { ...anyType.tensor, dtype: type.dtype, shape: type.shape === null ? null : [count, ...type.shape] };
  }
  const length = type.kind === 'embedding' ? type.length : type.classes;
  return { ...anyType.tensor, dtype: 'float32', shape: [count, length] };
}
