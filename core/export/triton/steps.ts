import { create } from '@bufbuild/protobuf';
import type { PartFile } from '../../define/partFile.ts';
import type { Dtype } from '../../kinds/dtype.ts';
import type { Dim } from '../../kinds/type.ts';
import type { CompiledPart } from '../../lower/compile.ts';
import { dtypeOfElement, elementOfDtype } from '../../onnx/elements.ts';
import { type ModelProto, ModelProtoSchema, ValueInfoProtoSchema } from '../../onnx/gen/onnx-ml_pb.ts';
import type { Graft } from '../../onnx/graft.ts';
import { loweredOpset } from '../../onnx/graphBuilder.ts';
import { declareShapes } from '../../onnx/inferShapes.ts';
import { freshNames } from '../../onnx/names.ts';
import { pruneUnused } from '../../onnx/prune.ts';
import { renameModel } from '../../onnx/rename.ts';
import { signatureOf } from '../../onnx/signature.ts';
import { type DeclaredType, typeProtoOf } from '../../onnx/valueTypes.ts';
import { Problem } from '../../problems/problem.ts';
import { type FlatGraph, flatGraph } from './flatGraph.ts';
import { fedItems, flatTypes } from './flatTypes.ts';
import type { Seen } from './modelRows.ts';
import { type Stretch, stretchesOf } from './stretches.ts';

/** A tensor by its name between the steps. */
export interface StepTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
}

/** What a step's own file calls a tensor, and what it is called between the steps. */
export interface Mapped {
  readonly own: string;
  readonly tensor: string;
}

interface Step {
  readonly reads: readonly Mapped[];
  readonly makes: readonly Mapped[];
  /** Each item is one row of every tensor that it takes and gives, as far as its file says. */
  readonly itemwise: boolean;
}
/** Operators of the pipeline's nodes, as a file of their own. */
export interface StretchStep extends Step {
  readonly kind: 'stretch';
  /** Of its nodes: `prepare-model`, `finish`. */
  readonly role: string;
  readonly nodes: readonly string[];
  readonly model: ModelProto;
}
/** A model of the pipeline, as its file is. */
export interface ModelStep extends Step {
  readonly kind: 'model';
  readonly node: string;
  readonly graft: Graft;
}

/** A compiled part as models that run one after the other and side by side. */
export interface Apart {
  readonly file: PartFile;
  /** What comes in: of the part's tensors, those that something reads. */
  readonly inputs: readonly (StepTensor & { readonly without: number | null })[];
  readonly outputs: readonly StepTensor[];
  readonly steps: readonly (StretchStep | ModelStep)[];
  /** Whether several items go through all steps at once. */
  readonly batch: boolean;
}

/** Takes a compiled part apart: its models as they are, and what lies between them. `seen`: sizes when the pipeline ran. */
export function takeApart({ pieces, file }: CompiledPart, seen?: Seen): Apart {
  const graph = flatGraph(pieces, seen);
  const types = flatTypes(graph, seen);
  const stretches = stretchesOf(graph, types);
  const names = tensorNames(graph, stretches);
  const items = graph.items;
  const ready = new Set([...graph.inputs.map(({ name }) => name), ...graph.constants.keys()]);
  const waiting: Waiting[] = [
    ...stretches.map((stretch) => ({ reads: stretch.reads, makes: stretch.makes, step: () => stretchStep(stretch) })),
    ...graph.grafts.map((graft) => ({
      reads: Object.values(graft.inputs),
      makes: Object.values(graft.outputs),
      step: () => modelStep(graft),
    })),
  ];
  const roles = freshNames(new Set());
  const steps: (StretchStep | ModelStep)[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ reads }) => reads.every((value) => ready.has(value)));
    const [next] = waiting.splice(at, 1);
    if (at < 0) throw new Problem('internal', { message: 'Steps wait for each other.', fix: 'Report the pipeline.' });
    for (const value of next.makes) ready.add(value);
    steps.push(next.step());
  }
  const outputs = [...graph.outputs].map(([name, value]) => tensorOf(name, value, types, file));
  const batch = typeof items === 'string' && steps.every((step) => step.itemwise);
  return { file, inputs: graph.inputs, outputs, steps, batch };

  function stretchStep(stretch: Stretch): StretchStep {
    const name = (value: string): Mapped => {
      const tensor = names.get(value) ?? value;
      return { own: tensor, tensor };
    };
    const fed = graph.grafts.find((graft) => stretch.makes.some((made) => Object.values(graft.inputs).includes(made)));
    const model = stretchModel(graph, stretch, types, names, fed);
    const rows = [...stretch.reads, ...stretch.makes];
    return {
      kind: 'stretch',
      role: roles(fed === undefined ? 'finish' : `prepare-${fed.node}`),
      nodes: nodesOf(stretch),
      model,
      reads: stretch.reads.map(name),
      makes: stretch.makes.map(name),
      itemwise: typeof items === 'string' && rows.every((value) => (types.get(value)?.shape ?? [])[0] === items),
    };
  }

  /** Nodes of the pipeline; those of models are told where nothing else is. */
  function nodesOf(stretch: Stretch): readonly string[] {
    const ids = file.nodes.map(({ id }) => id);
    const own = ids.filter((id) => stretch.nodes.some((node) => node.name.startsWith(`${id}/`)));
    const others = own.filter((id) => !graph.grafts.some((graft) => graft.node === id));
    return others.length === 0 ? own : others;
  }

  function modelStep(graft: Graft): ModelStep {
    const { inputs, outputs: gives } = signatureOf(graft.model);
    const free = [...inputs, ...gives].every(
      ({ shape }) => shape !== null && typeof shape[0] !== 'number' && shape.length > 0,
    );
    const read = new Set([
      ...stretches.flatMap((stretch) => stretch.reads),
      ...graph.grafts.flatMap((other) => Object.values(other.inputs)),
      ...graph.outputs.values(),
    ]);
    const mapped = (ends: Readonly<Record<string, string>>): readonly Mapped[] =>
      Object.entries(ends).map(([own, value]) => ({ own, tensor: names.get(value) ?? value }));
    return {
      kind: 'model',
      node: graft.node,
      graft,
      reads: mapped(graft.inputs),
      makes: mapped(Object.fromEntries(Object.entries(graft.outputs).filter(([, value]) => read.has(value)))),
      itemwise: free && fedItems(graft, items, types),
    };
  }
}

