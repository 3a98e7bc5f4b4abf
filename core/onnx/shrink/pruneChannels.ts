import { changed } from '../change.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from '../gen/onnx-ml_pb.ts';
import { intAttribute } from '../makeNode.ts';
import { float32Tensor, floatsOf } from '../tensorData.ts';
import { weightBytes } from '../weightBytes.ts';
import { type ChannelGroup, channelGroups, type TensorUse } from './channelGroups.ts';
import type { WeightedLayer } from './layers.ts';
import { withTensors } from './replaceTensors.ts';
import type { LayerReport } from './staticInt8.ts';
import { chosenLayers, type LayerChoice, type LayerLeft } from './staticPlan.ts';

export interface ChannelPruningOptions extends LayerChoice {
  /** Of each layer's channels, those that go. Default 0.25. */
  readonly share?: number;
  /** What is kept is a multiple of this, for kernels work on so many at once. Default 8. */
  readonly multiple?: number;
}

/**
 * Whole output channels of Conv and Gemm taken out, those whose weights are smallest (Li et al., Pruning Filters for
 * Efficient ConvNets, 2017), with all that reads them cut to fit. Channels that are added to each other go together.
 * Without training afterwards answers change much: what is lost is for the report to tell.
 */
export function pruneChannels(
  model: ModelProto,
  options: ChannelPruningOptions = {},
): { readonly model: ModelProto; readonly report: LayerReport } {
  const { share = 0.25, multiple = 8 } = options;
  const graph = model.graph as GraphProto;
  const left: LayerLeft[] = [];
  const chosen = new Set(chosenLayers(graph, options, left).map(({ name }) => name));
  const done: string[] = [];
  const kept = new Map<ChannelGroup, readonly number[]>();
  const groups = channelGroups(graph);
  for (const group of groups) {
    const names = group.producers.map(({ name }) => name);
    const places = chosenPlaces(group, share, multiple);
    const why =
      group.frozen ??
      (names.every((name) => chosen.has(name)) ? null : 'others that go with it are to stay') ??
      (places.length === group.size ? `it has only ${group.size} channels` : null);
    if (why === null) {
      kept.set(group, places);
      done.push(...names);
    } else for (const node of names) if (chosen.has(node)) left.push({ node, why });
  }
  const known = new Set(groups.flatMap(({ producers }) => producers.map(({ name }) => name)));
  for (const node of chosen)
    if (!known.has(node))
      left.push({ node, why: 'its channels are not those of Conv or Gemm, or belong to the layer before' });
  const bytesBefore = weightBytes(model);
  if (kept.size === 0) return { model, report: { done, left, bytesBefore, bytesAfter: bytesBefore } };
  const made = changed(model, { graph: cut(graph, kept) });
  return { model: made, report: { done, left, bytesBefore, bytesAfter: weightBytes(made) } };
}

/** Channels that stay, in order: the most important ones. */
function chosenPlaces({ size, producers }: ChannelGroup, share: number, multiple: number): readonly number[] {
  const wanted = Math.max(1, size - Math.floor(size * share));
  const rounded = size >= 2 * multiple ? Math.ceil(wanted / multiple) * multiple : wanted;
  const importance = new Float64Array(size);
  for (const layer of producers) {
    const sizes = channelSums(layer);
    const mean = sizes.reduce((sum, one) => sum + one, 0) / size || 1;
    for (let channel = 0; channel < size; channel++) importance[channel] += sizes[channel] / mean;
  }
  return [...importance.keys()]
    .sort((a, b) => importance[b] - importance[a] || a - b)
    .slice(0, Math.min(size, rounded))
    .sort((a, b) => a - b);
}

function channelSums({ weights, channels, inner }: WeightedLayer): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < weights.length; at++) sums[Math.floor(at / inner) % channels] += Math.abs(weights[at]);
  return sums;
}

function cut(graph: GraphProto, kept: ReadonlyMap<ChannelGroup, readonly number[]>): GraphProto {
  const cuts = new Map<TensorProto, Map<number, TensorUse[]>>();
  const counts = new Map<NodeProto, number>();
  for (const group of channelGroupsOf(kept)) {
    for (const use of group.uses) {
      const axes = cuts.get(use.tensor) ?? new Map<number, TensorUse[]>();
      axes.set(use.axis, [...(axes.get(use.axis) ?? []), use]);
      cuts.set(use.tensor, axes);
    }
    for (const node of group.depthwise) counts.set(node, kept.get(group)?.length ?? group.size);
  }
  const owners = new Map<TensorUse, ChannelGroup>();
  for (const group of channelGroupsOf(kept)) for (const use of group.uses) owners.set(use, group);
  const next = new Map<TensorProto, TensorProto>();
  for (const [tensor, axes] of cuts) {
    let now = tensor;
    for (const [axis, uses] of axes) now = takeAxis(now, axis, placesOf(now, axis, uses, owners, kept));
    next.set(tensor, now);
  }
  const written = withTensors(graph, next);
  return changed(written, {
    node: written.node.map((node, at) => {
      const count = counts.get(graph.node[at]);
      if (count === undefined) return node;
      const attribute = node.attribute.map((one) => (one.name === 'group' ? intAttribute('group', count) : one));
      return changed(node, { attribute });
    }),
    // Shapes that the file declares are those of before.
    valueInfo: [],
  });
}

function channelGroupsOf(kept: ReadonlyMap<ChannelGroup, readonly number[]>): readonly ChannelGroup[] {
  return [...kept.keys()];
}

/** Places on the axis that stay: all but those of channels that go. */
function placesOf(
  tensor: TensorProto,
  axis: number,
  uses: readonly TensorUse[],
  owners: ReadonlyMap<TensorUse, ChannelGroup>,
  kept: ReadonlyMap<ChannelGroup, readonly number[]>,
): readonly number[] {
  const stays = new Uint8Array(Number(tensor.dims[axis])).fill(1);
  for (const use of uses) {
    const group = owners.get(use);
    const places = group === undefined ? undefined : kept.get(group);
    if (group === undefined || places === undefined) continue;
    const from = use.inner * use.offset.reduce((sum, before) => sum + before.size, 0);
    stays.fill(0, from, from + use.inner * group.size);
    for (const place of places) stays.fill(1, from + use.inner * place, from + use.inner * (place + 1));
  }
  return [...stays.keys()].filter((place) => stays[place] === 1);
}

/** The tensor with only some places of one axis. */
export function takeAxis(tensor: TensorProto, axis: number, places: readonly number[]): TensorProto {
  const dims = tensor.dims.map(Number);
  const values = floatsOf(tensor) ?? new Float32Array(0);
  const inner = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = dims.slice(0, axis).reduce((a, b) => a * b, 1);
  const length = dims[axis];
  const result = new Float32Array(outer * places.length * inner);
  for (let o = 0; o < outer; o++)
    places.forEach((place, at) => {
      const from = (o * length + place) * inner;
      result.set(values.subarray(from, from + inner), (o * places.length + at) * inner);
    });
  return float32Tensor(
    tensor.name,
    dims.map((dim, at) => (at === axis ? places.length : dim)),
    result,
  );
}
