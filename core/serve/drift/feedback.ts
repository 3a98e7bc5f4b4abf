/** What a version answered, kept until its truth comes back or time is up: the labels alone. */
interface Answered {
  readonly atMs: number;
  /** Best label by public output. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface AccuracyWindow {
  readonly output: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly right: number;
  readonly of: number;
  /** 95 % interval (Wilson 1927). */
  readonly low: number;
  readonly high: number;
}

export interface FeedbackSettings {
  /** Answers that wait for their truth, and for how long. */
  readonly most: number;
  readonly keptMs: number;
  readonly windowMs: number;
  readonly windows: number;
}

export const usualFeedback: FeedbackSettings = {
  most: 100_000,
  keptMs: 7 * 86_400_000,
  windowMs: 3_600_000,
  windows: 720,
};

export type Told = 'right' | 'wrong' | 'unknown-request' | 'unknown-output' | 'told-before';

/** Joins labels that are posted back with what was answered, and counts how right that was over time. */
export class Feedback {
  readonly #settings: FeedbackSettings;
  /** Oldest first. */
  readonly #answered = new Map<string, Answered>();
  readonly #told = new Set<string>();
  readonly #windows = new Map<string, { fromMs: number; right: number; of: number }[]>();

  constructor(settings: FeedbackSettings = usualFeedback) {
    this.#settings = settings;
  }

  answered(requestId: string, labels: Readonly<Record<string, string>>, nowMs: number): void {
    if (Object.keys(labels).length === 0) return;
    this.#answered.set(requestId, { atMs: nowMs, labels });
    for (const [id, old] of this.#answered) {
      if (this.#answered.size <= this.#settings.most && nowMs - old.atMs <= this.#settings.keptMs) break;
      this.#answered.delete(id);
      for (const output of Object.keys(old.labels)) this.#told.delete(`${id}\n${output}`);
    }
  }

  tell(requestId: string, output: string, truth: string, nowMs: number): Told {
    const answer = this.#answered.get(requestId);
    if (answer === undefined || nowMs - answer.atMs > this.#settings.keptMs) return 'unknown-request';
    if (!Object.hasOwn(answer.labels, output)) return 'unknown-output';
    const key = `${requestId}\n${output}`;
    if (this.#told.has(key)) return 'told-before';
    this.#told.add(key);
    const right = answer.labels[output] === truth;
    this.#count(output, right, nowMs);
    return right ? 'right' : 'wrong';
  }

  /** Oldest first. */
  accuracy(output: string): readonly AccuracyWindow[] {
    const { windowMs } = this.#settings;
    return (this.#windows.get(output) ?? []).map(({ fromMs, right, of }) => ({
      output,
      fromMs,
      toMs: fromMs + windowMs,
      right,
      of,
      ...wilson(right, of),
    }));
  }

  outputs(): readonly string[] {
    return [...this.#windows.keys()].sort();
  }

  #count(output: string, right: boolean, nowMs: number): void {
    const { windowMs, windows } = this.#settings;
    const list = this.#windows.get(output) ?? [];
    this.#windows.set(output, list);
    const fromMs = Math.floor(nowMs / windowMs) * windowMs;
    let last = list.at(-1);
    if (last === undefined || last.fromMs !== fromMs) {
      last = { fromMs, right: 0, of: 0 };
      list.push(last);
      if (list.length > windows) list.shift();
    }
    last.of++;
    if (right) last.right++;
  }
}

/** 95 % interval of a share that was seen `right` times of `of`. */
export function wilson(right: number, of: number): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const share = right / of;
  const scale = 1 + (z * z) / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return { low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}
