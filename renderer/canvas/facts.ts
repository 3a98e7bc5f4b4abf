import { type Dim, dimText, type WireType } from '../../core/kinds/type.ts';

/** A type in the few words that a card's foot has room for: the kind is told by the glyph already. */
export function factText(type: WireType): string {
  const body = factOf(type);
  return type.sequence.count === 'many' ? `${body}${body === '' ? '' : ' · '}${rateText(type.sequence.rateHz)}` : body;
}

function factOf(type: WireType): string {
  switch (type.kind) {
    case 'image':
      return [sizeText(type.width, type.height), type.colour ?? ''].filter(Boolean).join(' ');
    case 'video':
    case 'mask':
      return sizeText(type.width, type.height);
    case 'audio': {
      const rate = typeof type.sampleRateHz === 'number' ? `${type.sampleRateHz / 1000} kHz` : '';
      const { channels } = type;
      const wide = channels === 1 ? 'mono' : channels === 2 ? 'stereo' : channels === null ? '' : `${channels} ch`;
      return [rate, wide].filter(Boolean).join(' ');
    }
    case 'tensor':
      return `${type.dtype ?? ''}${type.shape === null ? '' : `[${type.shape.map(dimText).join(',')}]`}`;
    case 'embedding':
      return type.length === null ? '' : `${dimText(type.length)} values`;
    case 'scores':
      return type.classes === null ? '' : `${dimText(type.classes)} classes`;
    case 'boxes':
      return type.labels === null ? '' : `${type.labels.length} classes`;
    case 'text':
    case 'json':
      return type.kind === 'json' ? 'JSON' : '';
  }
}

function sizeText(width: Dim, height: Dim): string {
  return width === null && height === null ? '' : `${dimText(width)} × ${dimText(height)}`;
}
function rateText(rateHz: number | undefined): string {
  return rateHz === undefined ? 'many' : `${Math.round(rateHz * 100) / 100}/s`;
}

/** The same of a type that came as text: `image 1920x1280 rgb`. */
export function factOfText(text: string): string {
  return text
    .replace(/^json\b/, 'JSON')
    .replace(/^(?:image|video|mask|audio|boxes|text)\b ?/, '')
    .replace(/^(?:embedding|scores)\[(\d+)\]/, (whole, count: string) =>
      whole.startsWith('scores') ? `${count} classes` : `${count} values`,
    )
    .replace(/(\d)x(\d)/, '$1 × $2')
    .replace(/^(\d+) Hz/, (_, hertz: string) => `${Number(hertz) / 1000} kHz`)
    .replaceAll(', ', ',');
}

/** `0.6 ms`, `< 0.1 ms`, `1.25 s`. */
export function timeText(ms: number): string {
  if (ms < 0.1) return '< 0.1 ms';
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Bytes of a tensor whose shape and dtype are known. */
export function typeBytes(type: WireType): number | null {
  if (
    type.kind === 'image' &&
    typeof type.width === 'number' &&
    typeof type.height === 'number' &&
    type.colour !== null
  )
    return type.width * type.height * (type.colour === 'grey' ? 1 : type.colour === 'rgba' ? 4 : 3);
  if (type.kind !== 'tensor' || type.dtype === null || type.shape === null || type.dtype === 'string') return null;
  let count = 1;
  for (const dim of type.shape) {
    if (typeof dim !== 'number') return null;
    count *= dim;
  }
  const bits = /(\d+)$/.exec(type.dtype)?.[1];
  return bits === undefined ? count : (count * Number(bits)) / 8;
}

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
