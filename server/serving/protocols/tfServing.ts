import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Json } from '../../../core/kinds/value.ts';
import { Problem } from '../../../core/problems/problem.ts';
import { parseJsonBody } from '../../../core/serve/jsonBody.ts';
import { nested } from '../../../core/serve/jsonTensor.ts';
import type { OipTensor } from '../../../core/serve/oipTensor.ts';
import type { PipelineSignature } from '../../../core/serve/signature.ts';
import { jsonOfTensor } from '../../../core/serve/tensorJson.ts';
import { tensorsOfResults } from '../../../core/serve/tensorOutputs.ts';
import type { ServingContext } from '../context.ts';
import type { ServedModel, ServedVersion } from '../contract.ts';
import { bodyOf } from '../requests.ts';
import { fitting } from './fitting.ts';
import { modelNamed, versionNamed } from './found.ts';
import { itemsOfInstances } from './instances.ts';
import { predictItems } from './predictItems.ts';
import { addRoutes, errorText } from './scope.ts';
import { signatureName, tfMetadata, tfOutputName, tfStatus, versionLabelled } from './tfSignature.ts';

const predictRequest = z.object({
  signature_name: z.string().optional(),
  instances: z.unknown().optional(),
  inputs: z.unknown().optional(),
});

/** `M`, `M/versions/V`, `M/labels/L`, and what is asked of it behind a colon or as `/metadata`. */
const address = /^([^/:]+)(?:\/versions\/([^/:]+)|\/labels\/([^/:]+))?(?::(\w+)|\/(metadata))?$/;

interface Addressed {
  readonly model: ServedModel;
  /** Set where the address names a version or label. */
  readonly served?: ServedVersion;
  readonly verb?: string;
}

/** TensorFlow Serving's REST API: predict by rows and by columns, status, metadata. */
export function addTfServing(app: FastifyInstance, serving: ServingContext): void {
  const { limits, tools } = serving;
  addRoutes(app, serving, 'tf', errorText, (scope) => {
    scope.get<{ Params: { '*': string } }>('/v1/models/*', async (request) => {
      const { model, served, verb } = addressed(serving, request.params['*']);
      if (verb === 'metadata') return tfMetadata(model, served ?? versionNamed(model, undefined));
      if (verb !== undefined) throw notThere(verb);
      return tfStatus(served === undefined ? model.versions : [served]);
    });
    scope.post<{ Params: { '*': string } }>('/v1/models/*', async (request, reply) => {
      const arrival = serving.arrival(request, reply);
      const { model, served, verb } = addressed(serving, request.params['*']);
      if (verb !== 'predict') throw notThere(verb ?? '');
      const version = served?.version ?? arrival.version;
      const { signature } = versionNamed(model, version);
      const given = fitting(
        predictRequest,
        parseJsonBody(bodyOf(request), limits.jsonDepth, limits.jsonBytes),
        'request',
      );
      if (given.signature_name !== undefined && given.signature_name !== signatureName && given.signature_name !== '')
        throw invalid(`There is no signature called ${JSON.stringify(given.signature_name.slice(0, 100))}.`);
      const byRows = given.instances !== undefined;
      if (byRows === (given.inputs !== undefined)) throw invalid('Send "instances" or "inputs", and not both.');
      const rows = byRows ? (given.instances as Json) : rowsOf(given.inputs as Json, signature);
      const items = itemsOfInstances(rows, signature, limits, tools);
      const answered = await predictItems(serving, { model: model.name, version, items, protocol: 'tf', arrival });
      reply.header('x-tributary-version', answered.version);
      const answer = byRows ? predictionsOf(answered, serving) : outputsOf(answered, serving);
      return reply.send(await answer);
    });
  });
}

function addressed({ service }: ServingContext, path: string): Addressed {
  const [, name, version, label, colon, word] = address.exec(path) ?? [];
  if (name === undefined) throw notThere(path);
  const model = modelNamed(service, name);
  const verb = colon ?? word;
  if (version !== undefined) return { model, served: versionNamed(model, version), verb };
  if (label === undefined) return { model, verb };
  const served = versionLabelled(model, label);
  if (served !== undefined) return { model, served, verb };
  throw new Problem('model-unknown', {
    message: `The model "${name}" has no version labelled ${JSON.stringify(label.slice(0, 100))}.`,
    fix: 'The labels are stable, latest and, while there is one, canary.',
  });
}

/** Columns as rows: each input is a list with an element for each item; what is no list is the one item's. */
function rowsOf(inputs: Json, signature: PipelineSignature): Json {
  const [only] = signature.inputs;
  const isObject = inputs !== null && typeof inputs === 'object' && !Array.isArray(inputs) && !('b64' in inputs);
  if (!isObject) {
    if (only === undefined || signature.inputs.length !== 1)
      throw invalid('"inputs" must name its tensors: the pipeline has more than one.');
    return Array.isArray(inputs) ? inputs : [inputs];
  }
  const columns = Object.entries(inputs).map(
    ([name, column]) => [name, Array.isArray(column) ? (column as readonly Json[]) : [column as Json]] as const,
  );
  const [first] = columns;
  const size = first?.[1].length ?? 1;
  const uneven = columns.find(([, column]) => column.length !== size);
  if (uneven !== undefined)
    throw invalid(`The input "${uneven[0]}" has ${uneven[1].length} items, and "${first[0]}" has ${size}.`);
  return Array.from({ length: size }, (_, i) => Object.fromEntries(columns.map(([name, column]) => [name, column[i]])));
}

type Answered = Awaited<ReturnType<typeof predictItems>>;

/** A row for each item; where there is one tensor only, its value alone. */
async function predictionsOf({ results, signature }: Answered, serving: ServingContext): Promise<Json> {
  const predictions: Json[] = [];
  for (const result of results) {
    const { tensors } = await tensorsOfResults([result], signature, null, serving.tools);
    const values = tensors.map((tensor) => [tfOutputName(tensor.name, signature), firstOf(tensor, serving)] as const);
    predictions.push(values.length === 1 ? values[0][1] : Object.fromEntries(values));
  }
  return { predictions };
}

/** A tensor for each output, all items of the batch in it. */
async function outputsOf({ results, signature }: Answered, serving: ServingContext): Promise<Json> {
  const { tensors } = await tensorsOfResults(results, signature, null, serving.tools);
  const values = tensors.map((tensor) => [tfOutputName(tensor.name, signature), wholeOf(tensor, serving)] as const);
  return { outputs: values.length === 1 ? values[0][1] : Object.fromEntries(values) };
}

function firstOf(tensor: OipTensor, serving: ServingContext): Json {
  const [, ...shape] = tensor.shape;
  return nested(elementsOf(tensor, serving), shape);
}

function wholeOf(tensor: OipTensor, serving: ServingContext): Json {
  return nested(elementsOf(tensor, serving), tensor.shape);
}

function elementsOf(tensor: OipTensor, { tools }: ServingContext): readonly Json[] {
  const { data, base64 } = jsonOfTensor(tensor, tools);
  return base64 ? data.map((element) => ({ b64: element })) : data;
}

function invalid(message: string): Problem {
  return new Problem('request-invalid', { message, fix: 'Send what the REST API of TensorFlow Serving describes.' });
}

function notThere(what: string): Problem {
  return new Problem('route-unknown', {
    message: `There is nothing at ${JSON.stringify(what.slice(0, 100))}.`,
    fix: 'Ask for :predict, for /metadata, or for the model alone.',
  });
}
