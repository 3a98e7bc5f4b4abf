import type { Datatype, TensorSpec } from '../../../core/serve/oipTensor.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import { inputTensors, isFileOutput, outputTensors } from '../../../core/serve/tensorSpecs.ts';
import type { ServedModel, ServedVersion, VersionState } from '../contract.ts';

const types: Readonly<Record<Datatype, string>> = {
  BOOL: 'DT_BOOL',
  UINT8: 'DT_UINT8',
  UINT16: 'DT_UINT16',
  UINT32: 'DT_UINT32',
  UINT64: 'DT_UINT64',
  INT8: 'DT_INT8',
  INT16: 'DT_INT16',
  INT32: 'DT_INT32',
  INT64: 'DT_INT64',
  FP16: 'DT_HALF',
  FP32: 'DT_FLOAT',
  FP64: 'DT_DOUBLE',
  BYTES: 'DT_STRING',
};

/** The one signature that a pipeline has. */
export const signatureName = 'serving_default';

/** `GET .../metadata`: the signature in TensorFlow's words. */
export function tfMetadata(model: ServedModel, { version, signature }: ServedVersion) {
  return {
    model_spec: { name: model.name, signature_name: '', version },
    metadata: {
      signature_def: {
        signature_def: {
          [signatureName]: {
            inputs: infos(inputTensors(signature), (name) => name),
            outputs: infos(outputTensors(signature), (name) => tfOutputName(name, signature)),
            method_name: 'tensorflow/serving/predict',
            defaults: {},
          },
        },
      },
    },
  };
}

function infos(tensors: readonly TensorSpec[], called: (name: string) => string) {
  return Object.fromEntries(
    tensors.map(({ name, datatype, shape }) => [
      called(name),
      {
        dtype: types[datatype],
        tensor_shape: { dim: shape.map((size) => ({ size: String(size), name: '' })), unknown_rank: false },
        name: called(name),
      },
    ]),
  );
}

/** Files end in `_bytes`, by which clients know that base64 comes. */
export function tfOutputName(tensor: string, signature: PipelineSignature): string {
  const output = signature.outputs.find((known) => known.name === tensor);
  return output !== undefined && isFileOutput(output) && !tensor.endsWith('_bytes') ? `${tensor}_bytes` : tensor;
}

const states: Readonly<Record<VersionState, string>> = {
  loading: 'LOADING',
  verifying: 'LOADING',
  ready: 'AVAILABLE',
  failed: 'END',
  draining: 'UNLOADING',
  gone: 'END',
};

/** `GET /v1/models/M`: how each version fares. */
export function tfStatus(versions: readonly ServedVersion[]) {
  return {
    model_version_status: [...versions].reverse().map(({ version, state, problem }) => ({
      version,
      state: states[state],
      status:
        problem === undefined
          ? { error_code: 'OK', error_message: '' }
          : { error_code: 'UNAVAILABLE', error_message: problem.message },
    })),
  };
}

/** Versions by label: `stable` has most of the traffic, `canary` the least, `latest` is the newest that is ready. */
export function versionLabelled(model: ServedModel, label: string): ServedVersion | undefined {
  const ready = model.versions.filter((served) => served.state === 'ready');
  const byWeight = ready.filter((served) => served.weight > 0).sort((a, b) => b.weight - a.weight);
  if (label === 'latest') return ready.at(-1);
  if (label === 'stable') return byWeight[0] ?? ready.at(-1);
  return label === 'canary' && byWeight.length > 1 ? byWeight.at(-1) : undefined;
}
