import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExportFile } from '../../../../core/export/target.ts';
import { dtypeOf } from '../../../../core/serve/oipTensor.ts';
import { DataType, type ModelConfig, ModelConfigSchema } from './gen/model_config_pb.ts';
import { parseTextFormat } from './textFormat.ts';
import { fileFault } from './tritonRules.ts';

/** A repository as it was written: configurations read back from their text, models from their files. */
export interface Served {
  readonly configs: ReadonlyMap<string, ModelConfig>;
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

export function servedBy(files: readonly ExportFile[]): Served {
  const found = new Map<string, string | Uint8Array>();
  for (const { path, content } of files) {
    if (!path.startsWith('models/') || 'named' in content || 'copy' in content) continue;
    found.set(path.slice('models/'.length), 'text' in content ? content.text : content.bytes);
  }
  const configs = new Map<string, ModelConfig>();
  for (const [path, content] of found) {
    const [folder, name] = path.split('/');
    if (name === 'config.pbtxt') configs.set(folder, parseTextFormat(ModelConfigSchema, String(content)));
  }
  return { configs, files: found };
}

export interface Sent {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: Tensor['data'];
}
export type Tensors = Readonly<Record<string, Sent>>;

/** Runs models of a repository as Triton does: shapes held against the configuration, ensembles step by step. */
export class Walker {
  readonly #served: Served;
  readonly #sessions = new Map<string, InferenceSession>();

  constructor(served: Served) {
    this.#served = served;
  }

  config(model: string): ModelConfig {
    const config = this.#served.configs.get(model);
    if (config === undefined) throw new Error(`There is no model ${model}.`);
    return config;
  }

  async infer(model: string, request: Tensors): Promise<Tensors> {
    const config = this.config(model);
    for (const { name } of config.input) if (request[name] === undefined) throw new Error(`${model} needs ${name}.`);
    return config.schedulingChoice.case === 'ensembleScheduling'
      ? this.#ensemble(config, request)
      : this.#model(config, request);
  }

  /** What ONNX Runtime finds in each file against what its configuration says. */
  async fileFaults(): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const config of this.#served.configs.values()) {
      if (config.schedulingChoice.case === 'ensembleScheduling') continue;
      const session = await this.#session(config);
      const ends = [
        [config.input, session.inputMetadata, false],
        [config.output, session.outputMetadata, true],
      ] as const;
      for (const [told, found, exact] of ends) {
        if (told.length !== found.length)
          faults.push(`${config.name}: ${told.length} ends, its file has ${found.length}`);
        for (const end of told) {
          const own = found.find(({ name }) => name === end.name);
          if (own === undefined || !own.isTensor) faults.push(`${config.name}: its file has no tensor ${end.name}`);
          else {
            const dims = own.shape.map((dim) => (typeof dim === 'number' ? dim : -1));
            const fault = fileFault(dims, end, config.maxBatchSize, exact);
            if (fault !== null) faults.push(`${config.name}: ${fault}`);
            if (typeOf(end.dataType) !== own.type) faults.push(`${config.name}: ${end.name} is ${own.type}`);
          }
        }
      }
    }
    return faults;
  }

  /** Runs each warm-up as it stands; throws where one fails, for which Triton would not load the model. */
  async warmUp(): Promise<number> {
    let runs = 0;
    for (const config of this.#served.configs.values())
      for (const { batchSize, inputs } of config.modelWarmup) {
        const request: Record<string, Sent> = {};
        for (const [name, { dataType, dims }] of Object.entries(inputs)) {
          const shape = [...(config.maxBatchSize > 0 ? [batchSize] : []), ...dims.map(Number)];
          request[name] = zeros(typeOf(dataType), shape);
        }
        await this.infer(config.name, request);
        runs++;
      }
    return runs;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await session.release();
  }

  async #ensemble(config: ModelConfig, request: Tensors): Promise<Tensors> {
    if (config.schedulingChoice.case !== 'ensembleScheduling') throw new Error(`${config.name} is no ensemble.`);
    const batches = (of: ModelConfig, { dims }: Sent): number => (of.maxBatchSize > 0 ? dims[0] : 0);
    const known = new Map<string, { readonly sent: Sent; readonly batch: number }>();
    for (const end of config.input) {
      const sent = request[end.name];
      checkShape(config, end, sent);
      known.set(end.name, { sent, batch: batches(config, sent) });
    }
    const waiting = [...config.schedulingChoice.value.step];
    while (waiting.length > 0) {
      const at = waiting.findIndex(({ inputMap }) => Object.values(inputMap).every((tensor) => known.has(tensor)));
      if (at < 0) throw new Error(`${waiting.map((step) => step.modelName)} wait for ever.`);
      const [step] = waiting.splice(at, 1);
      const model = this.config(step.modelName);
      const feeds: Record<string, Sent> = {};
      for (const [own, tensor] of Object.entries(step.inputMap)) {
        const { sent, batch } = known.get(tensor)!;
        const end = model.input.find(({ name }) => name === own)!;
        feeds[own] = { ...sent, dims: converted(end.dims.map(Number), model.maxBatchSize > 0, batch, sent.dims) };
      }
      const results = await this.infer(step.modelName, feeds);
      for (const [own, tensor] of Object.entries(step.outputMap))
        known.set(tensor, { sent: results[own], batch: batches(model, results[own]) });
    }
    const outputs: Record<string, Sent> = {};
    for (const { name, dims } of config.output) {
      const { sent, batch } = known.get(name)!;
      outputs[name] = { ...sent, dims: converted(dims.map(Number), config.maxBatchSize > 0, batch, sent.dims) };
    }
    return outputs;
  }

  async #model(config: ModelConfig, request: Tensors): Promise<Tensors> {
    const session = await this.#session(config);
    const sizes = new Set<number>();
    const feeds = Object.fromEntries(
      config.input.map((end) => {
        const sent = request[end.name];
        checkShape(config, end, sent);
        if (config.maxBatchSize > 0) sizes.add(sent.dims[0]);
        const dims = end.reshape === undefined ? sent.dims : [sent.dims[0], ...end.reshape.shape.map(Number)];
        return [end.name, new Tensor(sent.type as 'float32', sent.data as Float32Array, dims)];
      }),
    );
    if (sizes.size > 1) throw new Error(`${config.name}: inputs are of different batches.`);
    const results = await session.run(feeds);
    return Object.fromEntries(
      config.output.map((end) => {
        const { type, dims, data } = results[end.name];
        const told = end.reshape === undefined ? dims : [dims[0], ...end.dims.map(Number)];
        const sent = { type, dims: told, data };
        checkShape(config, end, sent);
        if (config.maxBatchSize > 0 && !sizes.has(dims[0])) throw new Error(`${end.name} is of another batch.`);
        return [end.name, sent];
      }),
    );
  }

  async #session({ name }: ModelConfig): Promise<InferenceSession> {
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const [path, bytes] = [...this.#served.files].find(
      ([file]) => file.startsWith(`${name}/`) && file.endsWith('/model.onnx'),
    )!;
    if (!/^[^/]+\/[1-9]\d*\/model\.onnx$/.test(path)) throw new Error(`${path} is in no version's folder.`);
    const externalData = [...this.#served.files].flatMap(([file, data]) =>
      file.startsWith(path.slice(0, -'model.onnx'.length)) && file !== path
        ? [{ path: file.slice(path.length - 'model.onnx'.length), data: data as Uint8Array }]
        : [],
    );
    const session = await InferenceSession.create(bytes as Uint8Array, { logSeverityLevel: 3, externalData });
    this.#sessions.set(name, session);
    return session;
  }
}

