import type { PartFile, PartOutput } from '../../define/partFile.ts';
import type { Compiled, CompiledPart } from '../../lower/compile.ts';
import { loweredOpset } from '../../onnx/graphBuilder.ts';
import { freshNames } from '../../onnx/names.ts';
import { opsetsOf } from '../../onnx/operatorChanges.ts';
import { writeModel } from '../../onnx/read.ts';
import { signatureOf } from '../../onnx/signature.ts';
import type { ExportFile, ExportInput, FileContent } from '../target.ts';
import { type ConfigStep, type ConfigTensor, configText, type ModelConfig, type OnnxConfig } from './modelConfig.ts';
import { type ServedModel, servedModel } from './modelFile.ts';
import { baseName, labelLine, modelName } from './names.ts';
import type { TritonOptions } from './options.ts';
import { type SizingAsk, sizingOf } from './sizing.ts';
import { type Apart, type Mapped, type ModelStep, type StepTensor, takeApart } from './steps.ts';
import { type Sizes, sizesOf, warmUpsOf } from './warmUp.ts';

/** One model of the repository. */
export interface RepositoryModel {
  readonly config: ModelConfig;
  /** By path below the model's folder. */
  readonly files: ReadonlyMap<string, FileContent>;
  /** Nodes of the pipeline that it does the work of. */
  readonly nodes: readonly string[];
  /** The pipeline's file that it is; null for what was made. */
  readonly from: { readonly path: string; readonly adapted: boolean } | null;
}

/** What a client asks: a part of the pipeline as one model to the outside. */
export interface Entry {
  /** Name of the model to ask. */
  readonly model: string;
  readonly part: PartFile;
  readonly maxBatch: number;
  readonly inputs: readonly (StepTensor & { readonly without: number | null })[];
  readonly outputs: readonly StepTensor[];
  /** Names of the models that it is made of; empty for a single one. */
  readonly steps: readonly string[];
}

export interface Repository {
  readonly models: readonly RepositoryModel[];
  readonly entries: readonly Entry[];
  /** The newest version of the main operator set in it. */
  readonly opset: number;
}

type Told = Pick<ExportInput, 'name' | 'checked' | 'options' | 'profile' | 'serving' | 'seen'>;

/** A compiled pipeline as a model repository of Triton: one model to ask for each part. */
export function repositoryOf(compiled: Compiled, told: Told, options: TritonOptions): Repository {
  const fresh = freshNames(new Set());
  const name = (wanted: string): string => fresh(modelName(wanted));
  const many = compiled.parts.length > 1;
  const asked = compiled.parts.map(({ file }) => name(many ? `${told.name}-${file.part}` : told.name));
  const shared = new Shared(name, told, options);
  const built = compiled.parts.map((part, at) =>
    options.form === 'one'
      ? oneModel(part, asked[at], told, options)
      : ensemble(part, asked[at], name, shared, told, options),
  );
  return {
    models: [...built.flatMap(({ models }) => models), ...shared.models()],
    entries: built.map(({ entry }) => entry),
    opset: Math.max(...compiled.parts.map((part) => opsetOf(part, options))),
  };
}

function opsetOf({ model, pieces }: CompiledPart, { form }: TritonOptions): number {
  const files = form === 'one' ? [model] : pieces.grafts.map((graft) => graft.model);
  return Math.max(loweredOpset, ...files.map((file) => opsetsOf(file.opsetImport)[''] ?? 0));
}

/** The repository's files, below a folder of their own: whatever lies in that folder Triton takes for a model. */
export function repositoryFiles({ models }: Repository, folder: string): readonly ExportFile[] {
  return models.flatMap(({ config, files }): ExportFile[] => [
    { path: `${folder}/${config.name}/config.pbtxt`, content: { text: configText(config) } },
    ...[...files].map(([path, content]) => ({ path: `${folder}/${config.name}/${path}`, content })),
  ]);
}

interface Built {
  readonly models: readonly RepositoryModel[];
  readonly entry: Entry;
}

