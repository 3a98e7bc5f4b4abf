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
export const usualLooks = 2;
/** Windows that are kept to be read. */
const keptWindows = 50;
/** Versions that are followed; of more, those that came first are let go. */
const mostVersions = 20;

/** What a running version is looked at by. */
export interface Observer {
  /** Whether the next request is to be looked at; every yes counts. */
  due(): boolean;
  seen(version: string, observation: Observation): void;
}

export interface AlertState {
  readonly version: string;
  readonly node: string;
  readonly modality: string;
  readonly alert: boolean;
}

export type VersionWindow = DriftWindow & { readonly version: string };

interface Followed {
  readonly monitor: DriftMonitor;
  readonly reference: DriftReference;
  last: VersionWindow | null;
  windows: number;
}

export interface DriftWatch extends Observer {
  /** Takes a version's reference; another one in its place when it is loaded anew. */
  follow(version: string, reference: DriftReference): void;
  /** The last window of each version that has closed one. */
  latest(): readonly VersionWindow[];
  /** Of each version, by its last window; of one that has closed none, no alert. */
  alerts(): readonly AlertState[];
  /** Windows that were closed, by version. */
  closed(): readonly { readonly version: string; readonly windows: number }[];
  /** Newest first. */
  windows(): readonly VersionWindow[];
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
  readonly looksPerSecond?: number;
  readonly feedback?: FeedbackSettings;
  readonly onAlert?: (version: string, drifted: StatisticDrift) => void;
}

/** Follows what comes in and what comes out against what was recorded; keeps figures only. */
export function makeDriftWatch(options: DriftWatchOptions = {}): DriftWatch {
  const { now = () => performance.now(), wallClock = () => Date.now() } = options;
  const { settings = usualDrift, looksPerSecond = usualLooks } = options;
  const followed = new Map<string, Followed>();
  const windows: VersionWindow[] = [];
  const feedback = new Feedback(options.feedback ?? usualFeedback);
  const totals = new Map<string, { right: number; of: number }>();
  let nextLookMs = Number.NEGATIVE_INFINITY;
  let testing: Promise<void> = Promise.resolve();

  const ticker = setInterval(() => {
    for (const [version, { monitor }] of followed) test(version, monitor.tick(wallClock()));
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

  function closed(version: string, tested: DriftWindow): void {
    const window = { ...tested, version };
    windows.unshift(window);
    windows.length = Math.min(windows.length, keptWindows);
    const own = followed.get(version);
    if (own !== undefined) {
      own.last = window;
      own.windows++;
    }
    for (const drifted of window.alerts) options.onAlert?.(version, drifted);
  }

  return {
    feedback,
    follow: (version, reference) => {
      followed.delete(version);
      followed.set(version, { monitor: new DriftMonitor(reference, settings), reference, last: null, windows: 0 });
      for (const first of followed.keys()) if (followed.size > mostVersions) followed.delete(first);
    },
    due: () => {
      if (followed.size === 0 || now() < nextLookMs) return false;
      nextLookMs = now() + 1000 / looksPerSecond;
      return true;
    },
    seen: (version, observation) => {
      test(version, followed.get(version)?.monitor.observe(observation, wallClock()) ?? null);
    },
    latest: () => [...followed.values()].flatMap(({ last }) => (last === null ? [] : [last])),
    alerts: () => [...followed].flatMap(([version, own]) => alertsOf(version, own)),
    closed: () => [...followed].map(([version, own]) => ({ version, windows: own.windows })),
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

/** One state for each node and modality that is watched. */
function alertsOf(version: string, { reference, last }: Followed): readonly AlertState[] {
  const states = new Map<string, AlertState>();
  const tell = ({ node, modality }: Pick<AlertState, 'node' | 'modality'>, alert: boolean): void => {
    states.set(`${node}\n${modality}`, { version, node, modality, alert });
  };
  for (const place of Object.values(reference.watched)) tell(place, false);
  for (const place of last?.alerts ?? []) tell(place, true);
  return [...states.values()];
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
