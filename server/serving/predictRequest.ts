import type { FastifyRequest } from 'fastify';
import type { Limits } from '../../core/define/limits.ts';
import type { Json, MediaSource, Value } from '../../core/kinds/value.ts';
import { nearestName } from '../../core/problems/nearestName.ts';
import { Problem } from '../../core/problems/problem.ts';
import { parseJsonBody } from '../../core/serve/jsonBody.ts';
import { defaultTop, inputFromJson, type ValueTools } from '../../core/serve/jsonValues.ts';
import type { PipelineSignature, SignatureInput } from '../../core/serve/signature.ts';
import { type Part, readMultipart } from './multipart.ts';

type Given = MediaSource | Value;

/** Bounds of what one request may hold. */
export type RequestBounds = Pick<Limits, 'jsonDepth' | 'serverJsonBytes' | 'serverParts'>;

/** What a request of the friendly protocol asks for. */
export interface PredictRequest {
  readonly inputs: Readonly<Record<string, Given>>;
  readonly outputs?: readonly string[];
  readonly top: number;
}

type Query = Readonly<Record<string, unknown>>;

/**
 * Reads a request: multipart/form-data with a part for each input; JSON, as `{ "inputs": { … } }` or the inputs alone;
 * or one input as the whole body. `outputs`, `top` and, for a whole body, `input` may stand in the query.
 */
export async function readPredictRequest(
  request: FastifyRequest,
  body: Uint8Array,
  signature: PipelineSignature,
  limits: RequestBounds,
  tools: ValueTools,
): Promise<PredictRequest> {
  const contentType = request.headers['content-type'] ?? '';
  const type = contentType.split(';')[0].trim().toLowerCase();
  const query = request.query as Query;
  const asked = { outputs: namesOf(query['outputs']), top: topOf(query['top']) };
  if (type === 'multipart/form-data') {
    const parts = await readMultipart(body, contentType, limits.serverParts);
    const { inputs, settings } = sortParts(parts, signature, limits);
    return {
      inputs,
      outputs: asked.outputs ?? namesOf(settings['outputs']),
      top: asked.top ?? topOf(settings['top']) ?? defaultTop,
    };
  }
  if (type === 'application/json' || type.endsWith('+json') || (type === '' && looksLikeJson(body))) {
    const json = parseJsonBody(body, limits.jsonDepth, limits.serverJsonBytes);
    return fromJson(json, asked, signature, tools);
  }
  if (type === 'application/x-www-form-urlencoded')
    throw new Problem('request-unsupported', {
      message: 'Forms must be sent as multipart/form-data.',
      fix: 'For example: curl -F image=@cat.jpg …',
    });
  if (body.length === 0 && signature.inputs.length > 0) throw nothingSent(signature);
  if (signature.inputs.length === 0) return { inputs: {}, outputs: asked.outputs, top: asked.top ?? defaultTop };
  const input = wholeBodyInput(query['input'], signature, type);
  const given = fromBytes(input, body, input.name, type, limits);
  return { inputs: { [input.name]: given }, outputs: asked.outputs, top: asked.top ?? defaultTop };
}

function fromJson(
  json: Json,
  asked: { readonly outputs?: readonly string[]; readonly top?: number },
  signature: PipelineSignature,
  tools: ValueTools,
): PredictRequest {
  if (!isRecord(json))
    throw new Problem('request-invalid', {
      message: 'The body is JSON, but no object.',
      fix: `Send { "inputs": { ${signature.inputs.map((input) => `"${input.name}": …`).join(', ')} } }.`,
    });
  const named = (name: string): boolean => signature.inputs.some((input) => input.name === name);
  const wrapped = isRecord(json['inputs']) && !named('inputs');
  const fields = wrapped ? (json['inputs'] as Readonly<Record<string, Json>>) : json;
  const setting = (name: string): Json | undefined => (wrapped || !named(name) ? json[name] : undefined);
  const inputs: Record<string, Given> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!wrapped && !named(name) && (name === 'outputs' || name === 'top')) continue;
    inputs[name] = inputFromJson(inputNamed(name, signature), value, tools);
  }
  return {
    inputs,
    outputs: asked.outputs ?? namesOf(setting('outputs')),
    top: asked.top ?? topOf(setting('top')) ?? defaultTop,
  };
}

interface Sorted {
  readonly inputs: Readonly<Record<string, Given>>;
  readonly settings: Readonly<Record<string, string>>;
}

