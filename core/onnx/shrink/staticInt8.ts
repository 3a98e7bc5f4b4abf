import { changed } from '../change.ts';
import { nameMaker, namesRead } from '../constants.ts';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from '../gen/onnx-ml_pb.ts';
import { intAttribute, makeNode } from '../makeNode.ts';
import { opsetsOf } from '../operatorChanges.ts';
import { convertOpsets } from '../opsets.ts';
import { pruneUnused } from '../prune.ts';
import { float32Tensor, int8Tensor, int32Tensor, uint8Tensor } from '../tensorData.ts';
import { weightBytes } from '../weightBytes.ts';
import type { WeightedLayer } from './layers.ts';
import {
  type ActivationType,
  channelSizes,
  leastScalesFor,
  type Quantisation,
  quantisationOf,
  quantiseBias,
  quantiseChannels,
  type Range,
} from './quantisation.ts';
import { type LayerChoice, type LayerLeft, planStatic, type StaticPlan, sourceOf } from './staticPlan.ts';

export interface StaticOptions extends LayerChoice {
  /** Of the weights: 7 where the processor adds pairs of products in 16 bits (see `quantiseColumns`). Default 7. */
  readonly bits?: 7 | 8;
}
export interface LayerReport {
  /** Names of the layers, as in the file. */
  readonly done: readonly string[];
  readonly left: readonly LayerLeft[];
  /** Of all initialisers and constants. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}
export type Ranges = ReadonlyMap<string, Range>;

/** Scales for each channel came in opset 13, with IR version 7. */
const leastOpset = 13;
const leastIr = 7n;

/** The model in a form that `quantiseStatic` can change: of an opset that has scales for each channel. */
export function readyForStatic(model: ModelProto, name: string): ModelProto {
  const { '': opset = leastOpset } = opsetsOf(model.opsetImport);
  const converted = opset >= leastOpset ? model : convertOpsets(model, { '': leastOpset }, name);
  return converted.irVersion >= leastIr ? converted : changed(converted, { irVersion: leastIr });
}

/** Values whose range `quantiseStatic` needs to know with these options, or with fewer layers. */
export function tensorsToObserve(model: ModelProto, options: StaticOptions): readonly string[] {
  // Those that share another's scale too: without the layer before them they have one of their own.
  return [...planStatic(model.graph as GraphProto, options).tensors];
}

/**
 * Static quantisation to int8 in the QDQ form: Conv, MatMul and Gemm with constant weights, and the additions,
 * multiplications and poolings between them. Weights get a scale for each channel, activations one for each tensor, from
 * the `ranges` that were seen. The form is that of ONNX Runtime's own tool, whose pairs its optimiser fuses. Every value
 * keeps its name; `model`, which must be `readyForStatic`, is left as it is.
 */
export function quantiseStatic(
  model: ModelProto,
  ranges: Ranges,
  options: StaticOptions = {},
): { readonly model: ModelProto; readonly report: LayerReport } {
  const graph = model.graph as GraphProto;
  const { plan, left } = settledPlan(graph, ranges, options);
  const done = plan.layers.map(({ name }) => name);
  const bytesBefore = weightBytes(model);
  if (done.length === 0) return { model, report: { done, left, bytesBefore, bytesAfter: bytesBefore } };
  const made = pruneUnused(changed(model, { graph: new Writing(graph, plan, ranges, options).write() }));
  return { model: made, report: { done, left, bytesBefore, bytesAfter: weightBytes(made) } };
}

/** The plan without layers whose values cannot be put in 8 bits, which others may hang on: planned again until all can. */
function settledPlan(
  graph: GraphProto,
  ranges: Ranges,
  options: StaticOptions,
): { readonly plan: StaticPlan; readonly left: readonly LayerLeft[] } {
  const except = new Set(options.except);
  const faults: LayerLeft[] = [];
  for (;;) {
    const plan = planStatic(graph, { ...options, except });
    const faulty = plan.layers.flatMap((layer) => {
      const why = faultOf(layer, plan, ranges, options);
      return why === null ? [] : [{ node: layer.name, why }];
    });
    if (faulty.length === 0) {
      const known = new Set(faults.map(({ node }) => node));
      return { plan, left: [...plan.left.filter(({ node }) => !known.has(node)), ...faults] };
    }
    for (const fault of faulty) {
      except.add(fault.node);
      faults.push(fault);
    }
  }
}

function faultOf(layer: WeightedLayer, plan: StaticPlan, ranges: Ranges, { bits = 7 }: StaticOptions): string | null {
  const { weights, channels, inner } = layer;
  if (quantiseChannels(weights, channels, inner, bits) === null) return 'its weights hold NaN or infinity';
  if (layer.bias?.values.some((value) => !Number.isFinite(value))) return 'its bias holds NaN or infinity';
  for (const name of [layer.input, layer.output]) {
    if (!plan.tensors.has(name)) continue;
    const range = ranges.get(sourceOf(plan.alike, name));
    if (range === undefined) return `the range of "${name}" is not known`;
    if (!Number.isFinite(range.min) || !Number.isFinite(range.max)) return `"${name}" held NaN or infinity`;
  }
  return null;
}

class Writing {
  readonly #graph: GraphProto;
  readonly #plan: StaticPlan;
  readonly #ranges: Ranges;
  readonly #type: ActivationType;
  readonly #bits: 7 | 8;
  readonly #fresh: (wanted: string) => string;
  readonly #added: TensorProto[] = [];
  readonly #nodes: NodeProto[] = [];
  readonly #scales = new Map<string, readonly [scale: string, zero: string]>();
  readonly #weights = new Map<string, { readonly name: string; readonly scales: Float32Array }>();

