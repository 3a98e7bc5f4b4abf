import type { Item, Json, JsonValue, ScoresValue, TextValue } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { topLabel } from './fusionReport.ts';
import { indexOfMax } from './softmax.ts';

interface Span {
  readonly t: number;
  end: number;
  readonly label: string;
  score: number | null;
  /** Whether `end` was said by an item, not guessed from the next. */
  known: boolean;
}
export interface TimelineRule {
  readonly merge: boolean;
  readonly maxGapSeconds: number;
  readonly minimumScore: number | null;
}

/** Gathers items into spans of one label each. Holds the spans, not the items; over `maxSpans` it throws `sequence-too-large`. */
export class Timeline {
  readonly #rule: TimelineRule;
  readonly #maxSpans: number;
  readonly #spans: Span[] = [];

  constructor(rule: TimelineRule, maxSpans: number) {
    this.#rule = rule;
    this.#maxSpans = maxSpans;
  }

  add(item: Item<ScoresValue | TextValue | JsonValue>): void {
    const last = this.#spans.at(-1);
    // An item without a duration lasts until the next one comes, whatever that is, unless it is too far away.
    if (last !== undefined && !last.known) {
      if (item.t - last.end <= this.#rule.maxGapSeconds) last.end = item.t;
      last.known = true;
    }
    const { label, score } = entryOf(item.value);
    if (label === null || (score !== null && score < (this.#rule.minimumScore ?? Number.NEGATIVE_INFINITY))) return;
    const end = item.t + (item.durationSeconds ?? 0);
    const known = item.durationSeconds !== undefined;
    const near = last !== undefined && last.label === label && item.t - last.end <= this.#rule.maxGapSeconds;
    if (this.#rule.merge && near) {
      last.end = Math.max(last.end, end);
      last.known = known;
      last.score = score === null || last.score === null ? last.score : Math.max(last.score, score);
      return;
    }
    if (this.#spans.length >= this.#maxSpans) {
      throw new Problem('sequence-too-large', {
        message: `The timeline has more than ${this.#maxSpans} spans.`,
        fix: 'Merge equal neighbours, rate-limit the sequence before it, or raise the limit sequenceItems.',
        where: { timeSeconds: item.t },
      });
    }
    this.#spans.push({ t: item.t, end, label, score, known });
  }

  finish(): Json {
    return this.#spans.map(({ t, end, label, score }) => ({ t, end, label, score }));
  }
}

function entryOf(value: ScoresValue | TextValue | JsonValue): {
  readonly label: string | null;
  readonly score: number | null;
} {
  if (value.kind === 'text') return { label: value.text, score: null };
  if (value.kind === 'json')
    return { label: typeof value.json === 'string' ? value.json : JSON.stringify(value.json), score: null };
  const best = indexOfMax(value.data);
  return best < 0
    ? { label: null, score: null }
    : { label: topLabel(value.data, value.labels), score: value.data[best] };
}
