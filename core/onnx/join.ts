import { create } from '@bufbuild/protobuf';
import { changed } from './change.ts';
import {
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type StringStringEntryProto,
  type TensorProto,
  type ValueInfoProto,
} from './gen/onnx-ml_pb.ts';
import { mergeFunctions } from './joinFunctions.ts';
import { type LazyModel, placeOf } from './lazyModel.ts';
import { makeNode } from './makeNode.ts';
import { dimNames, freshNames, nodeNames, valueNames } from './names.ts';
import { unitedImports } from './opsets.ts';
import { reconcile } from './reconcile.ts';
import { type Renaming, renameModel } from './rename.ts';
import { checkSeam, type PartSymbol, type Unified, type Wiring } from './seam.ts';
import { trueInputs } from './signature.ts';

export interface JoinOptions {
  /** What messages call the two models. */
  readonly names?: readonly [first: string, second: string];
  /** Put before every name of a part, those of inputs and outputs included. Default none: names change only where they clash. */
  readonly prefixes?: readonly [first: string, second: string];
  /** Outputs of the first model that stay outputs although they are wired. */
  readonly keep?: readonly string[];
}

/** What the inputs and outputs of a part are called in the whole, by their names in the part. Those that are no more are left out. */
export interface PartNames {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Joined {
  readonly model: ModelProto;
  readonly first: PartNames;
  readonly second: PartNames;
  /** What was left out, in words. */
  readonly notes: readonly string[];
}

/**
 * One model that does what `second` does after `first`, with outputs of the first wired to inputs of the second. Inputs:
 * those of the first, then what is not wired of the second; outputs: what is not wired (or kept) of the first, then those
 * of the second. Operator sets are brought to one version, and names and symbols of dimensions never clash: inputs and
 * outputs keep their names before others do, the first model's before the second's. Both models are left as they are,
 * and share their weights with the result. Throws `wire-dangling`, `wire-kind`, `wire-dtype` and `wire-shape` at the seam,
 * and `model-unsupported` when opsets cannot be brought together.
 */
export function join(first: ModelProto, second: ModelProto, wiring: Wiring, options: JoinOptions = {}): Joined {
  const names = options.names ?? ['the first model', 'the second model'];
  const keep = new Set(options.keep ?? []);
  const wired = new Set(Object.values(wiring));
  const stays = (output: string) => !wired.has(output) || keep.has(output);
  const unified = checkSeam(graphOf(first), graphOf(second), wiring, names);
  const parts = mergeFunctions(...reconcile({ name: names[0], model: first }, { name: names[1], model: second }));
  const shared = sharedWeights(graphOf(parts[0]), graphOf(parts[1]));
  const renamings = renamingsOf(parts, unified, wiring, stays, options.prefixes ?? ['', ''], shared);
  const [a, b] = [renameModel(parts[0], renamings[0]), renameModel(parts[1], renamings[1])];
  const [g, h] = [graphOf(a), graphOf(b)];
  const [inFirst, inSecond] = renamings.map(({ value }) => value);
  const wiredNames = new Set(Object.keys(wiring).map((name) => inSecond(name)));
  // What the second model has of the first: the values of the seam, and weights that are the very same.
  const had = new Set([...wiredNames, ...[...shared.keys()].map((name) => inSecond(name))]);
  const fresh = freshNames(new Set([...valueNames(g), ...valueNames(h)]));
  const bridge = new Bridge(wiredNames, fresh);
  const secondOutputs = h.output.map((info, i) => bridge.output(info, graphOf(parts[1]).output[i].name));
  const before = graphOf(parts[0]).output;
  const kept = g.output.filter((_, i) => stays(before[i].name));
  // What the seam carries is declared no more as an output, and is worth knowing.
  const declared = new Set([...g.valueInfo, ...g.input, ...h.output].map((info) => info.name));
  const carried = g.output.filter((info, i) => !stays(before[i].name) && !declared.has(info.name));
  const graph = changed(create(GraphProtoSchema), {
    name: [g.name, h.name].filter((name) => name !== '').join('_') || 'joined',
    node: [...g.node, ...h.node, ...bridge.nodes],
    initializer: [...g.initializer, ...h.initializer.filter((t) => !had.has(t.name))],
    sparseInitializer: [
      ...g.sparseInitializer,
      ...h.sparseInitializer.filter((s) => !wiredNames.has(s.values?.name ?? '')),
    ],
    input: [...g.input, ...h.input.filter((info) => !wiredNames.has(info.name))],
    output: [...kept, ...secondOutputs],
    valueInfo: [...g.valueInfo, ...carried, ...h.valueInfo.filter((info) => !had.has(info.name))],
    quantizationAnnotation: [...g.quantizationAnnotation, ...h.quantizationAnnotation],
    metadataProps: unitedEntries(g.metadataProps, h.metadataProps),
    docString: [g.docString, h.docString].filter((text) => text !== '').join('\n') || undefined,
  });
  const configured = [...a.configuration, ...b.configuration];
  const model = changed(create(ModelProtoSchema), {
    irVersion: a.irVersion,
    opsetImport: unitedImports(a.opsetImport, b.opsetImport),
    producerName: 'tributary',
    docString: [a.docString, b.docString].filter((text) => text !== '').join('\n') || undefined,
    graph,
    functions: [...a.functions, ...b.functions],
    metadataProps: unitedEntries(a.metadataProps, b.metadataProps),
    configuration: configured.filter((one, i) => configured.findIndex((c) => c.name === one.name) === i),
  });
  return {
    model,
    first: {
      inputs: namesBy(trueInputs(graphOf(parts[0])), inFirst),
      outputs: namesBy(
        before.filter((info) => stays(info.name)),
        inFirst,
      ),
    },
    second: {
      inputs: namesBy(
        trueInputs(graphOf(parts[1])).filter((info) => !Object.hasOwn(wiring, info.name)),
        inSecond,
      ),
      outputs: Object.fromEntries(graphOf(parts[1]).output.map((info, i) => [info.name, secondOutputs[i].name])),
    },
    notes: [first, second].flatMap(({ trainingInfo }, i) =>
      trainingInfo.length === 0 ? [] : [`what "${names[i]}" says of its training was left out`],
    ),
  };
}

function graphOf(model: ModelProto): GraphProto {
  return model.graph as GraphProto;
}

type PartRenaming = Renaming & { readonly value: (name: string) => string };

/** New names for both parts, by rank: what callers see first, and the first model before the second. */
function renamingsOf(
  parts: readonly [ModelProto, ModelProto],
  unified: Unified,
  wiring: Wiring,
  stays: (output: string) => boolean,
  prefixes: readonly [string, string],
  shared: ReadonlyMap<string, string>,
): readonly [PartRenaming, PartRenaming] {
  const [g, h] = parts.map(graphOf);
  const values = [new Map<string, string>(), new Map<string, string>()] as const;
  const freshValue = freshNames(new Set());
  const give = (part: 0 | 1, name: string) => {
    if (name !== '' && !values[part].has(name)) values[part].set(name, freshValue(prefixes[part] + name));
  };
  const wired = (name: string) => Object.hasOwn(wiring, name);
  for (const info of trueInputs(g)) give(0, info.name);
  for (const info of g.output) if (stays(info.name)) give(0, info.name);
  for (const info of trueInputs(h)) if (!wired(info.name)) give(1, info.name);
  for (const info of h.output) if (!wired(info.name)) give(1, info.name);
  for (const name of valueNames(g)) give(0, name);
  for (const [to, from] of Object.entries(wiring)) values[1].set(to, values[0].get(from) ?? from);
  for (const [own, name] of shared) if (!wired(own)) values[1].set(own, values[0].get(name) ?? name);
  for (const name of valueNames(h)) give(1, name);

  const freshNode = freshNames(new Set());
  const freshDim = freshNames(new Set());
  const dims = new Map<PartSymbol, string>();
  const renamingOf = (part: 0 | 1): PartRenaming => {
    const nodes = new Map([...nodeNames(graphOf(parts[part]))].map((name) => [name, freshNode(prefixes[part] + name)]));
    for (const symbol of dimNames(parts[part])) {
      const root = unified.of(`${part}:${symbol}`);
      if (typeof root === 'string' && !dims.has(root)) dims.set(root, freshDim(root.slice(2)));
    }
    return {
      value: (name) => values[part].get(name) ?? name,
      node: (name) => nodes.get(name) ?? name,
      dim: (symbol) => {
        const root = unified.of(`${part}:${symbol}`);
        return typeof root === 'number' ? root : (dims.get(root) ?? symbol);
      },
    };
  };
  return [renamingOf(0), renamingOf(1)];
}

/** Weights below this size are not worth looking for. */
const worthBytes = 1024;

/**
 * Initialisers of the second model that are the very same bytes of memory, or of a file, as one of the first: where a
 * model is used twice, its weights are there once. By the second's names, the first's.
 */
function sharedWeights(first: GraphProto, second: GraphProto): ReadonlyMap<string, string> {
  const given = (graph: GraphProto) => new Set([...graph.input, ...graph.output].map((info) => info.name));
  const [callersFirst, callersSecond] = [given(first), given(second)];
  const buffers = new Map<ArrayBufferLike, number>();
  const keyOf = (tensor: TensorProto): string | null => {
    const place = placeOf(tensor);
    const head = `${tensor.dataType}[${tensor.dims.join()}]`;
    if (place !== null) return `${head} ${place.file} ${place.offset} ${place.length} ${place.field}`;
    const { buffer, byteOffset, byteLength } = tensor.rawData;
    if (byteLength < worthBytes) return null;
    if (!buffers.has(buffer)) buffers.set(buffer, buffers.size);
    return `${head} #${buffers.get(buffer)} ${byteOffset} ${byteLength}`;
  };
  const known = new Map<string, string>();
  for (const tensor of first.initializer) {
    const key = callersFirst.has(tensor.name) ? null : keyOf(tensor);
    if (key !== null) known.set(key, tensor.name);
  }
  const shared = new Map<string, string>();
  for (const tensor of second.initializer) {
    const key = callersSecond.has(tensor.name) ? null : keyOf(tensor);
    const name = key === null ? undefined : known.get(key);
    if (name !== undefined) shared.set(tensor.name, name);
  }
  return shared;
}

/** An output of the second model that only passes on what the seam carries gets a name of its own. */
class Bridge {
  readonly nodes: NodeProto[] = [];
  private readonly wired: ReadonlySet<string>;
  private readonly fresh: (wanted: string) => string;
  constructor(wired: ReadonlySet<string>, fresh: (wanted: string) => string) {
    this.wired = wired;
    this.fresh = fresh;
  }

