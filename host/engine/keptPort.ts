import { endOf } from '../../core/graph/document.ts';
import type { ImageValue, TensorValue, Value } from '../../core/kinds/value.ts';
import type { KeptPort } from '../preview/types.ts';
import type { KeptItem } from './keptEnd.ts';
import type { KeptRun } from './keptRuns.ts';

/** Times closer than this are one time, as where sequences are joined. */
const sameTimeSeconds = 1e-6;

/** What a run kept at an end; null when it kept nothing there. */
export function keptPort(run: KeptRun, end: string, signal: AbortSignal): KeptPort | null {
  const kept = run.end(end);
  const items = kept?.items() ?? [];
  if (kept === undefined || items.length === 0) return null;
  return {
    end,
    passed: kept.passed(),
    times: items.map((item) => item.t),
    at: (index) => items[index].value(signal),
    upstreamImage: (width, height, t = 0) => pictureAbove(run, endOf(end).node, width, height, t, signal),
    tokens: (ids) => tokensBeside(run, endOf(end).node, items, ids, signal),
  };
}

/** Goes up from a node, nearest first, to a picture of that size. */
async function pictureAbove(
  run: KeptRun,
  node: string,
  width: number,
  height: number,
  t: number,
  signal: AbortSignal,
): Promise<ImageValue | null> {
  const seen = new Set<string>();
  for (let level = sourcesOf(run, node); level.length > 0; level = level.flatMap((end) => above(run, end))) {
    level = level.filter((end) => !seen.has(end));
    for (const end of level) {
      seen.add(end);
      const kept = run.end(end);
      if (kept?.kind() !== 'image') continue;
      const value = await itemAt(kept.items(), t)?.value(signal);
      if (value?.kind === 'image' && value.width === width && value.height === height) return value;
    }
  }
  return null;
}

function above(run: KeptRun, end: string): readonly string[] {
  return sourcesOf(run, endOf(end).node);
}

function sourcesOf(run: KeptRun, id: string): readonly string[] {
  const stage = run.plan.stages[run.plan.stageOf.get(id) ?? -1];
  return Object.values(stage?.nodes.find((node) => node.id === id)?.sources ?? {});
}

/** The item that is on at a time: the last that began by then, or the first. */
function itemAt(items: readonly KeptItem[], t: number): KeptItem | undefined {
  return items.findLast((item) => item.t <= t + sameTimeSeconds) ?? items[0];
}

/** The list of texts that the same node gave at its port `tokens` together with these ids. */
async function tokensBeside(
  run: KeptRun,
  node: string,
  items: readonly KeptItem[],
  ids: TensorValue,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const item = items.find(({ now }) => now === ids);
  const beside = item && itemAt(run.end(`${node}.tokens`)?.items() ?? [], item.t);
  return beside === undefined ? null : textsOf(await beside.value(signal));
}

function textsOf(value: Value): readonly string[] | null {
  if (value.kind !== 'json' || !Array.isArray(value.json)) return null;
  const texts: readonly unknown[] = value.json;
  return texts.every((text) => typeof text === 'string') ? texts : null;
}
