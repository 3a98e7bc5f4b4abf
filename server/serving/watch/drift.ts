import type { RunResult } from '../../../core/run/result.ts';
import { Feedback, type FeedbackSettings, type Told, usualFeedback } from '../../../core/serve/drift/feedback.ts';
import {
  DriftMonitor,
  type DriftSettings,
  type DriftWindow,
  type StatisticDrift,
  usualDrift,
  type WindowTest,
} from '../../../core/serve/drift/monitor.ts';
import type { DriftReference, Observation } from '../../../core/serve/drift/reference.ts';

/** Looks a second, at the most: a look may decode the picture once more. */
const looksPerSecond = 2;
/** Windows that are kept to be read. */
const keptWindows = 50;

/** What a running version is looked at by. */
export interface Observer {
  /** Whether the next request is to be looked at; every yes counts. */
  due(): boolean;
  seen(version: string, observation: Observation): void;
}

export interface AlertState {
  readonly node: string;
  readonly modality: string;
  readonly alert: boolean;
}

export interface DriftWatch extends Observer {
  /** Takes a version's reference; another one in its place when it is loaded anew. */
  follow(version: string, reference: DriftReference): void;
  /** Of the last window of the version that closed one last. */
  latest(): readonly StatisticDrift[];
  alerts(): readonly AlertState[];
  /** Newest first. */
  windows(): readonly (DriftWindow & { readonly version: string })[];
  answered(requestId: string, result: RunResult): void;
  tell(requestId: string, output: string, truth: string): Told;
  told(): readonly { readonly output: string; readonly right: number; readonly of: number }[];
  readonly feedback: Feedback;
  /** Resolves when no window is being tested. */
  settled(): Promise<void>;
  close(): void;
}

export interface DriftWatchOptions {
  /** Milliseconds of the clock that never jumps. */
  readonly now?: () => number;
  /** Milliseconds since 1970: for what people read. */
  readonly wallClock?: () => number;
  readonly settings?: DriftSettings;
  readonly feedback?: FeedbackSettings;
  readonly onAlert?: (version: string, drifted: StatisticDrift) => void;
}

/** Follows what comes in and what comes out against what was recorded; keeps figures only. */
export function makeDriftWatch(options: DriftWatchOptions = {}): DriftWatch {
  const { now = () => performance.now(), wallClock = () => Date.now(), settings = usualDrift } = options;
  const monitors = new Map<string, { readonly monitor: DriftMonitor; readonly reference: DriftReference }>();
  const windows: (DriftWindow & { readonly version: string })[] = [];
  const feedback = new Feedback(options.feedback ?? usualFeedback);
  const totals = new Map<string, { right: number; of: number }>();
  let nextLookMs = Number.NEGATIVE_INFINITY;
  let testing: Promise<void> = Promise.resolve();

  const ticker = setInterval(() => {
    for (const [version, { monitor }] of monitors) test(version, monitor.tick(wallClock()));
  }, 10_000);
  ticker.unref();

  function test(version: string, window: WindowTest | null): void {
    if (window === null) return;
    testing = testing.then(async () => {
      for (;;) {
        const step = window.next();
        if (step.done) return closed(version, step.value);
        // Requests come first.
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
  }

  function closed(version: string, window: DriftWindow): void {
    windows.unshift({ ...window, version });
    windows.length = Math.min(windows.length, keptWindows);
    for (const drifted of window.alerts) options.onAlert?.(version, drifted);
  }

  return {
    feedback,
    follow: (version, reference) => {
      monitors.set(version, { monitor: new DriftMonitor(reference, settings), reference });
    },
    due: () => {
      if (monitors.size === 0 || now() < nextLookMs) return false;
      nextLookMs = now() + 1000 / looksPerSecond;
      return true;
    },
    seen: (version, observation) => {
      test(version, monitors.get(version)?.monitor.observe(observation, wallClock()) ?? null);
    },
    latest: () => windows[0]?.statistics ?? [],
    alerts: () => {
      const states = new Map<string, AlertState>();
      for (const { reference } of monitors.values())
        for (const { node, modality } of Object.values(reference.watched))
          states.set(`${node}\n${modality}`, { node, modality, alert: false });
      for (const { node, modality } of windows[0]?.alerts ?? [])
        states.set(`${node}\n${modality}`, { node, modality, alert: true });
      return [...states.values()];
    },
    windows: () => windows,
    answered: (requestId, result) => feedback.answered(requestId, bestLabels(result), wallClock()),
    tell: (requestId, output, truth) => {
      const told = feedback.tell(requestId, output, truth, wallClock());
      if (told === 'right' || told === 'wrong') {
        const total = totals.get(output) ?? { right: 0, of: 0 };
        totals.set(output, { right: total.right + (told === 'right' ? 1 : 0), of: total.of + 1 });
      }
      return told;
    },
    told: () => [...totals].map(([output, total]) => ({ output, ...total })),
    settled: () => testing,
    close: () => clearInterval(ticker),
  };
}

/** The best label of every public output that has scores for one item. */
export function bestLabels({ outputs }: RunResult): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [name, output] of Object.entries(outputs)) {
    const value = output.status === 'present' && output.items.length === 1 ? output.items[0].value : undefined;
    if (value?.kind !== 'scores' || value.data.length === 0) continue;
    const best = value.data.indexOf(value.data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
    if (best >= 0) labels[name] = value.labels?.[best] ?? String(best);
  }
  return labels;
}
