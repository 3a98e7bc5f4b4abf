import { feedsOf } from '../../../../core/define/carry.ts';
import type { PartFile } from '../../../../core/define/partFile.ts';
import type { PipelineDocument } from '../../../../core/graph/document.ts';
import type { ImageValue, TensorValue, Value } from '../../../../core/kinds/value.ts';
import type { RunInputs } from '../../../../core/run/result.ts';
import type { Engine } from '../../../../host/engine/messages.ts';
import type { Sent, Tensors } from './walker.ts';

/**
 * What passes ports (`node.port`) when the pipeline itself runs, as its nodes give it: each gets an output of its own. Null
 * where there is none. Of sequences all items.
 */
export async function valuesAt(
  engine: Engine,
  document: PipelineDocument,
  folder: string,
  kinds: ReadonlyMap<string, string>,
  inputs: RunInputs,
): Promise<ReadonlyMap<string, readonly Value[] | null>> {
  const ends = [...kinds];
  const probes = ends.map(([end, kind], at) => ({
    node: { id: `probe${at}`, type: `output.${kind}`, version: 1, params: {}, position: { x: 0, y: 0 } },
    wire: { from: end, to: `probe${at}.value` },
  }));
  const result = await engine.run({
    document: {
      ...document,
      nodes: [...document.nodes, ...probes.map(({ node }) => node)],
      wires: [...document.wires, ...probes.map(({ wire }) => wire)],
      outputs: Object.fromEntries(probes.map((_, at) => [`end${at}`, { node: `probe${at}` }])),
    },
    folder,
    inputs,
    noSamples: true,
  });
  return new Map(
    ends.map(([end], at) => {
      const out = result.outputs[`end${at}`];
      return [end, out.status === 'missing' ? null : out.items.map(({ value }) => value)];
    }),
  );
}

/** The ends of a part that Triton is given and gives, with their kinds. */
export function kindsOfEnds({ inputs, outputs }: PartFile, ends: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...inputs, ...outputs].map(({ name, type }) => [ends.get(name) ?? name, type.kind]));
}

/** A request for values, one for each input, as a client makes it; `known` are the tensors that the model takes. */
export function requestFor(
  { inputs }: PartFile,
  values: Readonly<Record<string, Value | null>>,
  known: ReadonlyMap<string, readonly (number | string | null)[]>,
): Tensors {
  const request: Record<string, Sent> = {};
  for (const { name, present, tensors, type, geometry } of inputs) {
    const value = values[name] ?? null;
    const own = value?.kind === 'image' && type.kind === 'image' ? inRgb(value) : value;
    const fed = own === null ? {} : feedsOf(name, own, geometry);
    for (const tensor of tensors) {
      const shape = known.get(tensor.name);
      if (shape === undefined) throw new Error(`The model takes no ${tensor.name}.`);
      request[tensor.name] =
        fed[tensor.name] === undefined ? standIn(tensor.dtype, shape) : sent(fed[tensor.name], shape);
    }
    if (present !== null)
      request[present] = { type: 'bool', dims: [1, 1], data: Uint8Array.of(Number(value !== null)) };
  }
  return request;
}

/** Several requests of equal sizes as one. */
export function joined(requests: readonly Tensors[]): Tensors {
  const names = Object.keys(requests[0]);
  return Object.fromEntries(
    names.map((name) => {
      const all = requests.map((request) => request[name]);
      const { type, dims } = all[0];
      if (all.some((one) => one.dims.slice(1).join() !== dims.slice(1).join()))
        throw new Error(`${name} differs in size.`);
      const data = all.flatMap((one) => Array.from(one.data as ArrayLike<number | bigint>));
      return [name, { type, dims: [all.length, ...dims.slice(1)], data: typed(type, data) }];
    }),
  );
}

/** One item's share of a batch. */
export function itemOf({ type, dims, data }: Sent, item: number): Sent {
  const each = data.length / dims[0];
  const own = Array.from(data as ArrayLike<number | bigint>).slice(item * each, (item + 1) * each);
  return { type, dims: [1, ...dims.slice(1)], data: typed(type, own) };
}

/** Sent tensors as `valueFrom` takes them; one number an item is told with an axis more than in the part's file. */
export function tensorsFor({ outputs }: PartFile, answers: Tensors): Readonly<Record<string, TensorValue>> {
  const told = new Map(outputs.flatMap(({ tensors }) => tensors).map(({ name, shape }) => [name, shape.length]));
  return Object.fromEntries(
    Object.entries(answers).map(([name, { type, dims, data }]) => {
      const shape = dims.slice(0, told.get(name) ?? dims.length);
      return [name, { kind: 'tensor', dtype: type, shape, data } as TensorValue];
    }),
  );
}

function inRgb(image: ImageValue): ImageValue {
  if (image.colour === 'rgb') return image;
  const from = { rgba: 4, grey: 1 }[String(image.colour)];
  if (from === undefined) throw new Error(`A picture in ${image.colour}.`);
  const data = new Uint8Array(image.width * image.height * 3);
  for (let at = 0; at < data.length; at++) data[at] = image.data[Math.floor(at / 3) * from + (from === 1 ? 0 : at % 3)];
  return { ...image, colour: 'rgb', data };
}

/** `shape` is without an axis of length 1 where the model does without it. */
function sent({ dtype, shape, data: own }: TensorValue, known: readonly unknown[]): Sent {
  const data = own as Sent['data'];
  if (shape.length === known.length) return { type: dtype, dims: shape, data };
  if (shape.length !== known.length + 1) throw new Error(`[${shape}] for [${known}]`);
  const axis = shape.indexOf(1, 1);
  return { type: dtype, dims: shape.filter((_, at) => at !== axis), data };
}

function standIn(type: string, shape: readonly unknown[]): Sent {
  const dims = shape.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? 1 : 64));
  return { type, dims, data: typed(type, new Array<number>(dims.reduce((a, b) => a * b, 1)).fill(0)) };
}

function typed(type: string, data: readonly (number | bigint)[]): Sent['data'] {
  switch (type) {
    case 'float32':
      return Float32Array.from(data, Number);
    case 'float64':
      return Float64Array.from(data, Number);
    case 'int64':
      return BigInt64Array.from(data, BigInt);
    case 'int32':
      return Int32Array.from(data, Number);
    case 'uint8':
    case 'bool':
      return Uint8Array.from(data, Number);
    default:
      throw new Error(`No array of ${type}.`);
  }
}
