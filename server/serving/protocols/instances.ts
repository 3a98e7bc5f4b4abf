import type { Json, MediaSource, Value } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import type { RunInputs } from '../../../core/run/result.ts';
import { inputFromJson, type ValueTools } from '../../../core/serve/jsonValues.ts';
import type { PipelineSignature, SignatureInput } from '../../../core/serve/signature.ts';
import { inputNamed } from '../../../core/serve/tensorInputs.ts';
import { hasOwnBatch } from '../../../core/serve/tensorSpecs.ts';
import type { ProtocolLimits } from '../context.ts';

/**
 * The items of a list of instances, as TensorFlow Serving and Vertex send it: each a value for the only input, or an
 * object of inputs by name. Throws `request-invalid`, `request-too-large` and what reading a value throws, which then
 * names the item.
 */
export function itemsOfInstances(
  instances: Json | undefined,
  signature: PipelineSignature,
  { batchItems }: Pick<ProtocolLimits, 'batchItems'>,
  tools: ValueTools,
): readonly RunInputs[] {
  if (!Array.isArray(instances) || instances.length === 0)
    throw new Problem('request-invalid', {
      message: '"instances" must be a list with an item or more.',
      fix: 'Send { "instances": [ ... ] }.',
    });
  if (instances.length > batchItems)
    throw new Problem('request-too-large', {
      message: `There are ${instances.length} instances; ${batchItems} are taken at once.`,
      fix: 'Send them in several requests.',
    });
  return instances.map((instance: Json, i) => {
    try {
      return itemOf(instance, signature, tools);
    } catch (error) {
      if (!(error instanceof Problem) || instances.length === 1) throw error;
      throw new Problem(error.data.code, {
        ...error.data,
        message: `Instance ${i} (counted from 0): ${error.message}`,
      });
    }
  });
}

function itemOf(instance: Json, signature: PipelineSignature, tools: ValueTools): RunInputs {
  const [only] = signature.inputs;
  if (only !== undefined && signature.inputs.length === 1 && !isNamed(instance, signature))
    return { [only.name]: instanceInput(only, instance, tools) };
  if (instance === null || typeof instance !== 'object' || Array.isArray(instance))
    throw new Problem('request-invalid', {
      message: 'An instance is no object, and the pipeline has more than one input.',
      fix: `Send { ${signature.inputs.map((input) => `"${input.name}": ...`).join(', ')} }.`,
    });
  return Object.fromEntries(
    Object.entries(instance).map(([name, json]) => [
      name,
      instanceInput(inputNamed(name, signature), json as Json, tools),
    ]),
  );
}

/** True for an object of inputs by name, and not a value of the only input. */
function isNamed(instance: Json, signature: PipelineSignature): instance is { readonly [key: string]: Json } {
  if (instance === null || typeof instance !== 'object' || Array.isArray(instance)) return false;
  const keys = Object.keys(instance);
  const [only] = signature.inputs;
  if (only?.kind === 'json') return keys.length === 1 && keys[0] === only.name;
  return !('b64' in instance) && !('data' in instance && only?.kind === 'tensor' && only.name !== 'data');
}

/** One input of one instance: a tensor without its batch is given one. */
export function instanceInput(input: SignatureInput, json: Json, tools: ValueTools): MediaSource | Value {
  const value = inputFromJson(input, json, tools);
  const declared = input.type?.kind === 'tensor' ? input.type.shape : null;
  if (value.kind !== 'tensor' || declared === null || !hasOwnBatch(declared)) return value;
  return value.shape.length === declared.length - 1 ? { ...value, shape: [1, ...value.shape] } : value;
}
