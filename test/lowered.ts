import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Example, NodeDefinition, NodeFiles } from '../core/define/node.ts';
import { typeOf, type WireType } from '../core/kinds/type.ts';
import type { TensorValue, Value } from '../core/kinds/value.ts';
import { feedsOf, valueFrom } from '../core/lower/carry.ts';
import { lowerNode } from '../core/lower/lowerNode.ts';
import { writeModel } from '../core/onnx/read.ts';
import { defaultParams } from './test-node.ts';

type Tensors = Readonly<Record<string, TensorValue>>;
export interface LoweredCall {
  readonly params?: Example['params'];
  readonly inputs: Readonly<Record<string, Value>>;
  /** What the node itself gave: its outputs' types. */
  readonly outputs: Readonly<Record<string, Value>>;
  readonly files?: NodeFiles;
  /** Inputs whose modality may be missing, and whether it is. A missing one needs a value all the same, of the right type. */
  readonly present?: Readonly<Record<string, boolean>>;
  readonly bytes?: (param: string) => Uint8Array;
  /** What `check` knows of the inputs; all of it unless given. */
  readonly types?: Readonly<Record<string, WireType>>;
}
export interface LoweredRun {
  readonly outputs: readonly Record<string, Value>[];
  /** For each item, of outputs that may fail: whether there is a value. */
  readonly present: readonly Readonly<Record<string, boolean>>[];
  readonly oneItemBecause: readonly string[];
}

/** Runs a node's `lower` on ONNX Runtime, for `items` equal items at once; gives the outputs of each. */
export async function runLowered(node: NodeDefinition, call: LoweredCall, items = 1): Promise<LoweredRun> {
  const { graph, lowered, names } = lowerNode({
    definition: node,
    params: defaultParams(node, call.params),
    files: call.files ?? {},
    inputs: { ...typesOf(call.inputs), ...call.types },
    outputs: typesOf(call.outputs),
    maybe: Object.keys(call.present ?? {}),
    bytes: call.bytes ?? (() => new Uint8Array(0)),
  });
  // What nothing comes into, or what asks for it, is for one item.
  const alone = graph.oneItemBecause.length > 0 || Object.keys(call.inputs).length === 0;
  const count = alone ? 1 : items;
  const feeds: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(call.inputs))
    for (const [key, tensor] of Object.entries(feedsOf(name, value, true))) feeds[key] = toRuntime(tensor, count);
  for (const [name, there] of Object.entries(call.present ?? {}))
    feeds[`${name}.present`] = new Tensor(
      'bool',
      Uint8Array.from({ length: count }, () => Number(there)),
      [count],
    );
  const session = await InferenceSession.create(writeModel(graph.model), { logSeverityLevel: 3 });
  try {
    const wanted = new Set(session.inputNames);
    const results = await session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.has(name))));
    const outputs = Array.from({ length: count }, (_, item) => {
      const tensors: Record<string, TensorValue> = {};
      for (const [name, tensor] of Object.entries(results)) tensors[name] = itemOf(tensor, item, count);
      return Object.fromEntries(
        Object.entries(lowered).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, valueFrom(names[name], value, tensors, true)]],
        ),
      );
    });
    const present = outputs.map((_, item) =>
      Object.fromEntries(
        Object.keys(lowered).flatMap((name) => {
          const tensor = results[`${names[name]}.present`];
          return tensor === undefined ? [] : [[name, tensor.data[item] === 1]];
        }),
      ),
    );
    return { outputs, present, oneItemBecause: graph.oneItemBecause };
  } finally {
    await session.release();
  }
}

function typesOf(values: Readonly<Record<string, Value>>): Readonly<Record<string, WireType>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeOf(value)]));
}

/** The same item several times over along N. */
function toRuntime(tensor: Tensors[string], count: number): Tensor {
  if (tensor.dtype === 'string') throw new Error('no lowered graph takes text');
  const { data, shape, dtype } = tensor;
  if (count === 1) return new Tensor(dtype, data as never, [...shape]);
  const Typed = data.constructor as new (length: number) => Float32Array;
  const all = new Typed(data.length * count);
  for (let item = 0; item < count; item++) all.set(data as Float32Array, item * data.length);
  return new Tensor(dtype, all as never, [count, ...shape.slice(1)]);
}

function itemOf(tensor: Tensor, item: number, count: number): TensorValue {
  const size = tensor.size / count;
  const data = count === 1 ? tensor.data : (tensor.data as Float32Array).slice(item * size, (item + 1) * size);
  const shape = count === 1 ? [...tensor.dims] : [1, ...tensor.dims.slice(1)];
  return { kind: 'tensor', dtype: tensor.type, shape, data } as TensorValue;
}
