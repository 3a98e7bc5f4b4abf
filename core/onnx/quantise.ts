import { create } from '@bufbuild/protobuf';
import { type Constant, constantFinder, isMain, matrixOf, nameMaker, namesRead, weightFault } from './constants.ts';
import {
  AttributeProto_AttributeType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
} from './gen/onnx-ml_pb.ts';
import { graphsOf } from './graphs.ts';
import { type Bias, gemmOf, isProduct, type Product, plainProduct } from './product.ts';
import { type QuantisedMatrix, quantiseColumns } from './quantiseMatrix.ts';
import { quantiseTables } from './quantiseTables.ts';
import { operatorName } from './signature.ts';
import { elementCount, float32Tensor, int8Tensor } from './tensorData.ts';
import { weightBytes } from './weightBytes.ts';

export interface QuantiseOptions {
  /** Of the weights; see `quantiseColumns` for why seven. Default 7. */
  readonly bits?: 7 | 8;
  /** Weights of fewer elements stay as they are: what is saved would not pay for finding the range. Default 4096. */
  readonly smallest?: number;
  /** Only these nodes, by name; all when left out. */
  readonly only?: ReadonlySet<string>;
  /** Never these. */
  readonly except?: ReadonlySet<string>;
}

export interface QuantiseReport {
  /** Names of the nodes, as in the file. */
  readonly quantised: readonly string[];
  /** Nodes with float weights that stayed as they are. */
  readonly left: readonly { readonly node: string; readonly why: string }[];
  /** Of all initialisers and constants. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** DynamicQuantizeLinear came in opset 11. */
const leastOpset = 11;

/**
 * Dynamic quantisation to int8: products with constant float32 weights become
 * DynamicQuantizeLinear → MatMulInteger → Cast → Mul, the form that ONNX Runtime's own tool writes and its optimiser
 * fuses. Activations get their scale from each tensor at run time, weights one for each output column. The result of
 * each node keeps its name, and the integer product the node's. Tables that words are looked up in become int8 with a
 * scale for each row. `model` is left as it is; graphs inside nodes and functions are left alone, and told.
 */
export function quantiseDynamic(
  model: ModelProto,
  options: QuantiseOptions = {},
): { readonly model: ModelProto; readonly report: QuantiseReport } {
  const graph = model.graph as GraphProto;
  const left: { node: string; why: string }[] = [];
  const opset = model.opsetImport.find((o) => isMain(o.domain))?.version ?? 0n;
  const old = opset < leastOpset ? `the model is of opset ${opset}, and this needs ${leastOpset}` : null;
  const work = new Rewriting(graph, options);
  for (const node of graph.node) {
    const stays = isProduct(node) ? (old ?? notChosen(nameOf(node), options)) : null;
    const why = stays === null ? work.take(node) : work.keep(node, stays);
    if (why !== null) left.push({ node: nameOf(node), why });
    left.push(...insideOf(node));
  }
  for (const { name, node } of model.functions)
    for (const inner of node)
      if (isProduct(inner)) left.push({ node: nameOf(inner), why: `it is in the function "${name}"` });
  const changed = work.quantised.length === 0 ? model : { ...model, graph: work.finish() };
  const tables = quantiseTables(changed, options);
  const quantised = [...work.quantised, ...tables.report.done];
  left.push(...tables.report.left);
  const [bytesBefore, bytesAfter] = [weightBytes(model), weightBytes(tables.model)];
  return { model: tables.model, report: { quantised, left, bytesBefore, bytesAfter } };
}

class Rewriting {
  readonly quantised: string[] = [];
  private readonly graph: GraphProto;
  private readonly bits: 7 | 8;
  private readonly smallest: number;
  private readonly find: (name: string) => Constant | null;
  private readonly fresh: (wanted: string) => string;
  private readonly nodes: NodeProto[] = [];
  private readonly added: TensorProto[] = [];
  /** Quantised activations and weights by what they are made of: a value that several nodes read is done once. */
  private readonly activations = new Map<string, readonly [numbers: string, scale: string, zero: string]>();
  private readonly weights = new Map<string, readonly [numbers: string, scale: string] | string>();
  /** Values that fed quantised weights, and may now be read by nobody. */
  private readonly spent = new Set<string>();

  constructor(graph: GraphProto, { bits = 7, smallest = 4096 }: QuantiseOptions) {
    this.graph = graph;
    this.bits = bits;
    this.smallest = smallest;
    this.find = constantFinder(graph);
    this.fresh = nameMaker(graph);
  }

  /** Writes the node, quantised if it can be; else says why it has to stay, null when there is nothing to say. */
  take(node: NodeProto): string | null {
    if (!isProduct(node)) return this.keep(node, this.otherWeights(node));
    const constant = this.find(node.input[1] ?? '');
    if (this.find(node.input[0] ?? '') !== null) return this.keep(node, 'its left side is constant');
    if (constant === null) return this.keep(node, null);
    const gemm = node.opType === 'Gemm' ? gemmOf(node, this.find) : plainProduct;
    if (typeof gemm === 'string') return this.keep(node, gemm);
    const weights = this.weightsFor(constant, gemm);
    if (typeof weights === 'string') return this.keep(node, weights);
    this.write(node, weights, gemm);
    for (const name of constant.names) this.spent.add(name);
    this.quantised.push(nameOf(node));
    return null;
  }

  keep(node: NodeProto, why: string | null): string | null {
    this.nodes.push(node);
    return why;
  }