function sortParts(parts: readonly Part[], signature: PipelineSignature, limits: RequestBounds): Sorted {
  const byName = new Map<string, Part[]>();
  for (const part of parts) byName.set(part.name, [...(byName.get(part.name) ?? []), part]);
  const inputs: Record<string, Given> = {};
  const settings: Record<string, string> = {};
  for (const [name, same] of byName) {
    if ((name === 'outputs' || name === 'top') && !signature.inputs.some((input) => input.name === name)) {
      settings[name] = textOf(same[0].bytes, name);
      continue;
    }
    const input = inputNamed(name, signature);
    if (input.kind === 'folder') {
      const files = same.map((part, i) => media(part.bytes, part.filename || `${name}[${i}]`));
      inputs[name] = { kind: 'media', name, files };
    } else if (same.length > 1)
      throw new Problem('request-invalid', {
        message: `The input "${name}" was sent ${same.length} times.`,
        fix: 'Send it once.',
      });
    else inputs[name] = fromBytes(input, same[0].bytes, same[0].filename || name, same[0].type, limits);
  }
  return { inputs, settings };
}

/** One input from bytes as they came: JSON and text are read here, media where they are decoded. */
function fromBytes(input: SignatureInput, bytes: Uint8Array, name: string, type: string, limits: RequestBounds): Given {
  switch (input.kind) {
    case 'text':
      return { kind: 'text', text: textOf(bytes, input.name) };
    case 'json':
      return { kind: 'json', json: parseJsonBody(bytes, limits.jsonDepth, limits.serverJsonBytes) };
    case 'tensor': {
      if (bytes[0] === 0x93 || !/json|^text\/plain|^$/.test(type)) return media(bytes, name);
      const json = parseJsonBody(bytes, limits.jsonDepth, limits.serverJsonBytes);
      return inputFromJson(input, json, noTools);
    }
    case 'folder':
      return { kind: 'media', name: input.name, files: [media(bytes, name)] };
    default:
      return media(bytes, name);
  }
}

/** JSON in a part holds no base64 of its own. */
const noTools: ValueTools = {
  fromBase64: () => null,
  toBase64: () => '',
  encode: () => Promise.reject(new RangeError('inputs are not encoded')),
};

function media(bytes: Uint8Array, name: string): MediaSource {
  return { kind: 'media', bytes, name: name.slice(0, 200) };
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem('text-encoding', {
      message: `"${name}" is not UTF-8 text.`,
      fix: 'Send it in UTF-8.',
      cause,
    });
  }
}

function wholeBodyInput(name: unknown, signature: PipelineSignature, type: string): SignatureInput {
  if (typeof name === 'string') return inputNamed(name, signature);
  const [only, ...others] = signature.inputs;
  if (others.length === 0) return only;
  const family = type.split('/')[0];
  const fitting = signature.inputs.filter((input) => input.kind === family);
  if (fitting.length === 1) return fitting[0];
  throw new Problem('request-unsupported', {
    message: `A body of type ${JSON.stringify(type.slice(0, 80))} does not say which input it is.`,
    fix: `Name it in the query (?input=${encodeURIComponent(only.name)}), or send multipart/form-data or JSON.`,
  });
}

function inputNamed(name: string, signature: PipelineSignature): SignatureInput {
  const found = signature.inputs.find((input) => input.name === name);
  if (found !== undefined) return found;
  const names = signature.inputs.map((input) => input.name);
  const near = nearestName(name, names);
  throw new Problem('input-unknown', {
    message: `There is no input called ${JSON.stringify(name.slice(0, 100))}.`,
    fix: `${near === null ? '' : `Did you mean "${near}"? `}The inputs are ${signature.inputs.map((i) => `${i.name} (${i.kind})`).join(', ')}.`,
  });
}

/** `a,b` or a list. */
function namesOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value.split(',').map((name) => name.trim());
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value as readonly string[];
  throw new Problem('request-invalid', {
    message: '"outputs" is not a list of names.',
    fix: 'For example: "outputs": ["scene"], or ?outputs=scene,boxes in the query.',
  });
}

function topOf(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const top = Number(value);
  if (value === 'all') return Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(top) && top >= 1) return top;
  throw new Problem('request-invalid', {
    message: `"top" is not a whole number of 1 or more.`,
    fix: 'For example: ?top=5, or ?top=all.',
  });
}

function nothingSent(signature: PipelineSignature): Problem {
  return new Problem('request-invalid', {
    message: 'The request has no body.',
    fix: `Send ${signature.inputs.map((i) => `"${i.name}" (${i.kind})`).join(', ')} as multipart/form-data or JSON.`,
  });
}

function looksLikeJson(body: Uint8Array): boolean {
  const first = body.find((byte) => byte > 0x20);
  return first === 0x7b;
}

function isRecord(json: Json): json is { readonly [key: string]: Json } {
  return json !== null && typeof json === 'object' && !Array.isArray(json);
}