function ensemble(
  part: CompiledPart,
  asked: string,
  name: (wanted: string) => string,
  shared: Shared,
  told: Told,
  options: TritonOptions,
): Built {
  const apart = takeApart(part, told.seen);
  const sizes = sizesOf(apart, part, told.seen);
  const maxBatch = apart.batch ? options.maxBatch : 0;
  const models: RepositoryModel[] = [];
  const steps = apart.steps.map((step): ConfigStep => {
    if (step.kind === 'model') return stepOf(shared.nameFor(step, part.file, sizes), step);
    const own = name(`${asked}-${step.role}`);
    const ends = tensorsOf(step.model);
    const work = { nodes: step.nodes, models: [], maxBatch };
    models.push({
      config: {
        kind: 'onnx',
        name: own,
        maxBatch,
        ...ends,
        ...runOf(work, ends.inputs, step, sizes, told, options),
      },
      files: new Map([[`${options.modelVersion}/model.onnx`, { bytes: writeModel(step.model) }]]),
      nodes: step.nodes,
      from: null,
    });
    return stepOf(own, step);
  });
  const { outputs, files } = labelled(apart.outputs, part.file);
  const front: RepositoryModel = {
    config: { kind: 'ensemble', name: asked, maxBatch, inputs: apart.inputs, outputs, steps },
    files: new Map([[`${options.modelVersion}/.keep`, { text: keepText }], ...files]),
    nodes: part.file.nodes.map(({ id }) => id),
    from: null,
  };
  return {
    models: [front, ...models],
    entry: entryOf(
      asked,
      apart,
      maxBatch,
      steps.map(({ model }) => model),
    ),
  };
}

const keepText = 'An ensemble has no file of its own, but Triton wants a folder for its version.\n';

function stepOf(
  model: string,
  { reads, makes }: { readonly reads: readonly Mapped[]; readonly makes: readonly Mapped[] },
): ConfigStep {
  const mapped = (all: readonly Mapped[]) => new Map(all.map(({ own, tensor }) => [own, tensor]));
  return { model, inputs: mapped(reads), outputs: mapped(makes) };
}

function oneModel(part: CompiledPart, asked: string, told: Told, options: TritonOptions): Built {
  const { file, model } = part;
  const ends = tensorsOf(model);
  const maxBatch = file.batch ? options.maxBatch : 0;
  const nodes = file.nodes.map(({ id }) => id);
  const models = part.pieces.grafts.map(({ node }) => node);
  const inputs = ends.inputs.map((tensor) => ({ ...tensor, without: null }));
  const step = { reads: ends.inputs.map(({ name }) => ({ own: name, tensor: name })) };
  const sizes = sizesOf({ inputs, steps: [] }, part, told.seen);
  const { outputs, files } = labelled(ends.outputs, file);
  const config: OnnxConfig = {
    kind: 'onnx',
    name: asked,
    maxBatch,
    inputs,
    outputs,
    ...runOf({ nodes, models, maxBatch }, ends.inputs, step, sizes, told, options),
  };
  const own = new Map<string, FileContent>([
    [`${options.modelVersion}/model.onnx`, { bytes: writeModel(model) }],
    ...files,
  ]);
  return {
    models: [{ config, files: own, nodes, from: null }],
    entry: entryOf(asked, { file, inputs, outputs: ends.outputs }, maxBatch, []),
  };
}

type Run = Omit<OnnxConfig, 'kind' | 'name' | 'maxBatch' | 'inputs' | 'outputs'>;

/** How a model is run, and warmed up. */
function runOf(
  { nodes, models, maxBatch }: Pick<SizingAsk, 'nodes' | 'models'> & { readonly maxBatch: number },
  inputs: readonly ConfigTensor[],
  step: { readonly reads: readonly Mapped[] },
  sizes: Sizes,
  told: Told,
  options: TritonOptions,
): Run {
  const sizing = sizingOf({ nodes, models, batches: maxBatch > 0 }, told, options);
  const preferred = sizing.batching?.preferred ?? [];
  return { ...sizing, warmUps: options.warmUp ? warmUpsOf(inputs, step, maxBatch, sizes, preferred) : [] };
}

