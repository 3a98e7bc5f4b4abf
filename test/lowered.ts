import { InferenceSession, Tensor } from 'onnxruntime-node';
import { carriedOf, feedsOf, valueFrom } from '../core/define/carry.ts';
import type { Example, NodeDefinition, NodeFiles } from '../core/define/node.ts';
import { typeOf, type WireType } from '../core/kinds/type.ts';
import type { TensorValue, Value } from '../core/kinds/value.ts';
import { endName, lowerNode } from '../core/lower/lowerNode.ts';
import { writeModel } from '../core/onnx/read.ts';
import { defaultParams } from './test-node.ts';

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

/** A node's `lower` as a model, what it is fed with, and how its results are read. */
export interface LoweredGraph {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<string, TensorValue>>;
  /** In one batch. */
  readonly items: number;
  readonly oneItemBecause: readonly string[];
  readonly read: (results: Readonly<Record<string, TensorValue>>) => Pick<LoweredRun, 'outputs' | 'present'>;
}

/** Runs a node's `lower` on ONNX Runtime, for `items` equal items at once; gives the outputs of each. */
export function runLowered(node: NodeDefinition, call: LoweredCall, items = 1): Promise<LoweredRun> {
  return runLoweredItems(
    node,
    call,
    Array.from({ length: items }, () => call),
  );
}

/** The same for different items of the same sizes in one batch; a graph for one item at a time gets the first only. */
export async function runLoweredItems(
  node: NodeDefinition,
  call: LoweredCall,
  all: readonly Pick<LoweredCall, 'inputs' | 'present'>[],
): Promise<LoweredRun> {
  const { model, feeds, oneItemBecause, read } = loweredGraph(node, call, all);
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  try {
    const results = await session.run(
      Object.fromEntries(
        Object.entries(feeds).map(([name, { dtype, data, shape }]) => [
          name,
          new Tensor(dtype, data as never, [...shape]),
        ]),
      ),
    );
    const tensors = Object.entries(results).map(([name, { type, dims, data }]): [string, TensorValue] => [
      name,
      { kind: 'tensor', dtype: type, shape: [...dims], data } as TensorValue,
    ]);
    return { ...read(Object.fromEntries(tensors)), oneItemBecause };
  } finally {
    await session.release();
  }
}

/** The model for those items, not run yet. */
export function loweredGraph(
  node: NodeDefinition,
  call: LoweredCall,
  all: readonly Pick<LoweredCall, 'inputs' | 'present'>[],
): LoweredGraph {
  const { graph, lowered } = lowerNode({
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
  const items = alone ? all.slice(0, 1) : all;
  const feeds: Record<string, TensorValue> = {};
  for (const name of Object.keys(call.inputs)) {
    const each = items.map((item) => feedsOf(name, item.inputs[name], true));
    for (const key of Object.keys(each[0])) feeds[key] = batchOf(each.map((tensors) => tensors[key]));
  }
  for (const name of Object.keys(call.present ?? {})) {
    const there = Uint8Array.from(items, (item) => Number(item.present?.[name] ?? true));
    feeds[`${name}.present`] = { kind: 'tensor', dtype: 'bool', shape: [items.length], data: there };
  }
  const wanted = new Set(graph.model.graph?.input.map(({ name }) => name));
  const read: LoweredGraph['read'] = (results) => {
    const outputs = items.map((_, item) => {
      const tensors: Record<string, TensorValue> = {};
      for (const [name, tensor] of Object.entries(results)) tensors[name] = itemOf(tensor, item, items.length);
      return Object.fromEntries(
        Object.entries(lowered).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, valueFrom(endName(name, call.inputs), carriedOf(value), tensors, true)]],
        ),
      );
    });
    const present = outputs.map((_, item) =>
      Object.fromEntries(
        Object.keys(lowered).flatMap((name) => {
          const tensor = results[`${endName(name, call.inputs)}.present`];
          return tensor === undefined ? [] : [[name, tensor.data[item] === 1]];
        }),
      ),
    );
    return { outputs, present };
  };
  return {
    model: writeModel(graph.model),
    feeds: Object.fromEntries(Object.entries(feeds).filter(([name]) => wanted.has(name))),
    items: items.length,
    oneItemBecause: graph.oneItemBecause,
    read,
  };
}

function typesOf(values: Readonly<Record<string, Value>>): Readonly<Record<string, WireType>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeOf(value)]));
}

/** The tensors of several items, one behind the other along N. */
function batchOf(tensors: readonly TensorValue[]): TensorValue {
  const [{ dtype, shape, data }] = tensors;
  if (dtype === 'string') throw new Error('no lowered graph takes text');
  if (tensors.length === 1) return tensors[0];
  const Typed = data.constructor as new (length: number) => Float32Array;
  const all = new Typed(data.length * tensors.length);
  tensors.forEach((tensor, item) => {
    if (tensor.shape.join() !== shape.join()) throw new Error('items of one batch have one shape');
    all.set(tensor.data as Float32Array, item * data.length);
  });
  return { kind: 'tensor', dtype, shape: [tensors.length, ...shape.slice(1)], data: all } as TensorValue;
}

function itemOf(tensor: TensorValue, item: number, count: number): TensorValue {
  const { dtype, shape, data } = tensor;
  if (count > 1 && shape[0] !== count)
    throw new Error(`${count} items went in, and a tensor of shape [${shape}] came out`);
  if (count === 1) return tensor;
  const size = data.length / count;
  return {
    kind: 'tensor',
    dtype,
    shape: [1, ...shape.slice(1)],
    data: data.slice(item * size, (item + 1) * size),
  } as TensorValue;
}
