import type { Json } from '../../core/kinds/value.ts';
import type { SearchPoint, SearchResult } from '../../core/profile/search.ts';

/** A point's settings in words: `Image model threads 2, batch 8; Sound model precision float16`. */
export function pointName(point: Pick<SearchPoint, 'settings'> | undefined, titleOf: (node: string) => string): string {
  if (point === undefined) return '';
  if (point.settings.length === 0) return 'As it is';
  const byNode = new Map<string, string[]>();
  for (const { node, param, value } of point.settings)
    byNode.set(node, [...(byNode.get(node) ?? []), `${param} ${valueText(value)}`]);
  // Many models turned alike are said once.
  const byWords = new Map<string, string[]>();
  for (const [node, words] of byNode) {
    const text = words.join(', ');
    byWords.set(text, [...(byWords.get(text) ?? []), titleOf(node)]);
  }
  return [...byWords].map(([words, titles]) => `${titles.join(', ')}: ${words}`).join('; ');
}

function valueText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function winnerOf(search: SearchResult): SearchPoint | null {
  return search.points.find((point) => point.id === search.winner) ?? null;
}

/** What `applyAdvice` takes for a point of a profile's n-th search; its winner unless a point is named. */
export function searchAdviceId(index: number, point: number | null): string {
  return point === null ? `search:${index}` : `search:${index}:${point}`;
}
