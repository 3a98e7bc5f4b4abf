import { create } from '@bufbuild/protobuf';
import { changed } from '../change.ts';
import { constantFinder, nameMaker, namesRead } from '../constants.ts';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
} from '../gen/onnx-ml_pb.ts';
import { intAttribute, makeNode } from '../makeNode.ts';
import { pruneUnused } from '../prune.ts';
import { transposed } from '../quantiseMatrix.ts';
import { float32Tensor, uint8Tensor } from '../tensorData.ts';
import { weightBytes } from '../weightBytes.ts';
import { quantiseBlocks } from './int4Blocks.ts';
import { isWeighted, layerOf, nodeName, type WeightedLayer } from './layers.ts';
import type { LayerReport } from './staticInt8.ts';
import { chosenLayers, type LayerChoice, type LayerLeft } from './staticPlan.ts';

export interface Int4Options extends LayerChoice {
  /** Numbers along the input that share a scale: a power of two from 16. Default 32. */
  readonly blockSize?: number;
  /** Without zero points: 16 steps around zero. Default true. */
  readonly symmetric?: boolean;
  /** Weights of fewer elements stay as they are. Default 4096. */
  readonly smallest?: number;
}

/**
 * Matrix products with constant weights as MatMulNBits of the domain com.microsoft, which ONNX Runtime has on most of its
 * providers and nothing else has: weights in 4 bits with a float scale for each block. Values keep their names, the
 * product its node's; `model` is left as it is.
 */
export function quantiseInt4(
  model: ModelProto,
  options: Int4Options = {},
): { readonly model: ModelProto; readonly report: LayerReport } {
  const { blockSize = 32, symmetric = true, smallest = 4096 } = options;
  const graph = model.graph as GraphProto;
  const left: LayerLeft[] = [];
  const products = chosenLayers(graph, options, left, ({ opType }) => opType !== 'Conv');
  for (const node of graph.node)
    if (isWeighted(node) && node.opType === 'Conv' && typeof layerOf(node, constantFinder(graph)) !== 'string')
      left.push({ node: nodeName(node), why: 'only matrix products have a form with 4-bit weights' });
  const fresh = nameMaker(graph);
  const added: TensorProto[] = [];
  const done: string[] = [];
  const byNode = new Map<NodeProto, WeightedLayer>();
  for (const layer of products) {
    if (layer.weights.length < smallest)
      left.push({ node: layer.name, why: `its ${layer.weights.length} weights are too few to gain by it` });
    else if (layer.weights.some((value) => !Number.isFinite(value)))
      left.push({ node: layer.name, why: 'its weights hold NaN or infinity' });
    else byNode.set(layer.node, layer);
  }
  const made = new Map<string, readonly string[]>();
  const node = graph.node.flatMap((one) => {
    const layer = byNode.get(one);
    if (layer === undefined) return [one];
    done.push(layer.name);
    let weights = made.get(weightsKey(layer));
    if (weights === undefined) {
      const tensors = blockTensors(layer, blockSize, symmetric, fresh);
      added.push(...tensors);
      weights = tensors.map(({ name }) => name);
      made.set(weightsKey(layer), weights);
    }
    return productNodes(layer, weights, blockSize, fresh);
  });
  const bytesBefore = weightBytes(model);
  if (done.length === 0) return { model, report: { done, left, bytesBefore, bytesAfter: bytesBefore } };
  const read = namesRead({ ...graph, node });
  const gone = new Set(graph.initializer.flatMap(({ name }) => (read.has(name) ? [] : [name])));
  const written = changed(graph, {
    node,
    initializer: [...graph.initializer.filter(({ name }) => !gone.has(name)), ...added],
    input: graph.input.filter(({ name }) => !gone.has(name)),
  });
  const result = pruneUnused(withMicrosoftDomain(changed(model, { graph: written })));
  return { model: result, report: { done, left, bytesBefore, bytesAfter: weightBytes(result) } };
}

function weightsKey({ constant, node, dims }: WeightedLayer): string {
  return JSON.stringify([constant.names[0], node.opType === 'Gemm' ? node.attribute.map(({ i }) => `${i}`) : [], dims]);
}

function blockTensors(
  layer: WeightedLayer,
  blockSize: number,
  symmetric: boolean,
  fresh: (wanted: string) => string,
): readonly TensorProto[] {
  const [rows, columns] = layer.dims;
  const { packed, scales, zeros } = quantiseBlocks(
    transposed(layer.weights, rows, columns),
    columns,
    rows,
    blockSize,
    symmetric,
  );
  const blocks = Math.ceil(rows / blockSize);
  const base = layer.constant.tensor.name || layer.constant.names[0];
  return [
    uint8Tensor(fresh(`${base}_int4`), [columns, blocks, blockSize / 2], packed),
    float32Tensor(fresh(`${base}_int4_scales`), [columns * blocks], scales),
    ...(zeros === null ? [] : [uint8Tensor(fresh(`${base}_int4_zero_points`), [zeros.length], zeros)]),
  ];
}

function productNodes(
  { node, name, dims, output, bias, input }: WeightedLayer,
  weights: readonly string[],
  blockSize: number,
  fresh: (wanted: string) => string,
): readonly NodeProto[] {
  const [rows, columns] = dims;
  const product = bias === null ? output : fresh(`${output}_product`);
  const attribute = [
    intAttribute('K', rows),
    intAttribute('N', columns),
    intAttribute('bits', 4),
    intAttribute('block_size', blockSize),
  ];
  const made = create(NodeProtoSchema, {
    opType: 'MatMulNBits',
    domain: 'com.microsoft',
    name,
    input: [input, ...weights],
    output: [product],
    attribute,
  });
  if (bias === null) return [made];
  return [made, makeNode('Add', [product, bias.name], [output], [], fresh(`${nodeName(node)}_bias`))];
}

function withMicrosoftDomain(model: ModelProto): ModelProto {
  if (model.opsetImport.some(({ domain }) => domain === 'com.microsoft')) return model;
  const own = create(OperatorSetIdProtoSchema, { domain: 'com.microsoft', version: 1n });
  return changed(model, { opsetImport: [...model.opsetImport, own] });
}
