import { changed } from './change.ts';
import { type Constant, constantFinder, isMain, nameMaker, weightFault } from './constants.ts';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  TensorProto_DataType,
} from './gen/onnx-ml_pb.ts';
import { intAttribute, makeNode } from './makeNode.ts';
import { pruneUnused } from './prune.ts';
import { roundEven } from './quantiseMatrix.ts';
import { elementCount, float32Tensor, floatsOf, int8Tensor } from './tensorData.ts';

export interface TableOptions {
  /** Tables of fewer elements stay as they are. Default 4096. */
  readonly smallest?: number;
  /** Only these nodes, by name; all when left out. */
  readonly only?: ReadonlySet<string>;
  /** Never these. */
  readonly except?: ReadonlySet<string>;
}
export interface TableReport {
  /** Names of the nodes that look up, as in the file. */
  readonly done: readonly string[];
  readonly left: readonly { readonly node: string; readonly why: string }[];
}

const limit = 127;

/**
 * Tables that rows are looked up in (embeddings of words) as int8 with a scale for each row: Gather of the numbers and of
 * their scales, and their product. Most of a small language model is such a table. Operators of the standard alone; every
 * value and node keeps its name, and `model` is left as it is.
 */
export function quantiseTables(
  model: ModelProto,
  options: TableOptions = {},
): { readonly model: ModelProto; readonly report: TableReport } {
  const graph = model.graph as GraphProto;
  const find = constantFinder(graph);
  const fresh = nameMaker(graph);
  const left: { node: string; why: string }[] = [];
  const done: string[] = [];
  const added: TensorProto[] = [];
  const made = new Map<string, readonly [numbers: string, scales: string] | string>();
  const node = graph.node.flatMap((one): readonly NodeProto[] => {
    const constant = isLookup(one) ? find(one.input[0] ?? '') : null;
    if (constant === null) return [one];
    const name = one.name || `${one.output[0]}_${one.opType}`;
    const why = reasonToStay(name, constant, options);
    if (why !== null) {
      if (why !== '') left.push({ node: name, why });
      return [one];
    }
    const key = constant.names[0];
    let table = made.get(key);
    if (table === undefined) {
      table = written(constant, fresh, added);
      made.set(key, table);
    }
    if (typeof table === 'string') {
      left.push({ node: name, why: table });
      return [one];
    }
    done.push(name);
    return lookup(one, name, table, fresh);
  });
  if (done.length === 0) return { model, report: { done, left } };
  const next = changed(graph, { node, initializer: [...graph.initializer, ...added] });
  return { model: pruneUnused(changed(model, { graph: next })), report: { done, left } };
}

function isLookup({ domain, opType, attribute }: NodeProto): boolean {
  return isMain(domain) && opType === 'Gather' && (attribute.find(({ name }) => name === 'axis')?.i ?? 0n) === 0n;
}

/** In words; '' for tables that are too small to speak of. Null when it need not. */
function reasonToStay(
  name: string,
  { tensor, turned }: Constant,
  { smallest = 4096, only, except }: TableOptions,
): string | null {
  const elements = elementCount(tensor);
  if (tensor.dims.length !== 2 || elements < Math.max(1, smallest)) return '';
  if (weightFault(tensor) !== null) return tensor.dataType === TensorProto_DataType.FLOAT ? weightFault(tensor) : '';
  if (except?.has(name)) return 'it was excluded';
  if (only !== undefined && !only.has(name)) return 'it was not chosen';
  if (turned) return 'its table is turned before it is looked up in';
  // A row's scale costs four bytes.
  return tensor.dims[1] < 8n ? `its rows are of ${tensor.dims[1]} numbers, too short to gain by it` : null;
}

/** The names of numbers [rows, width] and of scales [rows, 1]; or why there are none. */
function written(
  { tensor, names }: Constant,
  fresh: (wanted: string) => string,
  added: TensorProto[],
): readonly [string, string] | string {
  const values = floatsOf(tensor);
  if (values === null) return 'its weights are not as many as their shape says';
  const [rows, width] = tensor.dims.map(Number);
  const numbers = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    let largest = 0;
    for (let at = from; at < from + width; at++) {
      const size = Math.abs(values[at]);
      if (!(size < Number.POSITIVE_INFINITY)) return 'its weights hold NaN or infinity';
      if (size > largest) largest = size;
    }
    const scale = Math.fround(largest / limit);
    // A row of zeros, or of numbers too small to divide by, stays zero under any scale.
    scales[row] = scale > 0 ? scale : 1;
    for (let at = from; at < from + width; at++)
      numbers[at] = Math.max(-limit, Math.min(limit, roundEven(values[at] / scales[row])));
  }
  const base = tensor.name || names[0];
  const made = [fresh(`${base}_int8`), fresh(`${base}_row_scale`)] as const;
  added.push(int8Tensor(made[0], [rows, width], numbers), float32Tensor(made[1], [rows, 1], scales));
  return made;
}

function lookup(
  { input: [, indices], output: [result] }: NodeProto,
  name: string,
  [numbers, scales]: readonly [string, string],
  fresh: (wanted: string) => string,
): readonly NodeProto[] {
  const [whole, float, scale] = ['int8', 'float', 'scale'].map((what) => fresh(`${result}_${what}`));
  return [
    makeNode('Gather', [numbers, indices], [whole], [], name),
    makeNode('Cast', [whole], [float], [intAttribute('to', TensorProto_DataType.FLOAT)], fresh(`${name}_cast`)),
    makeNode('Gather', [scales, indices], [scale], [], fresh(`${name}_scales`)),
    makeNode('Mul', [float, scale], [result], [], fresh(`${name}_scale`)),
  ];
}
