import type {
  EmbeddingValue,
  Item,
  Json,
  JsonValue,
  ScoresValue,
  TensorValue,
  TextValue,
  Value,
} from '../../core/kinds/value.ts';
import { valueBytes } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { stackItems } from './stackItems.ts';
import { numbersOf, tensorFrom } from './tensor.ts';
import { valueJson } from './valueJson.ts';

export type GatherHow = 'stack' | 'mean' | 'max' | 'min' | 'sum' | 'list';
export type Gathered = TensorValue | EmbeddingValue | ScoresValue | JsonValue;
type Numeric = TensorValue | EmbeddingValue | ScoresValue;

export interface GatherBounds {
  readonly sequenceItems: number;
  readonly sequenceBytes: number;
}

/** Folds a sequence into one value. `mean`, `max`, `min` and `sum` hold one running value; `stack` and `list` hold all, within bounds. */
export class Gatherer {
  readonly #how: GatherHow;
  readonly #withTimes: boolean;
  readonly #bounds: GatherBounds;
  readonly #items: Item<Numeric>[] = [];
  readonly #list: Json[] = [];
  #first: Item<Numeric> | null = null;
  #running: Float64Array = new Float64Array(0);
  #count = 0;
  #bytes = 0;

  constructor(how: GatherHow, withTimes: boolean, bounds: GatherBounds) {
    this.#how = how;
    this.#withTimes = withTimes;
    this.#bounds = bounds;
  }

  add(item: Item<Numeric | TextValue | JsonValue>): void {
    this.#count++;
    const { value } = item;
    if (this.#how === 'list') {
      this.#hold(value, item.t);
      const json = valueJson(value, 'value', this.#bounds.sequenceBytes / 8);
      this.#list.push(this.#withTimes ? { t: item.t, value: json } : json);
      return;
    }
    if (value.kind === 'text' || value.kind === 'json') throw notNumbers(this.#how, value.kind);
    const numeric = { ...item, value };
    if (this.#how === 'stack') {
      this.#hold(value, item.t);
      this.#items.push(numeric);
    } else this.#fold(numeric);
  }

  /** The folded value. Throws `value-invalid` for an empty sequence, unless it is a list. */
  finish(): Gathered {
    if (this.#how === 'list') return { kind: 'json', json: this.#list };
    if (this.#count === 0) {
      throw new Problem('value-invalid', {
        message: `The sequence is empty, so it has no ${this.#how}.`,
        fix: 'Look at what comes before: a filter that lets nothing through, or media without content. The way "list" gives an empty list.',
        where: { port: 'value' },
      });
    }
    if (this.#how === 'stack' || this.#first === null) return stackItems(this.#items);
    const numbers = this.#how === 'mean' ? this.#running.map((x) => x / this.#count) : this.#running;
    const like = this.#first.value;
    if (like.kind === 'tensor') return tensorFrom(like.dtype, like.shape, numbers);
    if (like.kind === 'embedding') return { kind: 'embedding', data: Float32Array.from(numbers), unit: false };
    return { ...like, data: Float32Array.from(numbers) };
  }

  #fold(item: Item<Numeric>): void {
    const numbers = item.value.kind === 'tensor' ? numbersOf(item.value) : item.value.data;
    if (this.#first === null) {
      if (item.value.kind === 'tensor' && item.value.dtype === 'string') throw notNumbers(this.#how, 'string tensors');
      this.#first = item;
      this.#running = Float64Array.from(numbers);
      return;
    }
    requireSame(this.#first, item);
    const running = this.#running;
    for (let i = 0; i < running.length; i++) {
      if (this.#how === 'max') running[i] = Math.max(running[i], numbers[i]);
      else if (this.#how === 'min') running[i] = Math.min(running[i], numbers[i]);
      else running[i] += numbers[i];
    }
  }

  #hold(value: Value, t: number): void {
    this.#bytes += valueBytes(value);
    const { sequenceItems, sequenceBytes } = this.#bounds;
    if (this.#count <= sequenceItems && this.#bytes <= sequenceBytes) return;
    const over = this.#count > sequenceItems ? `${sequenceItems} items` : `${sequenceBytes} bytes`;
    throw new Problem('sequence-too-large', {
      message: `The sequence that must be kept is over ${over} at ${t} s.`,
      fix: 'Gather by mean, max, min or sum, which keep one value; window or rate-limit it first; or raise the limits sequenceItems and sequenceBytes.',
      where: { port: 'value', timeSeconds: t },
    });
  }
}

function notNumbers(how: GatherHow, kind: string): Problem {
  return new Problem('value-invalid', {
    message: `The ${how} of ${kind} does not exist; it needs numbers.`,
    fix: 'Set how to "list".',
    where: { param: 'how' },
  });
}

function requireSame(first: Item<Numeric>, item: Item<Numeric>): void {
  const [a, b] = [sizeText(first.value), sizeText(item.value)];
  if (a === b) return;
  throw new Problem('value-shape', {
    message: `Items of one kind and shape can be gathered, but ${a} at ${first.t} s is followed by ${b} at ${item.t} s.`,
    fix: 'Bring the items to one shape first.',
    where: { port: 'value', timeSeconds: item.t },
  });
}

function sizeText(value: Numeric): string {
  if (value.kind === 'tensor') return `${value.dtype}[${value.shape.join(', ')}]`;
  if (value.kind === 'embedding') return `embedding[${value.data.length}]`;
  return `scores[${value.data.length}]${value.labels === null ? '' : ` of ${value.labels.join(', ').slice(0, 60)}`}`;
}