/** A configuration's type as the runtime calls it. */
function typeOf(dataType: DataType): string {
  const name = DataType[dataType].replace(/^TYPE_/, '').replace(/^BF16$/, 'bfloat16');
  if (name === 'STRING') return 'string';
  return (dtypeOf as Readonly<Record<string, string>>)[name] ?? name;
}

function zeros(type: string, dims: readonly number[]): Sent {
  const count = dims.reduce((a, b) => a * b, 1);
  const made = new Map<string, () => Tensor['data']>([
    ['float32', () => new Float32Array(count)],
    ['float64', () => new Float64Array(count)],
    ['int64', () => new BigInt64Array(count)],
    ['int32', () => new Int32Array(count)],
    ['uint8', () => new Uint8Array(count)],
    ['bool', () => new Uint8Array(count)],
  ]).get(type);
  if (made === undefined) throw new Error(`No zeros of ${type}.`);
  return { type, dims, data: made() };
}

/** A request's or response's shape against the configuration. */
function checkShape(
  config: ModelConfig,
  end: ModelConfig['input'][number] | ModelConfig['output'][number],
  sent: Sent,
): void {
  const dims = config.maxBatchSize > 0 ? sent.dims.slice(1) : sent.dims;
  const fits = dims.length === end.dims.length && end.dims.every((dim, i) => dim === -1n || Number(dim) === dims[i]);
  if (!fits) throw new Error(`${config.name}: ${end.name} is [${sent.dims}], not [${end.dims}].`);
  if (config.maxBatchSize > 0 && sent.dims[0] > config.maxBatchSize)
    throw new Error(`${config.name}: the batch is too large.`);
  if (typeOf(end.dataType) !== sent.type) throw new Error(`${config.name}: ${end.name} is ${sent.type}.`);
}

/** `EnsembleContext::ReshapeTensorDims` of ensemble_scheduler.cc: between models that batch and models that do not. */
function converted(
  config: readonly number[],
  batching: boolean,
  batch: number,
  dims: readonly number[],
): readonly number[] {
  const agree = config.length === dims.length && config.every((dim, i) => dim === -1 || dim === dims[i]);
  if (batching === (batch !== 0)) return dims;
  if (batching) return agree ? [1, ...dims] : dims;
  return !agree && batch === 1 ? dims.slice(1) : dims;
}
