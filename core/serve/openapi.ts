import type { Json } from '../kinds/value.ts';
import type { PipelineSignature, SignatureInput, SignatureOutput } from './signature.ts';

type Schema = { readonly [key: string]: Json };

export interface DescribedPipeline {
  /** The name it is served under. */
  readonly name: string;
  readonly version: string;
  readonly signature: PipelineSignature;
}

/** OpenAPI 3.1 of the friendly protocol, derived from what the pipelines take and give. */
export function openApiOf(pipelines: readonly DescribedPipeline[], serverVersion: string): Json {
  const [first] = pipelines;
  const paths: Record<string, Json> = {};
  if (first !== undefined) paths['/predict'] = { post: predictOperation(first, 'predict') };
  for (const pipeline of pipelines)
    paths[`/v1/pipelines/${encodeURIComponent(pipeline.name)}/predict`] = {
      post: predictOperation(pipeline, `predict_${pipeline.name.replace(/[^A-Za-z0-9_]+/g, '_')}`),
    };
  return {
    openapi: '3.1.0',
    info: {
      title: first?.signature.title ?? 'Tributary',
      description: first?.signature.description ?? '',
      version: first?.version ?? '0',
      'x-server-version': serverVersion,
    },
    servers: [{ url: '/' }],
    paths: {
      ...paths,
      '/livez': { get: health('livez', 'Whether the process lives.') },
      '/readyz': { get: health('readyz', 'Whether it may be sent traffic, and if not, why.') },
    },
    components: { schemas: { Problem: problemSchema }, responses: problemResponses() },
  };
}

function predictOperation({ signature, version }: DescribedPipeline, operationId: string): Json {
  const { inputs, outputs, title, description } = signature;
  const only = inputs.length === 1 ? inputs[0] : null;
  const content: Record<string, Json> = {
    'multipart/form-data': {
      schema: objectOf(
        inputs.map((input) => [input.name, partSchema(input)]),
        inputs,
      ),
      encoding: Object.fromEntries(
        inputs
          .filter((input) => input.kind === 'json')
          .map((input) => [input.name, { contentType: 'application/json' }]),
      ),
    },
    'application/json': {
      schema: {
        type: 'object',
        properties: {
          inputs: objectOf(
            inputs.map((input) => [input.name, jsonInputSchema(input)]),
            inputs,
          ),
          outputs: outputsSchema(outputs),
          top: { type: 'integer', minimum: 1, description: 'Most classes of scores, best first.' },
        },
        required: ['inputs'],
      },
    },
  };
  if (only !== null && only.kind !== 'folder') content[wholeBodyType(only)] = { schema: wholeBodySchema(only) };
  return {
    operationId,
    summary: title,
    description,
    parameters: [
      {
        name: 'outputs',
        in: 'query',
        description: 'Outputs wanted, with commas between; all when left out.',
        schema: { type: 'string' },
      },
      {
        name: 'top',
        in: 'query',
        description: 'Most classes of scores, best first; `all` for all of them.',
        schema: { type: 'string' },
      },
      {
        name: 'X-Deadline-Ms',
        in: 'header',
        description: 'Milliseconds from the arrival after which the answer is of no use.',
        schema: { type: 'integer', minimum: 0 },
      },
      {
        name: 'X-Request-Id',
        in: 'header',
        description: 'Comes back with the answer and stands in the log.',
        schema: { type: 'string', maxLength: 128 },
      },
    ],
    requestBody: { required: inputs.length > 0, content },
    responses: {
      '200': {
        description: 'What came out.',
        headers: {
          'X-Tributary-Version': {
            description: 'The version that answered.',
            schema: { type: 'string', examples: [version] },
          },
          'X-Request-Id': { description: 'The id of the request.', schema: { type: 'string' } },
        },
        content: { 'application/json': { schema: answerSchema(outputs) }, ...rawContent(outputs) },
      },
      ...Object.fromEntries(
        Object.keys(problems).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
    },
  };
}

function objectOf(properties: readonly (readonly [string, Json])[], inputs: readonly SignatureInput[]): Json {
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: inputs.map((input) => input.name),
  };
}

function outputsSchema(outputs: readonly SignatureOutput[]): Json {
  return {
    type: 'array',
    items: { type: 'string', ...(outputs.length > 0 ? { enum: outputs.map((output) => output.name) } : {}) },
    description: 'Outputs wanted; all when left out.',
  };
}

/** A part of multipart/form-data. OpenAPI 3.1 describes binary parts by their media type alone. */
function partSchema(input: SignatureInput): Schema {
  const described = doc(input);
  switch (input.kind) {
    case 'text':
      return { type: 'string', ...described };
    case 'json':
      return { ...described };
    case 'folder':
      return { type: 'array', items: { type: 'string', contentMediaType: 'application/octet-stream' }, ...described };
    default:
      return { type: 'string', contentMediaType: mediaType(input), ...described };
  }
}

function jsonInputSchema(input: SignatureInput): Schema {
  const described = doc(input);
  const file: Schema = { type: 'string', contentEncoding: 'base64', contentMediaType: mediaType(input) };
  switch (input.kind) {
    case 'text':
      return { type: 'string', ...described };
    case 'json':
      return { ...described };
    case 'tensor':
      return {
        ...described,
        anyOf: [
          { type: 'array', description: 'Nested arrays, row by row.' },
          {
            type: 'object',
            properties: {
              dtype: { type: 'string' },
              shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
              data: { type: 'array' },
            },
            required: ['data'],
          },
          { ...file, description: 'A .npy file.' },
        ],
      };
    case 'folder':
      return { type: 'array', items: file, ...described };
    default:
      return { ...file, ...described };
  }
}

