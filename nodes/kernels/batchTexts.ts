import type { Limits } from '../../core/define/limits.ts';
import type { JsonValue, TextValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';

/** The texts of an item: one text, or a JSON list of them. Throws `value-invalid` for other JSON. */
export function batchTexts(value: TextValue | JsonValue): readonly string[] {
  if (value.kind === 'text') return [value.text];
  const { json } = value;
  if (typeof json === 'string') return [json];
  const texts = Array.isArray(json) ? json.filter((entry) => typeof entry === 'string') : [];
  if (Array.isArray(json) && texts.length === json.length) return texts;
  throw new Problem('value-invalid', {
    message: `A list of texts is wanted, but ${JSON.stringify(json).slice(0, 60)} came.`,
    fix: 'Give a JSON list of strings, such as ["cat", "dog"].',
  });
}

/** Throws `sequence-too-large` when a gathered batch passes a limit. */
export function requireBatchRoom(rows: number, tokens: number, limits: Limits): void {
  // Ids and types are kept as numbers, tokens as short strings.
  if (rows <= limits.sequenceItems && tokens * 48 <= limits.sequenceBytes) return;
  throw new Problem('sequence-too-large', {
    message: `The batch has ${rows} texts with ${tokens} tokens so far, over a limit.`,
    fix: 'Give fewer or shorter texts, or raise the limits sequenceItems and sequenceBytes.',
  });
}
