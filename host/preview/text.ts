import type { TextValue } from '../../core/kinds/value.ts';
import type { TextPreview } from '../../core/studio/preview.ts';
import type { PreviewWork } from './work.ts';

const mostCharacters = 20_000;

export function previewText({ text }: TextValue, work: PreviewWork): TextPreview {
  return { kind: 'text', ...work.item, text: cutText(text, mostCharacters), length: text.length };
}

/** The first `most` UTF-16 units, one fewer where the cut would fall inside a surrogate pair. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  const next = text.charCodeAt(most);
  const inside = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return text.slice(0, inside ? most - 1 : most);
}