  constructor(graph: GraphProto, plan: StaticPlan, ranges: Ranges, { activations = 'uint8', bits = 7 }: StaticOptions) {
    this.#graph = graph;
    this.#plan = plan;
    this.#ranges = ranges;
    this.#type = activations;
    this.#bits = bits;
    this.#fresh = nameMaker(graph);
  }

  write(): GraphProto {
    const { tensors, layers, followers } = this.#plan;
    const byNode = new Map(layers.map((layer) => [layer.node, layer]));
    const working = new Set<NodeProto>([...followers, ...byNode.keys()]);
    // Values from outside keep their name for those who take them as they are.
    const given = new Map<string, string>();
    const made = new Set(this.#graph.node.flatMap((node) => node.output));
    for (const name of tensors) {
      if (made.has(name)) continue;
      const inEight = this.#fresh(`${name}_dequantised`);
      given.set(name, inEight);
      this.#pair(name, name, inEight);
    }
    for (const node of this.#graph.node) {
      const layer = byNode.get(node);
      const input = working.has(node) ? node.input.map((name) => given.get(name) ?? name) : [...node.input];
      const outputs = node.output.map((name) => (tensors.has(name) ? this.#fresh(`${name}_float`) : name));
      const inner = layer === undefined ? { input } : this.#layer(layer, input[0]);
      this.#nodes.push(changed(node, { ...inner, output: outputs }));
      node.output.forEach((name, at) => {
        if (tensors.has(name)) this.#pair(name, outputs[at], name);
      });
    }
    const node = this.#nodes;
    const read = namesRead({ ...this.#graph, node });
    const initializer = this.#graph.initializer.filter(({ name }) => read.has(name));
    const gone = new Set(this.#graph.initializer.flatMap(({ name }) => (read.has(name) ? [] : [name])));
    // Files of IR version 3 list their initialisers as inputs too.
    const inputs = this.#graph.input.filter(({ name }) => !gone.has(name));
    return changed(this.#graph, { node, input: inputs, initializer: [...initializer, ...this.#added] });
  }

  /** `from` in 8 bits and back, as `to`. */
  #pair(name: string, from: string, to: string): void {
    const [scale, zero] = this.#scalesOf(sourceOf(this.#plan.alike, name));
    const numbers = this.#fresh(`${name}_${this.#type}`);
    this.#nodes.push(
      makeNode('QuantizeLinear', [from, scale, zero], [numbers], [], this.#fresh(`${name}_QuantizeLinear`)),
      makeNode('DequantizeLinear', [numbers, scale, zero], [to], [], this.#fresh(`${name}_DequantizeLinear`)),
    );
  }

  #quantisation(name: string): Quantisation {
    return quantisationOf(this.#ranges.get(sourceOf(this.#plan.alike, name)) ?? { min: 0, max: 0 }, this.#type);
  }

  #scalesOf(name: string): readonly [string, string] {
    const known = this.#scales.get(name);
    if (known !== undefined) return known;
    const { scale, zero } = this.#quantisation(name);
    const names = [this.#fresh(`${name}_scale`), this.#fresh(`${name}_zero_point`)] as const;
    this.#added.push(
      float32Tensor(names[0], [], Float32Array.of(scale)),
      this.#type === 'uint8'
        ? uint8Tensor(names[1], [], Uint8Array.of(zero))
        : int8Tensor(names[1], [], Int8Array.of(zero)),
    );
    this.#scales.set(name, names);
    return names;
  }

  #layer(layer: WeightedLayer, input: string): Pick<NodeProto, 'input' | 'attribute'> {
    const { scale } = this.#quantisation(layer.input);
    const weights = this.#weightsOf(layer, scale);
    const bias = layer.bias === null ? [] : [this.#biasOf(layer.bias.values, layer, weights.scales, scale)];
    // Written in the order [in, out], whatever it was in before.
    const attribute = layer.node.attribute.filter(({ name }) => layer.node.opType !== 'Gemm' || name !== 'transB');
    return { input: [input, weights.name, ...bias], attribute };
  }

  #weightsOf(layer: WeightedLayer, activation: number): { readonly name: string; readonly scales: Float32Array } {
    const { weights, channels, inner, bias, dims, axis, constant } = layer;
    const least =
      bias === null ? null : leastScalesFor(bias.values, channelSizes(weights, channels, inner), activation);
    const key = JSON.stringify([constant.names[0], axis, least === null ? null : [...least]]);
    const known = this.#weights.get(key);
    if (known !== undefined) return known;
    const made = quantiseChannels(weights, channels, inner, this.#bits, least);
    const base = constant.tensor.name || constant.names[0];
    const numbers = this.#fresh(`${base}_int8`);
    const { scales } = made ?? { scales: new Float32Array(channels) };
    this.#added.push(int8Tensor(numbers, dims, made?.numbers ?? new Int8Array(weights.length)));
    const name = this.#constant(base, numbers, scales, int8Tensor('', [channels], new Int8Array(channels)), axis);
    const entry = { name, scales };
    this.#weights.set(key, entry);
    return entry;
  }

  #biasOf(values: Float32Array, layer: WeightedLayer, weightScales: Float32Array, activation: number): string {
    const { numbers, scales } = quantiseBias(values, weightScales, activation);
    const base = layer.bias?.name ?? `${layer.name}_bias`;
    const name = this.#fresh(`${base}_int32`);
    this.#added.push(int32Tensor(name, [numbers.length], numbers));
    return this.#constant(base, name, scales, int32Tensor('', [numbers.length], new Int32Array(numbers.length)), 0);
  }

  /** A constant in whole numbers made float again: what stands in the graph, and the runtime takes together. */
  #constant(base: string, numbers: string, scales: Float32Array, zero: TensorProto, axis: number): string {
    const [scaleName, zeroName] = [this.#fresh(`${numbers}_scale`), this.#fresh(`${numbers}_zero_point`)];
    const name = this.#fresh(`${base}_dequantised`);
    this.#added.push(float32Tensor(scaleName, [scales.length], scales), changed(zero, { name: zeroName }));
    this.#nodes.push(
      makeNode(
        'DequantizeLinear',
        [numbers, scaleName, zeroName],
        [name],
        [intAttribute('axis', axis)],
        this.#fresh(`${base}_DequantizeLinear`),
      ),
    );
    return name;
  }
}
