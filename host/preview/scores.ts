import type { ScoresValue } from '../../core/kinds/value.ts';
import type { ScoresPreview } from '../../core/studio/preview.ts';
import { bestPlaces } from './bestPlaces.ts';
import type { PreviewWork } from './work.ts';

const mostOnNode = 8;
const mostLarge = 200;

export function previewScores({ data, labels, form }: ScoresValue, work: PreviewWork): ScoresPreview {
  const places = bestPlaces(data, work.large ? mostLarge : mostOnNode);
  const best = places.map((at) => ({ label: className(labels, at), value: data[at], class: at }));
  return { kind: 'scores', ...work.item, form, total: data.length, best };
}

/** A class by its label, or by its number where there is none. */
export function className(labels: readonly string[] | null, index: number): string {
  return labels?.[index] ?? `class ${index}`;
}
