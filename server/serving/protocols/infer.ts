import { Problem } from '../../../core/problems/problem.ts';
import type { OipTensor } from '../../../core/serve/oipTensor.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import { itemsOfTensors } from '../../../core/serve/tensorInputs.ts';
import { outputsNamed, tensorsOfResults } from '../../../core/serve/tensorOutputs.ts';
import type { Arrival, ServingContext } from '../context.ts';
import type { ServedModel } from '../contract.ts';
import { modelNamed, versionNamed } from './found.ts';
import { predictItems } from './predictItems.ts';

/** A request of the Open Inference Protocol, however it came. */
export interface InferAsk {
  readonly model: string;
  readonly version?: string;
  readonly tensors: readonly OipTensor[];
  /** Tensors wanted; null for all. */
  readonly outputs: readonly string[] | null;
  readonly protocol: string;
  readonly arrival: Arrival;
}

export interface Inferred {
  readonly version: string;
  readonly tensors: readonly OipTensor[];
  /** Outputs that have no value, and why. */
  readonly missing: Readonly<Record<string, string>>;
}

/** Answers tensors with tensors. Throws Problems. */
export async function infer(serving: ServingContext, ask: InferAsk): Promise<Inferred> {
  const { outputs, arrival } = ask;
  const signature = signatureFor(serving, ask.model, ask.version ?? arrival.version);
  const items = itemsOfTensors(ask.tensors, signature, serving.limits);
  const wanted = outputs === null ? undefined : outputsNamed(outputs, signature).map((output) => output.name);
  const answered = await predictItems(serving, { ...ask, items, outputs: wanted });
  const { tensors, missing } = await tensorsOfResults(answered.results, answered.signature, outputs, serving.tools);
  const [absent] = Object.entries(missing);
  if (outputs !== null && absent !== undefined)
    throw new Problem('modality-missing', {
      message: `The output "${absent[0]}" has no value: ${absent[1]}`,
      fix: 'Give the modality that it needs, or do not ask for it.',
    });
  return { version: answered.version, tensors, missing };
}

/** The signature that a request is read by. */
export function signatureFor(serving: ServingContext, model: string, version: string | undefined): PipelineSignature {
  return versionNamed(modelNamed(serving.service, model), version).signature;
}

/** Told as `platform`: a graph of models and processing, as Triton's `ensemble` is one. */
export const platform = 'tributary_pipeline';
export const serverName = 'tributary';

/** Versions that can be asked. */
export function readyVersions(model: ServedModel): readonly string[] {
  return model.versions.filter((served) => served.state === 'ready').map((served) => served.version);
}
