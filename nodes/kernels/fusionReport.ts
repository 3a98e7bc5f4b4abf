import type { Json, JsonValue, ScoresValue } from '../../core/kinds/value.ts';
import type { MissingModality, UsedModality } from './missingModality.ts';
import { indexOfMax } from './softmax.ts';

/** The second output of a fusion node, as JSON. `facts` adds to each used modality, in the order of `used`. */
export function fusionReport(
  rule: string,
  used: readonly UsedModality<unknown>[],
  missing: readonly MissingModality[],
  agreement: number | null,
  facts: readonly { readonly [name: string]: Json }[],
): JsonValue {
  return {
    kind: 'json',
    json: {
      rule,
      used: used.map((u, i) => ({ modality: u.modality, ...facts[i], ...(u.standIn ? { standIn: true } : {}) })),
      missing,
      agreement,
    },
  };
}

/** The label of the best class of scores (its number where there are no labels). */
export function topLabel(data: Float32Array, labels: ScoresValue['labels']): string {
  const best = indexOfMax(data);
  return labels?.[best] ?? String(best);
}