  /** The graph with what was written, without what nobody reads any more. */
  finish(): GraphProto {
    let node = this.nodes;
    for (;;) {
      const read = namesRead({ ...this.graph, node });
      const useful = node.filter((n) => !n.output.every((name) => this.spent.has(name) && !read.has(name)));
      if (useful.length === node.length) {
        const gone = (name: string) => this.spent.has(name) && !read.has(name);
        return {
          ...this.graph,
          node,
          initializer: [...this.graph.initializer.filter(({ name }) => !gone(name)), ...this.added],
          // Files of IR version 3 list their initialisers as inputs too.
          input: this.graph.input.filter(({ name }) => !gone(name)),
          valueInfo: this.graph.valueInfo.filter(({ name }) => !gone(name)),
        };
      }
      node = useful;
    }
  }

  private weightsFor(constant: Constant, gemm: Product): readonly [string, string] | string {
    const { alpha, transposed } = gemm;
    const key = JSON.stringify([constant.names[0], transposed, alpha]);
    const known = this.weights.get(key);
    if (known !== undefined) return known;
    const made = this.quantise(constant, transposed, alpha);
    if (typeof made !== 'string') {
      const base = constant.tensor.name || (constant.names[0] as string);
      const names = [this.fresh(`${base}_int8`), this.fresh(`${base}_scale`)] as const;
      this.added.push(int8Tensor(names[0], [made.rows, made.columns], made.numbers));
      this.added.push(float32Tensor(names[1], [made.columns], made.scales));
      this.weights.set(key, names);
      return names;
    }
    this.weights.set(key, made);
    return made;
  }

  private quantise(
    constant: Constant,
    turn: boolean,
    alpha: number,
  ): (QuantisedMatrix & { readonly rows: number; readonly columns: number }) | string {
    const { smallest, bits } = this;
    const matrix = matrixOf(constant, turn);
    if (typeof matrix === 'string') return matrix;
    const { values, rows, columns } = matrix;
    if (values.length < smallest) return `its ${values.length} weights are too few to gain by it`;
    const made = quantiseColumns(values, rows, columns, bits, alpha);
    return made === null ? 'its weights hold NaN or infinity' : { ...made, rows, columns };
  }

  private write(node: NodeProto, [numbers, scale]: readonly [string, string], gemm: Product): void {
    const name = nameOf(node);
    const [activation] = node.input;
    const [result] = node.output;
    let quantised = this.activations.get(activation);
    if (quantised === undefined) {
      quantised = [
        this.fresh(`${activation}_uint8`),
        this.fresh(`${activation}_scale`),
        this.fresh(`${activation}_zero_point`),
      ];
      this.activations.set(activation, quantised);
      this.nodes.push(operator('DynamicQuantizeLinear', this.fresh(`${name}_quantise`), [activation], quantised));
    }
    const [a, aScale, aZero] = quantised;
    const part = (what: string) => this.fresh(`${result}_${what}`);
    const [whole, float, scales] = [part('int32'), part('float'), part('scale')];
    const scaled = gemm.bias === null ? result : part('product');
    this.nodes.push(
      operator('MatMulInteger', name, [a, numbers, aZero], [whole]),
      operator('Cast', this.fresh(`${name}_cast`), [whole], [float], { to: TensorProto_DataType.FLOAT }),
      operator('Mul', this.fresh(`${name}_scales`), [aScale, scale], [scales]),
      operator('Mul', this.fresh(`${name}_scale`), [float, scales], [scaled]),
    );
    if (gemm.bias === null) return;
    this.nodes.push(operator('Add', this.fresh(`${name}_bias`), [scaled, this.biasOf(gemm.bias)], [result]));
  }

  private biasOf({ name, values, dims, beta }: Bias): string {
    if (beta === 1 || values === null) return name;
    const scaled = this.fresh(`${name}_scaled`);
    this.added.push(
      float32Tensor(
        scaled,
        dims,
        values.map((x) => x * beta),
      ),
    );
    return scaled;
  }

  /** Why a node of another kind keeps its weights; null when it has none worth mentioning. */
  private otherWeights(node: NodeProto): string | null {
    if (!isMain(node.domain) && node.domain !== 'com.microsoft') return null;
    // Tables come after: see `quantiseTables`.
    if (isMain(node.domain) && node.opType === 'Gather') return null;
    const large = node.input.some((name) => {
      const tensor = this.graph.initializer.find((initializer) => initializer.name === name);
      return tensor !== undefined && weightFault(tensor) === null && elementCount(tensor) >= this.smallest;
    });
    return large ? `weights of ${operatorName(node.domain, node.opType)} are not quantised` : null;
  }
}

function notChosen(name: string, { only, except }: QuantiseOptions): string | null {
  if (except?.has(name)) return 'it was excluded';
  return only === undefined || only.has(name) ? null : 'it was not chosen';
}

/** Products in graphs inside a node: they stay as they are. */
function insideOf(node: NodeProto): readonly { node: string; why: string }[] {
  return [...graphsOf(node)].flatMap((graph) =>
    graph.node.flatMap((inner) => [
      ...(isProduct(inner) ? [{ node: nameOf(inner), why: `it is in a graph inside "${nameOf(node)}"` }] : []),
      ...insideOf(inner),
    ]),
  );
}

function nameOf(node: NodeProto): string {
  return node.name || `${node.output[0]}_${node.opType}`;
}

function operator(
  opType: string,
  name: string,
  input: readonly string[],
  output: readonly string[],
  ints: Readonly<Record<string, number>> = {},
): NodeProto {
  const attribute = Object.entries(ints).map(([key, i]) => ({
    name: key,
    type: AttributeProto_AttributeType.INT,
    i: BigInt(i),
  }));
  return create(NodeProtoSchema, { opType, name, input: [...input], output: [...output], attribute });
}
