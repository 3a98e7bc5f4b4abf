import { typeOf, typeText } from '../kinds/type.ts';
import type { Value } from '../kinds/value.ts';
import type { PublishedOutput } from '../run/result.ts';

const mostLetters = 120;

/** A public output in a few words, for a row of a table. */
export function shortAnswer(output: PublishedOutput): string {
  if (output.status === 'missing') return `missing: ${cut(output.problem.message)}`;
  if (output.items.length === 0) return 'nothing';
  const first = valueWords(output.items[0].value);
  return output.items.length === 1 ? first : cut(`${output.items.length} items, first ${first}`);
}

function valueWords(value: Value): string {
  switch (value.kind) {
    case 'scores': {
      const best = value.data.reduce((at, score, i) => (score > value.data[at] ? i : at), 0);
      return value.data.length === 0
        ? 'no classes'
        : `${cut(value.labels?.[best] ?? `class ${best}`, 60)} ${numberWords(value.data[best])}`;
    }
    case 'boxes': {
      const counts = new Map<string, number>();
      for (const found of value.classes) {
        const label = value.labels?.[found] ?? `class ${found}`;
        counts.set(label, (counts.get(label) ?? 0) + 1);
      }
      const parts = [...counts].sort((a, b) => b[1] - a[1]).map(([label, n]) => (n === 1 ? label : `${n} ${label}`));
      return parts.length === 0 ? 'nothing found' : cut(parts.join(', '));
    }
    case 'text':
      return cut(value.text.replace(/\s+/g, ' ').trim());
    case 'json':
      return cut(JSON.stringify(value.json) ?? 'null');
    case 'tensor':
      if (value.dtype !== 'string' && value.dtype !== 'float16' && value.data.length <= 4)
        return Array.from(value.data as ArrayLike<number | bigint>, (x) => numberWords(Number(x))).join(', ');
      return typeText(typeOf(value));
    case 'image':
    case 'audio':
    case 'video':
    case 'embedding':
    case 'mask':
      return typeText(typeOf(value));
  }
}

function numberWords(x: number): string {
  return Number.isInteger(x) ? String(x) : String(Number(x.toPrecision(3)));
}

function cut(text: string, letters = mostLetters): string {
  const all = Array.from(text);
  return all.length <= letters ? text : `${all.slice(0, letters - 1).join('')}…`;
}
