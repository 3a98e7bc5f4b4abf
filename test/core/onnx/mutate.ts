import { clone } from '@bufbuild/protobuf';
import { refuseCustomOperators } from '../../../core/onnx/domains.ts';
import { extract } from '../../../core/onnx/extract.ts';
import {
  type AttributeProto,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  type TensorProto,
} from '../../../core/onnx/gen/onnx-ml_pb.ts';
import { declareShapes } from '../../../core/onnx/inferShapes.ts';
import { join } from '../../../core/onnx/join.ts';
import { readLazy } from '../../../core/onnx/lazyModel.ts';
import { convertOpsets } from '../../../core/onnx/opsets.ts';
import { piecesLength } from '../../../core/onnx/pieces.ts';
import { pruneUnused } from '../../../core/onnx/prune.ts';
import { readModel, writeModel } from '../../../core/onnx/read.ts';
import { renameAll } from '../../../core/onnx/rename.ts';
import { setBatch } from '../../../core/onnx/setBatch.ts';
import { signatureOf } from '../../../core/onnx/signature.ts';
import { planWrite } from '../../../core/onnx/writePlan.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { makeRandom, randomModel } from './randomGraph.ts';

/** A damaged model, the same for the same seed: bytes changed, cut, put in or doubled; or a graph that says what cannot be. */
export function mutant(seed: number): Uint8Array {
  const random = makeRandom(seed * 7919 + 13);
  const { bytes } = randomModel(random(200), { nodes: 6 });
  return random(2) === 0 ? damaged(bytes, random) : twisted(bytes, random);
}

/** A sound model that says one or two things that cannot be. */
export function twisted(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const model = readModel(bytes, 'm');
  const graph = model.graph as GraphProto;
  for (let n = 1 + random(2); n > 0; n--) twist(model, graph, random);
  return writeModel(model);
}

/** A file with bytes changed, cut, put in or doubled. */
export function damaged(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const made = Uint8Array.from(bytes);
  const at = random(made.length);
  switch (random(4)) {
    case 0:
      return made.subarray(0, at);
    case 1:
      return Uint8Array.from([...made.subarray(0, at), ...made.subarray(random(made.length))]);
    case 2:
      return Uint8Array.from([...made, ...made.subarray(at)]);
    default:
      for (let n = 1 + random(6); n > 0; n--) made[random(made.length)] = random(256);
      return made;
  }
}

const sizes = [-1n, 0n, 2n ** 31n, 2n ** 62n, 2n ** 63n - 1n, 1n];
const words = ['', 'x0', 'v1', 'constructor', '__proto__', '\0', '../../etc/passwd', 'a'.repeat(5000), '🎛'];

function twist(model: ModelProto, graph: GraphProto, random: (below: number) => number): void {
  const node = graph.node[random(graph.node.length)];
  const tensor = graph.initializer[random(Math.max(1, graph.initializer.length))];
  const word = () => words[random(words.length)];
  const size = () => sizes[random(sizes.length)];
  const someTensor = (act: (t: TensorProto) => void) => () => {
    if (tensor !== undefined) act(tensor);
  };
  const eachAttribute = (act: (a: AttributeProto) => void) => () => {
    for (const attribute of node.attribute) act(attribute);
  };
  const turns: readonly (() => unknown)[] = [
    someTensor((t) => t.dims.push(size())),
    someTensor((t) => Object.assign(t, { dims: [size(), size()] })),
    someTensor((t) => Object.assign(t, { dataType: random(40) })),
    someTensor((t) => Object.assign(t, { rawData: new Uint8Array(random(64)) })),
    () => node.input.splice(0, 1, node.output[0]),
    () => node.output.splice(0, 1, node.input[0] ?? 'x0'),
    () => node.input.splice(random(node.input.length + 1), 1, word()),
    () => Object.assign(node, { opType: graph.node[random(graph.node.length)].opType }),
    () => Object.assign(node, { opType: word() }),
    () => Object.assign(node, { domain: word() }),
    () => node.attribute.splice(0),
    eachAttribute((a) => Object.assign(a, { ints: a.ints.map(size) })),
    eachAttribute((a) => Object.assign(a, { i: size() })),
    eachAttribute((a) => Object.assign(a, { name: word() })),
    // A copy of what stands there now: a graph inside itself is nothing that a file could hold.
    eachAttribute((a) => Object.assign(a, { g: clone(GraphProtoSchema, graph) })),
    () => graph.node.reverse(),
    () => graph.node.push(...graph.node),
    () => graph.output.push(...graph.input),
    () => graph.input.push(...graph.output),
    () => graph.initializer.push(...graph.initializer),
    () => Object.assign(model.opsetImport[0] ?? {}, { version: [0n, -5n, 1n, 6n, 999n, 2n ** 62n][random(6)] }),
    () => model.opsetImport.splice(0),
    () => Object.assign(model, { irVersion: [1n, 3n, 99n, 2n ** 60n][random(4)] }),
    () => graph.input.forEach((info) => void Object.assign(info, { name: word() })),
  ];
  turns[random(turns.length)]();
}

/**
 * Does all that is done to a model here: reads it whole and lazily, says what it takes and gives, infers, prunes, renames,
 * cuts, joins it to itself, moves its opset, plans its writing. Returns how many steps gave a result; the rest were
 * refused with a Problem. Throws what is anything else, and for results that are out of all proportion.
 */
export async function examine(bytes: Uint8Array): Promise<number> {
  let done = 0;
  const attempt = <T>(act: () => T): T | null => {
    try {
      const result = act();
      done++;
      return result;
    } catch (error) {
      if (error instanceof Problem && error.data.code !== 'internal') return null;
      throw error;
    }
  };
  const source = {
    size: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  const opened = readLazy(source, 'm.onnx', { key: 'm', beside: async () => null });
  const lazy = await opened.catch((error: unknown) => {
    if (error instanceof Problem) return null;
    throw error;
  });
  if (lazy !== null) {
    const plan = attempt(() => planWrite(lazy.model, { weights: 'beside' }, 'm.onnx'));
    attempt(() => piecesLength(plan?.model(plan.data.map((_, i) => `d${i}`)) ?? []));
  }
  const model = attempt(() => readModel(bytes, 'm.onnx'));
  if (model === null) return done;
  attempt(() => refuseCustomOperators(model, 'm.onnx'));
  const signature = attempt(() => signatureOf(model));
  const results = [
    attempt(() => declareShapes(model)),
    attempt(() => pruneUnused(model)),
    attempt(() => renameAll(model, 'p/', true)),
    attempt(() => setBatch(model, 'n').model),
    attempt(() => convertOpsets(model, { '': 21 }, 'm.onnx')),
    attempt(() =>
      extract(model, signature?.inputs.map((p) => p.name) ?? [], signature?.outputs.map((p) => p.name) ?? []),
    ),
    attempt(() => {
      const [to, from] = [signature?.inputs[0]?.name, signature?.outputs[0]?.name];
      return join(model, model, to === undefined || from === undefined ? {} : { [to]: from }).model;
    }),
  ];
  for (const result of results) {
    if (result === null) continue;
    const written = attempt(() => writeModel(result));
    if (written !== null && written.length > 100 * bytes.length + 1e6)
      throw new Error(`${written.length} bytes of ${bytes.length}`);
  }
  return done;
}