interface Waiting {
  readonly reads: readonly string[];
  readonly makes: readonly string[];
  readonly step: () => StretchStep | ModelStep;
}

/** Names between the steps: public ones where it goes out, else after the model's port that it is made by or for. */
function tensorNames(graph: FlatGraph, stretches: readonly Stretch[]): ReadonlyMap<string, string> {
  const own = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.outputs.keys(),
    ...graph.constants.keys(),
    ...graph.nodes.flatMap((node) => [...node.input, ...node.output]),
    ...graph.grafts.flatMap((graft) => Object.values(graft.outputs)),
  ]);
  const fresh = freshNames(own);
  const names = new Map<string, string>(graph.inputs.map(({ name }) => [name, name]));
  const put = (value: string, name: () => string) => {
    if (!names.has(value)) names.set(value, name());
  };
  for (const [name, value] of graph.outputs) put(value, () => name);
  for (const { node, inputs, outputs } of graph.grafts) {
    for (const [port, value] of Object.entries(inputs)) put(value, () => fresh(`${node}.${port}`));
    for (const [port, value] of Object.entries(outputs)) put(value, () => fresh(`${node}.${port}`));
  }
  for (const value of stretches.flatMap((stretch) => stretch.makes))
    put(value, () => fresh(value.replace('/', '.').replace(/_\d+$/, '')));
  return names;
}

function stretchModel(
  graph: FlatGraph,
  { nodes, reads, makes }: Stretch,
  types: ReadonlyMap<string, DeclaredType>,
  names: ReadonlyMap<string, string>,
  fed: Graft | undefined,
): ModelProto {
  const info = (value: string) =>
    create(ValueInfoProtoSchema, { name: value, type: typeProtoOf(edgeType(value, types, fed)) });
  const raw = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'tributary',
    opsetImport: [{ domain: '', version: BigInt(loweredOpset) }],
    graph: {
      name: 'step',
      node: [...nodes],
      input: reads.map(info),
      output: makes.map(info),
      initializer: [...graph.constants.values()],
    },
  });
  return renameModel(declareShapes(pruneUnused(raw)), { value: (value) => names.get(value) ?? value });
}

/** What the file of the model that takes it says, where nothing else tells. */
function edgeType(value: string, types: ReadonlyMap<string, DeclaredType>, fed: Graft | undefined): DeclaredType {
  const type = types.get(value) ?? { element: 0, shape: null };
  const input = Object.entries(fed?.inputs ?? {}).find(([, given]) => given === value)?.[0];
  const port = fed === undefined ? undefined : signatureOf(fed.model).inputs.find(({ name }) => name === input);
  if (port === undefined || port.dtype === null) return type;
  const numbers = port.shape?.map((dim) => (typeof dim === 'number' ? dim : null)) ?? null;
  const fits = type.shape === null || numbers?.length === type.shape.length;
  const shape = fits ? (type.shape?.map((dim, axis) => dim ?? numbers?.[axis] ?? null) ?? numbers) : type.shape;
  return { element: elementOfDtype(port.dtype), shape };
}

function tensorOf(
  name: string,
  value: string,
  types: ReadonlyMap<string, DeclaredType>,
  { outputs }: PartFile,
): StepTensor {
  const { element, shape } = types.get(value) ?? { element: 0, shape: null };
  const told = outputs.flatMap(({ tensors }) => tensors).find((tensor) => tensor.name === name);
  const dtype = dtypeOfElement(element) ?? told?.dtype;
  const dims = shape ?? told?.shape;
  if (dtype === undefined || dims === undefined)
    throw new Problem('not-lowerable', {
      message: `How many axes "${name}" has is not known before it runs, which Triton must be told.`,
      fix: 'Put a node behind it that settles its shape, or serve the pipeline with its own server.',
      where: { port: name },
    });
  return { name, dtype, shape: dims };
}
