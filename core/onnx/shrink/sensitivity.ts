import type { GraphProto } from '../gen/onnx-ml_pb.ts';
import { type Judging, judged } from './judge.ts';
import { nodeName } from './layers.ts';
import type { LayerTimes } from './layerTimes.ts';
import type { Method, ShrinkAsk } from './methods.ts';
import type { LayerSensitivity } from './report.ts';
import { answersOf, type Feeds } from './run.ts';

/** Feeds that each layer is tried on: more tell little more of which layers matter. */
const mostFeeds = 16;

/**
 * The error of the model's outputs when one layer alone is shrunk, for each layer, in their order. `times`: of the model
 * as it is and with all layers shrunk.
 */
export async function sensitivityOf(
  ask: Judging & Pick<ShrinkAsk, 'feeds'>,
  method: Method,
  layers: readonly string[],
  times: LayerTimes | null,
): Promise<readonly LayerSensitivity[]> {
  const { runner, feeds, listeners } = ask;
  const some = evenly(feeds, mostFeeds);
  const wanted = await answersOf(runner, method.before, some, listeners);
  const graph = method.before.graph as GraphProto;
  const operators = new Map(graph.node.map((node) => [nodeName(node), node.opType]));
  const rows: LayerSensitivity[] = [];
  for (const [at, layer] of layers.entries()) {
    listeners.signal?.throwIfAborted();
    const made = method.make(new Set([layer]));
    const { relative, cosine } = await judged(ask, made, some, wanted);
    const [before, after] = [times?.before.get(layer), times?.after.get(layer)];
    rows.push({
      layer,
      operator: operators.get(layer) ?? '',
      relative,
      cosine,
      ms: before ?? null,
      savedMs: before === undefined || after === undefined ? null : before - after,
      savedBytes: made.report.bytesBefore - made.report.bytesAfter,
    });
    listeners.onProgress?.((at + 1) / layers.length, `layer ${at + 1} of ${layers.length} alone`);
  }
  return rows;
}

/** At most so many, evenly from all. */
export function evenly(feeds: readonly Feeds[], most: number): readonly Feeds[] {
  if (feeds.length <= most) return feeds;
  return Array.from({ length: most }, (_, i) => feeds[Math.floor((i * feeds.length) / most)]);
}
