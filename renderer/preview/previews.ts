import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ProblemData } from '../../core/problems/problem.ts';
import type { RunSummary } from '../../core/studio/api.ts';
import type { PortItems, Preview } from '../../core/studio/preview.ts';
import { shownRunOf } from '../state/runs.ts';
import { state, useStudio } from '../state/state.ts';
import { askedTime } from './moments.ts';
import { type PreviewAsk, PreviewStore } from './store.ts';

export interface PreviewWish {
  /** Size shown, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly view?: 'node' | 'large';
  readonly slice?: number;
  readonly offset?: number;
  /** Another run than the one shown on the canvas. */
  readonly run?: string;
  /** Tells apart questions about one end that must not wait for each other. */
  readonly lane?: string;
  /** Nothing is asked yet. */
  readonly off?: boolean;
}

export interface PreviewState {
  /** The newest that is there: while the one asked for is made, the one before it. */
  readonly preview: Preview | null;
  readonly problem: ProblemData | null;
  /** There is nothing to show yet, but there will be. */
  readonly loading: boolean;
  /** What is shown is of another moment or run than asked for. */
  readonly stale: boolean;
  /** null: this port has not run. */
  readonly port: PortItems | null;
  /** To be called when a blob that the preview names is gone. */
  readonly refetch: () => void;
}

/** Fetched once each, kept for as long as there is room. */
const store = new PreviewStore((ask) => state().api.call('preview', ask));

/** Fewer sizes than pixels, so that neighbours share an answer. */
const sizeStep = 32;
const mostPixels = 4096;

/** A port's value in the shown run at the studio's time, made at the size shown; keeps itself up to date. */
export function usePreview(end: string, wish: PreviewWish): PreviewState {
  const { width, height, view = 'node', slice, offset, lane: extra = '', off = false } = wish;
  const run = useStudio((s) => (wish.run === undefined ? shownRunOf(s) : runOf(s.runs, wish.run)));
  const session = useStudio((s) => s.session?.id ?? '');
  const connected = useStudio((s) => s.connected);
  const port = run === null ? null : portOf(run, end);
  const t = useStudio((s) => (port === null ? 0 : askedTime(port, s.time)));
  const id = off || port === null || port.times.length === 0 ? null : (run?.run ?? null);
  const ask = useMemo<PreviewAsk | null>(() => {
    if (id === null) return null;
    const size = askedSize(port?.kind ?? null, view, width, height);
    return {
      run: id,
      end,
      t,
      ...size,
      view,
      ...(slice === undefined ? {} : { slice }),
      ...(offset === undefined ? {} : { offset }),
    };
  }, [id, end, t, port?.kind, view, width, height, slice, offset]);
  const lane = `${session} ${wish.run ?? ''} ${end} ${view} ${extra}`;
  const subscribe = useCallback((listener: () => void) => store.subscribe(lane, listener), [lane]);
  useSyncExternalStore(subscribe, () => store.version(lane));
  // Asked again when the back end is there again.
  useEffect(() => {
    if (ask !== null && connected) store.want(lane, ask);
  }, [lane, ask, connected]);
  const refetch = useCallback(() => {
    if (ask !== null) store.forget(lane, ask);
  }, [lane, ask]);
  if (ask === null) return { preview: null, problem: null, loading: false, stale: false, port, refetch };
  const { answer, last, problem } = store.read(lane, ask);
  const shown = answer ?? last;
  return {
    preview: shown?.preview ?? null,
    problem,
    loading: shown === null && problem === null,
    stale: answer === null,
    port,
    refetch,
  };
}

/** Sound needs a pair of peaks a column, an embedding all its numbers; everything else device pixels. */
function askedSize(
  kind: PortItems['kind'],
  view: 'node' | 'large',
  width: number,
  height: number,
): Pick<PreviewAsk, 'width' | 'height'> {
  if (kind === 'embedding') return { width: mostPixels, height: 1 };
  if (kind === 'audio' && view === 'node') return { width: pixels(width, 1), height: pixels(height, 1) };
  const ratio = window.devicePixelRatio;
  return { width: pixels(width, ratio), height: pixels(height, ratio) };
}

function pixels(css: number, ratio: number): number {
  return Math.max(sizeStep, Math.min(mostPixels, Math.ceil((css * ratio) / sizeStep) * sizeStep));
}

const portsOfRuns = new WeakMap<RunSummary, ReadonlyMap<string, PortItems>>();

/** What a run kept of a port; null: nothing passed there. */
export function portOf(run: RunSummary, end: string): PortItems | null {
  let ports = portsOfRuns.get(run);
  if (ports === undefined) {
    ports = new Map(run.ports.map((port) => [port.end, port]));
    portsOfRuns.set(run, ports);
  }
  return ports.get(end) ?? null;
}

export function runOf(runs: readonly RunSummary[], id: string): RunSummary | null {
  return runs.find((run) => run.run === id) ?? null;
}

/** The run before this one that kept the same port. */
export function runBefore(runs: readonly RunSummary[], run: string, end: string): RunSummary | null {
  const at = runs.findIndex((one) => one.run === run);
  return at === -1 ? null : (runs.slice(at + 1).find((one) => portOf(one, end) !== null) ?? null);
}
