import type { ModelConfig, ModelEnsembling } from './gen/model_config_pb.ts';

type End = ModelConfig['input'][number] | ModelConfig['output'][number];

/**
 * What Triton refuses when it loads a repository, after triton-inference-server/core: `ValidateModelConfig`,
 * `ValidateIOShape` and `BuildEnsembleGraph` of model_config_utils.cc, `ValidateEnsembleConfig` of ensemble_utils.cc.
 */
export function repositoryFaults(models: ReadonlyMap<string, ModelConfig>): readonly string[] {
  return [...models].flatMap(([folder, config]) => [
    ...(config.name === folder ? [] : [`${folder} holds ${config.name}`]),
    ...configFaults(config),
    ...(config.schedulingChoice.case === 'ensembleScheduling'
      ? ensembleFaults(config, config.schedulingChoice.value, models)
      : []),
  ]);
}

function configFaults(config: ModelConfig): readonly string[] {
  const faults: string[] = [];
  const bad = (why: string) => faults.push(`${config.name}: ${why}`);
  const ensemble = config.platform === 'ensemble';
  if (ensemble !== (config.schedulingChoice.case === 'ensembleScheduling')) bad('platform and scheduling do not fit');
  if (ensemble && config.backend !== '') bad('an ensemble has no backend');
  if (!ensemble && (config.platform !== 'onnxruntime_onnx' || config.backend !== 'onnxruntime')) bad('backend');
  if (
    ensemble &&
    (config.instanceGroup.length > 0 || config.optimization !== undefined || config.modelWarmup.length > 0)
  )
    bad('an ensemble has no instances, optimisation or warm-up');
  if (config.maxBatchSize < 0) bad('max_batch_size');
  if (config.input.length === 0 || config.output.length === 0) bad('it takes or gives nothing');
  for (const end of [...config.input, ...config.output]) for (const fault of shapeFaults(end, config)) bad(fault);
  if (config.schedulingChoice.case === 'dynamicBatching') {
    const { preferredBatchSize } = config.schedulingChoice.value;
    if (preferredBatchSize.some((size) => size <= 0 || size > config.maxBatchSize)) bad('preferred_batch_size');
  }
  for (const group of config.instanceGroup) if (group.count < 1) bad('instance_group');
  for (const warmUp of config.modelWarmup) {
    if (warmUp.batchSize < 1 || (config.maxBatchSize === 0 && warmUp.batchSize !== 1)) bad('warm-up batch_size');
    const names = config.input.map(({ name }) => name).sort();
    if (Object.keys(warmUp.inputs).sort().join('\n') !== names.join('\n')) bad('warm-up inputs');
    for (const input of config.input) {
      const given = warmUp.inputs[input.name];
      if (given === undefined) continue;
      if (given.dataType !== input.dataType || given.inputDataType.case === undefined) bad(`warm-up of ${input.name}`);
      if (given.dims.some((dim) => dim < 1n) || !agree(given.dims, input.dims)) bad(`warm-up dims of ${input.name}`);
    }
  }
  return faults;
}

function shapeFaults({ name, dataType, dims, reshape }: End, { maxBatchSize }: ModelConfig): readonly string[] {
  const faults: string[] = [];
  if (name === '') faults.push('an end without a name');
  if (dataType === 0) faults.push(`${name} has no data_type`);
  if (dims.length === 0) faults.push(`${name} has no dims`);
  if (dims.some((dim) => dim < 1n && dim !== -1n)) faults.push(`${name} has dims ${dims.join()}`);
  if (reshape !== undefined && reshape.shape.length === 0 && maxBatchSize === 0) faults.push(`${name}: empty reshape`);
  if (reshape !== undefined && elements(reshape.shape) !== elements(dims)) faults.push(`${name}: reshape`);
  return faults;
}

