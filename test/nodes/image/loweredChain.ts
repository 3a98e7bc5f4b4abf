import { InferenceSession, Tensor } from 'onnxruntime-node';
import { carriedOf, valueFrom } from '../../../core/define/carry.ts';
import type { Lowered } from '../../../core/define/lower.ts';
import type { NodeDefinition } from '../../../core/define/node.ts';
import { anyType, typeOf, type WireType } from '../../../core/kinds/type.ts';
import { channelsOf, type ImageValue, type Json, type TensorValue, type Value } from '../../../core/kinds/value.ts';
import { batchName, inputOf, outputsOf } from '../../../core/lower/edges.ts';
import { GraphBuilder } from '../../../core/onnx/graphBuilder.ts';
import { writeModel } from '../../../core/onnx/read.ts';
import { callNode, defaultParams } from '../../test-node.ts';

export interface Step {
  readonly node: NodeDefinition;
  readonly params: Readonly<Record<string, Json>>;
  /** Which earlier result each input takes, by its place in the chain; 0 is the picture. The one before unless given. */
  readonly inputs?: Readonly<Record<string, number | Value>>;
}

/** The nodes run one after the other; the picture first, then what each gives. */
export async function runSteps(image: ImageValue, steps: readonly Step[]): Promise<readonly Value[]> {
  const values: Value[] = [image];
  for (const { node, params, inputs } of steps) {
    const given: Record<string, Value> = {};
    for (const [port, source] of Object.entries(inputs ?? { [onlyPort(node)]: values.length - 1 }))
      given[port] = typeof source === 'number' ? values[source] : source;
    const results = Object.values(await callNode(node, { params, inputs: given }));
    const [result] = results;
    if (result === undefined || !('kind' in result)) throw new Error(`${node.type} gives no value`);
    values.push(result);
  }
  return values;
}

/** All of it in one graph, of a picture of which all is known or only the colour; the last result for each of `items`. */
export async function runGraph(
  image: ImageValue,
  steps: readonly Step[],
  known: boolean,
  items = 1,
): Promise<readonly Value[]> {
  const onnx = new GraphBuilder(batchName);
  const type: WireType = known ? typeOf(image) : { ...anyType.image, colour: image.colour };
  const feeds: Record<string, Tensor> = { image: pixelsOf(image, items) };
  const made: { readonly lowered: Lowered; readonly type: WireType }[] = [
    { lowered: inputOf(onnx, 'image', type, batchName, false), type },
  ];
  for (const { node, params, inputs } of steps) {
    const given: Record<string, Lowered> = {};
    const types: Record<string, WireType> = {};
    for (const [port, source] of Object.entries(inputs ?? { [onlyPort(node)]: made.length - 1 })) {
      const from = typeof source === 'number' ? made[source] : outside(onnx, port, source, feeds);
      given[port] = from.lowered;
      types[port] = from.type;
    }
    const full = defaultParams(node, params);
    const problems: string[] = [];
    const inferred = node.infer({
      inputs: types,
      params: full,
      files: {},
      dims: {},
      report: (code) => problems.push(code),
    });
    if (problems.length > 0 || node.lower === null) throw new Error(`${node.type}: ${problems.join(', ')}`);
    const bytes = () => new Uint8Array(0);
    const results = node.lower({ onnx, inputs: given, params: full, files: {}, types, present: {}, bytes });
    const [[port, result]] = Object.entries(results);
    if (result === undefined) throw new Error(`${node.type} gives nothing`);
    made.push({ lowered: result, type: inferred[port] });
  }
  const last = made[made.length - 1];
  for (const edge of outputsOf('last', last.lowered, last.type, batchName, true))
    onnx.output(edge.name, edge.value, null);
  const session = await InferenceSession.create(writeModel(onnx.build('chain').model), { logSeverityLevel: 3 });
  try {
    const wanted = Object.entries(feeds).filter(([name]) => session.inputNames.includes(name));
    const results = await session.run(Object.fromEntries(wanted));
    return Array.from({ length: items }, (_, item) => {
      const tensors = Object.entries(results).map(([name, tensor]) => [name, itemOf(tensor, item, items)] as const);
      return valueFrom('last', carriedOf(last.lowered), Object.fromEntries(tensors), true);
    });
  } finally {
    await session.release();
  }
}

function onlyPort(node: NodeDefinition): string {
  const [port] = Object.keys(node.inputs(defaultParams(node), {}));
  return port;
}

/** A tensor that comes into the graph beside the picture, for one item. */
function outside(onnx: GraphBuilder, port: string, value: Value, feeds: Record<string, Tensor>) {
  if (value.kind !== 'tensor' || value.dtype !== 'float32') throw new Error('only float32 tensors come in');
  const type = typeOf(value);
  feeds[port] = new Tensor('float32', value.data, [1, ...value.shape]);
  return { lowered: inputOf(onnx, port, type, batchName, false), type };
}

function pixelsOf({ data, width, height, colour }: ImageValue, items: number): Tensor {
  const all = new Uint8Array(data.length * items);
  for (let item = 0; item < items; item++) all.set(data, item * data.length);
  return new Tensor('uint8', all, [items, height, width, channelsOf(colour)]);
}

function itemOf(tensor: Tensor, item: number, items: number): TensorValue {
  const size = tensor.size / items;
  const data = items === 1 ? tensor.data : (tensor.data as Float32Array).slice(item * size, (item + 1) * size);
  const shape = items === 1 ? [...tensor.dims] : [1, ...tensor.dims.slice(1)];
  return { kind: 'tensor', dtype: tensor.type, shape, data } as TensorValue;
}