  output(info: ValueInfoProto, wanted: string): ValueInfoProto {
    if (!this.wired.has(info.name)) return info;
    const name = this.fresh(wanted);
    this.nodes.push(makeNode('Identity', [info.name], [name], [], `${name}_Identity`));
    return changed(info, { name });
  }
}

function namesBy(
  infos: readonly ValueInfoProto[],
  renamed: (name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(infos.map((info) => [info.name, renamed(info.name)]));
}

/** Entries of both; where both have a key with different values, the second's is numbered. */
function unitedEntries(
  first: readonly StringStringEntryProto[],
  second: readonly StringStringEntryProto[],
): StringStringEntryProto[] {
  const known = new Map(first.map(({ key, value }) => [key, value]));
  const fresh = freshNames(new Set(known.keys()));
  const added = second
    .filter(({ key, value }) => known.get(key) !== value)
    .map((entry) => (known.has(entry.key) ? changed(entry, { key: fresh(entry.key) }) : entry));
  return [...first, ...added];
}

/** The same for models whose weights stay where they are: the whole names the files of both. */
export function joinLazy(
  first: LazyModel,
  second: LazyModel,
  wiring: Wiring,
  options: JoinOptions = {},
): Joined & { readonly lazy: LazyModel } {
  const joined = join(first.model, second.model, wiring, options);
  return { ...joined, lazy: { model: joined.model, files: new Map([...first.files, ...second.files]) } };
}