function ensembleFaults(
  config: ModelConfig,
  { step: steps }: ModelEnsembling,
  models: ReadonlyMap<string, ModelConfig>,
): readonly string[] {
  const faults: string[] = [];
  const bad = (why: string) => faults.push(`${config.name}: ${why}`);
  interface Node {
    readonly type: number;
    readonly dims: readonly bigint[];
    readonly full: readonly bigint[];
  }
  const nodeOf = (end: End, batching: boolean, dims: readonly bigint[] = end.dims): Node => ({
    type: end.dataType,
    dims,
    full: batching ? [-1n, ...dims] : dims,
  });
  const tensors = new Map<string, Node>();
  const meet = (name: string, node: Node): void => {
    const known = tensors.get(name);
    if (known === undefined) tensors.set(name, node);
    else if (known.type !== node.type) bad(`${name} is of two types`);
    else if (!agree(known.dims, node.dims) && !agree(known.full, node.full)) bad(`${name} is of two shapes`);
  };
  const own = config.maxBatchSize > 0;
  for (const end of [...config.input, ...config.output])
    tensors.set(end.name, nodeOf(end, own, end.reshape?.shape ?? end.dims));
  const made = new Set<string>();
  if (steps.length === 0) bad('no steps');
  for (const { modelName, inputMap, outputMap } of steps) {
    const model = models.get(modelName);
    if (model === undefined) {
      bad(`there is no model ${modelName}`);
      continue;
    }
    if (Object.keys(inputMap).length === 0 || Object.keys(outputMap).length === 0) bad(`${modelName} maps nothing`);
    if (model.maxBatchSize !== 0 && model.maxBatchSize < config.maxBatchSize) bad(`${modelName} takes smaller batches`);
    const batching = model.maxBatchSize > 0;
    for (const input of model.input) {
      const tensor = inputMap[input.name];
      if (tensor === undefined) bad(`${input.name} of ${modelName} is not mapped`);
      else meet(tensor, nodeOf(input, batching));
    }
    for (const name of Object.keys(inputMap))
      if (model.input.every((input) => input.name !== name)) bad(`${modelName} has no input ${name}`);
    for (const [name, tensor] of Object.entries(outputMap)) {
      const output = model.output.find((one) => one.name === name);
      if (output === undefined) bad(`${modelName} has no output ${name}`);
      else meet(tensor, nodeOf(output, batching));
      if (made.has(tensor)) bad(`${tensor} is produced twice`);
      made.add(tensor);
    }
  }
  for (const { name } of config.input) if (made.has(name)) bad(`the input ${name} is produced by a step`);
  for (const { name } of config.output) if (!made.has(name)) bad(`nothing produces ${name}`);
  const read = new Set(steps.flatMap(({ inputMap }) => Object.values(inputMap)));
  for (const { name } of config.input) if (!read.has(name)) bad(`nothing reads ${name}`);
  for (const name of read)
    if (!made.has(name) && config.input.every((input) => input.name !== name)) bad(`nothing gives ${name}`);
  return faults;
}

/** `CompareDimsWithWildcard`. */
function agree(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === -1n || b[i] === -1n || dim === b[i]);
}

function elements(dims: readonly bigint[]): bigint {
  return dims.reduce((product, dim) => product * dim, 1n);
}

/** `CompareDimsSupported` of the ONNX Runtime backend; `exact` for outputs. -1 in `file` where it names no number. */
export function fileFault(
  file: readonly number[],
  { name, dims, reshape }: End,
  maxBatch: number,
  exact: boolean,
): string | null {
  const told = (reshape?.shape ?? dims).map(Number);
  if (maxBatch > 0 && file[0] !== -1) return `${name}: the first axis of its file is not free`;
  const full = maxBatch > 0 ? [-1, ...told] : told;
  const fits =
    file.length === 0
      ? told.every((dim) => dim === 1)
      : file.length === full.length && file.every((dim, i) => (exact || dim !== -1 ? dim === full[i] : true));
  return fits ? null : `${name}: the file says [${file}], the configuration [${full}]`;
}