function entryOf(
  model: string,
  { file, inputs, outputs }: Pick<Apart, 'file' | 'inputs' | 'outputs'>,
  maxBatch: number,
  steps: readonly string[],
): Entry {
  return { model, part: file, maxBatch, inputs, outputs, steps };
}

/** A file's ends; those of one that was made here have known types. */
function tensorsOf(model: Parameters<typeof signatureOf>[0]): {
  readonly inputs: readonly ConfigTensor[];
  readonly outputs: readonly ConfigTensor[];
} {
  const { inputs, outputs } = signatureOf(model);
  const known = (ends: typeof inputs): readonly ConfigTensor[] =>
    ends.flatMap(({ name, dtype, shape }) => (dtype === null || shape === null ? [] : [{ name, dtype, shape }]));
  return { inputs: known(inputs), outputs: known(outputs) };
}

/** Outputs whose places have names get them in a file, so that Triton's classification extension tells them. */
function labelled(
  outputs: readonly StepTensor[],
  { outputs: told }: PartFile,
): { readonly outputs: readonly ConfigTensor[]; readonly files: readonly (readonly [string, FileContent])[] } {
  const fresh = freshNames(new Set());
  const files: (readonly [string, FileContent])[] = [];
  const tensors = outputs.map((tensor): ConfigTensor => {
    const labels = labelsOf(told.find(({ name }) => name === tensor.name));
    if (labels === null) return tensor;
    const file = fresh(`labels-${modelName(tensor.name)}.txt`);
    files.push([file, { text: labels.map((label) => `${labelLine(label)}\n`).join('') }]);
    return { ...tensor, labels: file };
  });
  return { outputs: tensors, files };
}

function labelsOf(output: PartOutput | undefined): readonly string[] | null {
  return output?.carried.kind === 'scores' && !output.carried.chosen ? output.carried.labels : null;
}

/** Models of the pipeline, each once however often it stands in it. */
class Shared {
  readonly #name: (wanted: string) => string;
  readonly #told: Told;
  readonly #options: TritonOptions;
  readonly #known = new Map<string, { readonly name: string; readonly served: ServedModel; readonly uses: Use[] }>();

  constructor(name: (wanted: string) => string, told: Told, options: TritonOptions) {
    this.#name = name;
    this.#told = told;
    this.#options = options;
  }

  nameFor(step: ModelStep, { models }: PartFile, sizes: Sizes): string {
    const path = step.graft.name;
    const key = models.find((model) => model.path === path)?.sha256 || path;
    const known = this.#known.get(key) ?? {
      name: this.#name(`${this.#told.name}-model-${baseName(path)}`),
      served: servedModel(step.graft),
      uses: [],
    };
    this.#known.set(key, known);
    known.uses.push({ step, sizes });
    return known.name;
  }

  models(): readonly RepositoryModel[] {
    const [told, options] = [this.#told, this.#options];
    return [...this.#known.values()].map(({ name, served, uses }): RepositoryModel => {
      const nodes = uses.map(({ step }) => step.node);
      const maxBatch = uses.every(({ step }) => step.itemwise) ? options.maxBatch : 0;
      const [{ step, sizes }] = uses;
      const { inputs, outputs, adapted } = served;
      const config: OnnxConfig = {
        kind: 'onnx',
        name,
        maxBatch,
        inputs,
        outputs,
        ...runOf({ nodes, models: nodes, maxBatch }, inputs, step, sizes, told, options),
      };
      const files = [...served.files].map(([file, bytes]) => [`${options.modelVersion}/${file}`, { bytes }] as const);
      return { config, files: new Map(files), nodes, from: { path: step.graft.name, adapted } };
    });
  }
}

interface Use {
  readonly step: ModelStep;
  readonly sizes: Sizes;
}