function wholeBodyType(input: SignatureInput): string {
  if (input.kind === 'text') return 'text/plain';
  return mediaType(input);
}

function wholeBodySchema(input: SignatureInput): Schema {
  return input.kind === 'text' ? { type: 'string' } : { contentMediaType: mediaType(input) };
}

function mediaType({ kind }: SignatureInput): string {
  return kind === 'image' || kind === 'audio' || kind === 'video' ? `${kind}/*` : 'application/octet-stream';
}

function doc(named: SignatureInput | SignatureOutput): Schema {
  return named.doc === '' ? {} : { description: named.doc };
}

function answerSchema(outputs: readonly SignatureOutput[]): Json {
  return {
    type: 'object',
    properties: {
      outputs: {
        type: 'object',
        properties: Object.fromEntries(outputs.map((output) => [output.name, outputSchema(output)])),
      },
      missing: {
        type: 'object',
        description: 'Outputs that have no value, and why.',
        additionalProperties: { $ref: '#/components/schemas/Problem' },
      },
      warnings: { type: 'array', items: { $ref: '#/components/schemas/Problem' } },
      timings: {
        type: 'object',
        properties: {
          queueMs: { type: 'number' },
          runMs: { type: 'number' },
          nodes: { type: 'object', additionalProperties: { type: 'number' } },
        },
      },
      version: { type: 'string' },
      requestId: { type: 'string' },
    },
    required: ['outputs', 'timings', 'version', 'requestId'],
  };
}

function outputSchema(output: SignatureOutput): Schema {
  const value = valueSchema(output);
  const whole: Schema =
    output.type.sequence.count === 'one'
      ? value
      : {
          type: 'array',
          items: {
            type: 'object',
            properties: { t: { type: 'number' }, durationSeconds: { type: 'number' }, value },
            required: ['t', 'value'],
          },
        };
  return { ...doc(output), anyOf: [whole, { type: 'null' }] };
}

const number: Schema = { type: 'number' };
const integer: Schema = { type: 'integer' };
const text: Schema = { type: 'string' };

function record(properties: Readonly<Record<string, Json>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

function valueSchema({ kind }: SignatureOutput): Schema {
  const picture = { width: integer, height: integer, data: { type: 'string', description: 'A data URL.' } };
  switch (kind) {
    case 'text':
      return text;
    case 'json':
      return {};
    case 'scores':
      return record({
        label: { type: ['string', 'null'] },
        score: { type: ['number', 'null'] },
        form: text,
        count: integer,
        classes: { type: 'array', items: record({ label: text, class: integer, score: number }) },
      });
    case 'boxes': {
      const corners = { x1: number, y1: number, x2: number, y2: number };
      const boxes = { type: 'array', items: record({ label: text, class: integer, score: number, ...corners }) };
      return record({ count: integer, imageWidth: integer, imageHeight: integer, boxes });
    }
    case 'embedding':
      return { type: 'array', items: number };
    case 'tensor':
      return record({ dtype: text, shape: { type: 'array', items: integer }, data: { type: 'array' } });
    case 'image':
      return record(picture);
    case 'mask':
      return record({
        ...picture,
        classes: { type: 'array', items: record({ class: integer, label: text, share: number }) },
      });
    case 'audio':
      return record({ sampleRateHz: number, channels: integer, seconds: number, data: picture.data });
    case 'video':
      return record({ width: integer, height: integer, frameRateHz: number, durationSeconds: number });
  }
}

/** What an only picture, sound or text may be asked for as. */
function rawContent(outputs: readonly SignatureOutput[]): { readonly [type: string]: Json } {
  const types = outputs.flatMap(({ kind }) =>
    kind === 'image' || kind === 'mask'
      ? ['image/png']
      : kind === 'audio'
        ? ['audio/wav']
        : kind === 'text'
          ? ['text/plain']
          : [],
  );
  return Object.fromEntries(types.map((type) => [type, { schema: { contentMediaType: type } }]));
}

function health(operationId: string, summary: string): Json {
  return {
    operationId,
    summary,
    responses: { '200': { description: 'Yes.' }, '503': { description: 'No.' } },
  };
}

const problems: Readonly<Record<string, string>> = {
  '400': 'The request or its media cannot be used.',
  '404': 'There is no such pipeline or version.',
  '413': 'The request or its media is over a limit.',
  '415': 'The request comes in a form that is not taken.',
  '422': 'The pipeline gave NaN or infinity.',
  '429': 'The server has no room; try again after Retry-After.',
  '500': 'The server or the pipeline made a mistake.',
  '503': 'The server is not ready, or its engine ended under the request.',
  '504': 'The deadline passed.',
};

function problemResponses(): Json {
  return Object.fromEntries(
    Object.entries(problems).map(([status, description]) => [
      `Problem${status}`,
      {
        description,
        content: {
          'application/json': {
            schema: record({ error: { $ref: '#/components/schemas/Problem' }, requestId: text }),
          },
        },
      },
    ]),
  );
}

const problemSchema: Json = {
  type: 'object',
  properties: {
    code: { type: 'string', description: 'Stays the same between versions; match on it.' },
    message: { type: 'string' },
    fix: { type: 'string' },
    where: { type: 'object' },
    retryAfterSeconds: { type: 'integer' },
  },
  required: ['code', 'message', 'fix'],
};
