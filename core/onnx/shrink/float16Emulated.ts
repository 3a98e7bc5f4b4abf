import { changed } from '../change.ts';
import { constantFinder, nameMaker } from '../constants.ts';
import {
  type GraphProto,
  type ModelProto,
  type NodeProto,
  TensorProto_DataType as T,
  type TensorProto,
} from '../gen/onnx-ml_pb.ts';
import { intAttribute, makeNode } from '../makeNode.ts';
import { float32Tensor, floatsOf } from '../tensorData.ts';
import { halves } from './float16.ts';
import { halvesToFloats } from './half.ts';

/**
 * The model in float32 with each weight that `half` nodes read and each value that they give rounded to half precision: what
 * a device with half precision answers, that adds up in float32. ONNX Runtime's CPU provider cannot show it, for it leaves
 * values in float32 where a file says half.
 */
export function emulateFloat16(
  model: ModelProto,
  dtypes: ReadonlyMap<string, string>,
  half: ReadonlySet<NodeProto>,
): ModelProto {
  const graph = model.graph as GraphProto;
  const find = constantFinder(graph);
  const fresh = nameMaker(graph);
  const isFloat = (name: string) => dtypes.get(name) === 'float32';
  const rounded = new Map<string, string>();
  const initializer: TensorProto[] = [...graph.initializer];
  const node: NodeProto[] = [];
  const round = (from: string, to: string): void => {
    const between = fresh(`${to}_half`);
    node.push(
      makeNode('Cast', [from], [between], [intAttribute('to', T.FLOAT16)]),
      makeNode('Cast', [between], [to], [intAttribute('to', T.FLOAT)]),
    );
  };
  const inHalf = (name: string): string => {
    if (!isFloat(name)) return name;
    const known = rounded.get(name);
    if (known !== undefined) return known;
    const made = fresh(`${name}_rounded`);
    const constant = find(name);
    const values = constant === null || constant.names.length > 1 ? null : floatsOf(constant.tensor);
    if (constant === null || values === null) round(name, made);
    else {
      const { numbers } = halves(values);
      initializer.push(float32Tensor(made, constant.tensor.dims.map(Number), halvesToFloats(numbers)));
    }
    rounded.set(name, made);
    return made;
  };
  for (const one of graph.node) {
    if (!half.has(one)) {
      node.push(one);
      continue;
    }
    const input = one.input.map(inHalf);
    const output = one.output.map((name) => (isFloat(name) ? fresh(`${name}_full`) : name));
    node.push(changed(one, { input, output }));
    one.output.forEach((name, at) => {
      if (!isFloat(name)) return;
      round(output[at], name);
      rounded.set(name, name);
    });
  }
  return changed(model, { graph: changed(graph, { node, initializer }) });
}
