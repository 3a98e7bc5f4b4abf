import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NodeDefinition } from '../../core/define/node.ts';
import type { Json, ScoresValue } from '../../core/kinds/value.ts';
import { problemData } from '../../core/problems/problem.ts';
import { majorityVote } from '../../nodes/fusion/majorityVote.ts';
import { max } from '../../nodes/fusion/max.ts';
import { productOfExperts } from '../../nodes/fusion/productOfExperts.ts';
import { weightedAverage } from '../../nodes/fusion/weightedAverage.ts';
import { callNode } from '../test-node.ts';

/** The held-out logits of the three models over 800 examples, fused by our own nodes: the README's table, measured anew. */
type Modality = 'image' | 'sound' | 'text';
interface Heldout {
  readonly labels: readonly string[];
  readonly examples: readonly ({ readonly label: number | string } & Readonly<Record<Modality, readonly number[]>>)[];
}
const { labels, examples } = JSON.parse(
  readFileSync(new URL('../../samples/event-detector/heldout.json', import.meta.url), 'utf8'),
) as Heldout;
const modalities: readonly Modality[] = ['image', 'sound', 'text'];
const weighted = { weights: [1, 0.833, 0.5] };

function probabilities(logits: readonly number[]): ScoresValue {
  const top = Math.max(...logits);
  const e = logits.map((x) => Math.exp(x - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return { kind: 'scores', data: Float32Array.from(e, (x) => x / sum), labels, form: 'probabilities' };
}

function best(values: ArrayLike<number>): number {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[at]) at = i;
  return at;
}

function isRight(index: number, label: number | string): boolean {
  return typeof label === 'number' ? index === label : labels[index] === label;
}

/** Share of the examples that a fusion node tells right, in percent. */
async function accuracy(
  node: NodeDefinition,
  params: Readonly<Record<string, Json>>,
  without?: Modality,
): Promise<number> {
  let right = 0;
  const gone = problemData('input-missing', { message: 'not given', fix: 'give it' });
  for (const example of examples) {
    const inputs = Object.fromEntries(
      modalities.map((m) => [m, m === without ? undefined : probabilities(example[m])]),
    );
    const outputs = await callNode(node, {
      params: { modalities: [...modalities], whenMissing: 'skip', ...params },
      inputs,
      missing: without ? { [without]: gone } : {},
    });
    right += isRight(best((outputs['scores'] as ScoresValue).data), example.label) ? 1 : 0;
  }
  return (100 * right) / examples.length;
}

const single = Object.fromEntries(
  modalities.map((m) => [m, (100 * examples.filter((e) => isRight(best(e[m]), e.label)).length) / examples.length]),
);

describe('fusion over 800 held-out examples', () => {
  it('no single modality is right in four of five', () => {
    expect(examples).toHaveLength(800);
    expect(single['image']).toBeCloseTo(73.1, 0);
    expect(single['sound']).toBeCloseTo(73.9, 0);
    expect(single['text']).toBeCloseTo(72.1, 0);
  });
  const rows: readonly (readonly [string, NodeDefinition, Readonly<Record<string, Json>>, readonly number[]])[] = [
    ['product of experts', productOfExperts, weighted, [99.0, 94.0, 94.0, 96.8]],
    ['weighted average', weightedAverage, weighted, [97.3, 91.1, 88.8, 93.9]],
    ['majority vote', majorityVote, {}, [96.6, 90.4, 90.1, 91.6]],
    ['maximum', max, {}, [94.0, 87.3, 88.5, 88.6]],
  ];
  it.each(rows)(
    '%s is as the README says, beats each single modality, and still does with one missing',
    async (_name, node, params, table) => {
      const measured = [
        await accuracy(node, params),
        ...(await Promise.all(modalities.map((m) => accuracy(node, params, m)))),
      ];
      for (const [i, want] of table.entries())
        expect(Math.abs(measured[i] - want), `column ${i}: ${measured[i]}`).toBeLessThan(0.6);
      for (const m of modalities) expect(Math.min(...measured)).toBeGreaterThan(single[m]);
    },
  );
});
