import type { Json } from '../kinds/value.ts';
import { Problem } from '../problems/problem.ts';
import { tensorElements, tensorFromJson } from './jsonTensor.ts';
import type { ValueTools } from './jsonValues.ts';
import {
  type BytesTensor,
  badShape,
  type Datatype,
  dtypeOf,
  elementsOf,
  numberTensor,
  type OipTensor,
} from './oipTensor.ts';

/**
 * A tensor from the `data` of its JSON form, flat or nested. Elements of BYTES are texts, or `{ "b64": "..." }`; with
 * `base64` (files, which no JSON text holds) plain texts are base64 too. 64-bit integers past 2^53 are texts of digits,
 * because JSON numbers have been rounded by then. Throws `value-shape`, `value-invalid`, `text-encoding`.
 */
export function tensorOfJson(
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: Json,
  base64: boolean,
  tools: Pick<ValueTools, 'fromBase64'>,
): OipTensor {
  const count = elementsOf(shape, name);
  if (datatype !== 'BYTES') {
    const value = tensorFromJson({ data, shape, dtype: dtypeOf[datatype] }, name, null);
    return numberTensor(name, value);
  }
  const flat: Json[] = [];
  flattenInto(data, flat);
  if (flat.length !== count) throw badShape(name, shape, `its data has ${flat.length} elements`);
  return { name, datatype, shape, data: flat.map((element) => bytesOf(element, name, base64, tools)) };
}

function flattenInto(json: Json, into: Json[]): void {
  if (!Array.isArray(json)) into.push(json);
  else for (const element of json as readonly Json[]) flattenInto(element, into);
}

function bytesOf(element: Json, name: string, base64: boolean, tools: Pick<ValueTools, 'fromBase64'>): Uint8Array {
  const form = element !== null && typeof element === 'object' && 'b64' in element ? element['b64'] : null;
  const text = form ?? element;
  if (typeof text !== 'string')
    throw new Problem('value-invalid', {
      message: `The tensor "${name}" is BYTES, and ${JSON.stringify(element)?.slice(0, 60)} is none.`,
      fix: 'Send texts, or { "b64": "..." }.',
    });
  if (form === null && !base64) {
    if (/\p{Surrogate}/u.test(text))
      throw new Problem('text-encoding', {
        message: `A text of the tensor "${name}" is not valid Unicode: it holds half a surrogate pair.`,
        fix: 'Cut text between characters, not inside one.',
      });
    return new TextEncoder().encode(text);
  }
  const comma = text.startsWith('data:') ? text.indexOf(',') : -1;
  const bytes = tools.fromBase64(comma < 0 ? text : text.slice(comma + 1));
  if (bytes !== null) return bytes;
  throw new Problem('value-invalid', {
    message: `The tensor "${name}" holds a text that is not base64.`,
    fix: 'Send base64, or the file itself in binary form.',
  });
}

/** The elements of a tensor as JSON, flat; of BYTES as texts, or files as base64. */
export function jsonOfTensor(
  tensor: OipTensor,
  tools: Pick<ValueTools, 'toBase64'>,
): { readonly data: readonly Json[]; readonly base64: boolean } {
  if (tensor.datatype === 'BYTES') return jsonOfBytes(tensor, tools);
  const { datatype, shape, data } = tensor;
  // The datatype says which array it is: see `dtypeOf`.
  const value = { kind: 'tensor', dtype: dtypeOf[datatype], shape, data } as Parameters<typeof tensorElements>[0];
  return { data: tensorElements(value), base64: false };
}

function jsonOfBytes(
  { data, files }: BytesTensor,
  tools: Pick<ValueTools, 'toBase64'>,
): { readonly data: readonly string[]; readonly base64: boolean } {
  if (files) return { data: data.map(tools.toBase64), base64: true };
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return { data: data.map((element) => decoder.decode(element)), base64: false };
}
