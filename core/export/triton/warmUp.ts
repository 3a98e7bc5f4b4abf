import { create } from '@bufbuild/protobuf';
import type { CompiledPart } from '../../lower/compile.ts';
import { changed } from '../../onnx/change.ts';
import { type ModelProto, ValueInfoProtoSchema } from '../../onnx/gen/onnx-ml_pb.ts';
import { inferShapes } from '../../onnx/inferShapes.ts';
import { type DeclaredType, tensorTypeOf, typeProtoOf } from '../../onnx/valueTypes.ts';
import type { ExportInput } from '../target.ts';
import type { ConfigTensor, ConfigWarmUp } from './modelConfig.ts';
import type { Apart, Mapped, ModelStep, StretchStep } from './steps.ts';

/** What sizes the tensors between the steps have for one item, as far as that is known. */
export type Sizes = ReadonlyMap<string, readonly number[]>;

/**
 * From the sizes that the pipeline's own inputs had when it ran (`seen`, by `node.port`, without N) those of all that follows,
 * as far as shapes can be inferred.
 */
export function sizesOf(
  { inputs, steps }: Pick<Apart, 'inputs' | 'steps'>,
  { file, ends }: CompiledPart,
  seen: ExportInput['seen'],
): Sizes {
  const sizes = new Map<string, readonly number[]>();
  for (const { name, shape, without } of inputs) {
    const input = file.inputs.find(({ tensors }) => tensors.some((tensor) => tensor.name === name));
    const own = seen?.get(ends.get(input?.name ?? '') ?? '');
    const full = own === undefined || input?.tensors[0].name !== name ? null : [1, ...own];
    const dims = full === null || without === null ? full : full.filter((_, axis) => axis !== without);
    const size = shape.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? 1 : (dims?.[axis] ?? null)));
    if (size.every((dim) => dim !== null)) sizes.set(name, size);
  }
  for (const step of steps) {
    const model = step.kind === 'stretch' ? step.model : step.graft.model;
    for (const [name, size] of sizesBehind(model, step, sizes)) sizes.set(name, size);
  }
  return sizes;
}

function sizesBehind(model: ModelProto, { reads, makes }: StretchStep | ModelStep, sizes: Sizes): Sizes {
  const { graph } = model;
  if (graph === undefined) return new Map();
  const input = graph.input.map((info) => {
    const size = sizes.get(reads.find(({ own }) => own === info.name)?.tensor ?? '');
    const type = tensorTypeOf(info.type);
    return size === undefined || type === null
      ? info
      : create(ValueInfoProtoSchema, { name: info.name, type: typeProtoOf({ element: type.element, shape: size }) });
  });
  // What the file says of its outputs would stand against what follows from the sizes.
  const { types } = inferShapes(changed(model, { graph: changed(graph, { input, valueInfo: [] }) }));
  return new Map(
    makes.flatMap(({ own, tensor }) => {
      const size = numbersOf(types.get(own));
      return size === null ? [] : [[tensor, size] as const];
    }),
  );
}

function numbersOf(type: DeclaredType | undefined): readonly number[] | null {
  return type?.shape?.every((dim): dim is number => typeof dim === 'number') ? type.shape : null;
}

/**
 * A run with zeros before a model is ready, and one of each preferred batch; none where a size is not known, since Triton does not load a model whose
 * warm-up fails. Zeros are valid whatever they mean: a token, a class, silence.
 */
export function warmUpsOf(
  inputs: readonly ConfigTensor[],
  { reads }: { readonly reads: readonly Mapped[] },
  maxBatch: number,
  sizes: Sizes,
  preferred: readonly number[],
): readonly ConfigWarmUp[] {
  const fed: ConfigWarmUp['inputs'][number][] = [];
  for (const { name, dtype, shape } of inputs) {
    const seen = sizes.get(reads.find(({ own }) => own === name)?.tensor ?? '');
    const size = shape.map((dim, axis) => (typeof dim === 'number' ? dim : (seen?.[axis] ?? null)));
    const own = maxBatch > 0 ? size.slice(1) : size;
    const dims = own.flatMap((dim) => (dim === null ? [] : [dim]));
    if (dims.length < own.length) return [];
    fed.push({ name, dtype, dims: dims.length === 0 ? [1] : dims });
  }
  return [1, ...preferred].map((batch) => ({ name: batch === 1 ? 'one' : `batch of ${batch}`, batch, inputs: fed }));
}
