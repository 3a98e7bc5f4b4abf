import { Problem } from '../problems/problem.ts';
import { elementBytes } from './elements.ts';
import type { ExternalTensor } from './graphs.ts';

/** Why a location may not be used, or null: it must be a plain relative path inside the model's folder. */
export function locationFault(location: string): string | null {
  if (location === '') return 'it is empty';
  if (/[\0-\x1f\x7f]/.test(location)) return 'it holds a control character';
  if (/%[0-9a-f]{2}/i.test(location)) return 'it holds a percent escape';
  if (/^[\\/]/.test(location)) return 'it is an absolute path';
  if (location.includes('\\')) return 'it holds a backslash';
  if (location.includes(':')) return 'it holds a colon (a drive, a scheme or an alternate stream)';
  if (location.startsWith('~')) return 'it starts with "~"';
  const parts = location.split('/');
  if (parts.includes('..')) return 'it climbs out of the folder with ".."';
  // Windows drops dots and spaces at the end of a name, so ".. " would climb there.
  if (parts.some((part) => part !== '.' && /[. ]$/.test(part))) return 'a part of it ends in a dot or a space';
  return null;
}

/**
 * Checks every external tensor before a runtime sees the model: location, offset and length.
 * `sizeOf` gives the size of the file at a location (a plain path inside the model's folder), or null when
 * it is not there; pass null for a model that has no folder because it came as bytes. Throws `model-external-data`.
 */
export function checkExternalData(
  model: string,
  tensors: readonly ExternalTensor[],
  sizeOf: ((location: string) => number | null) | null,
): void {
  for (const tensor of tensors) {
    const place = `tensor "${tensor.name}" of "${model}"`;
    const fault = locationFault(tensor.location);
    if (fault !== null)
      refuse(model, `${place} keeps its data at ${JSON.stringify(tensor.location)}, which is refused: ${fault}.`);
    if (sizeOf === null)
      refuse(model, `${place} keeps its data in the file "${tensor.location}", but the model was given as bytes.`);
    const size = sizeOf(tensor.location);
    if (size === null) refuse(model, `${place} keeps its data in "${tensor.location}", which is not beside the model.`);
    const offset = wholeNumber(tensor.offset);
    if (offset === null) refuse(model, `${place}: its offset is ${JSON.stringify(tensor.offset)}, not a whole number.`);
    const needed = bytesNeeded(tensor);
    if (needed === null)
      refuse(model, `${place}: its size cannot be computed from its dtype and shape [${tensor.dims.join(', ')}].`);
    const length = tensor.length === '' ? needed : wholeNumber(tensor.length);
    if (length === null) refuse(model, `${place}: its length is ${JSON.stringify(tensor.length)}, not a whole number.`);
    if (length !== needed)
      refuse(model, `${place}: its length is ${length} bytes, but its dtype and shape need ${needed}.`);
    if (offset + length > size)
      refuse(model, `${place} ends at byte ${offset + length} of "${tensor.location}", which has only ${size} bytes.`);
  }
}

function refuse(model: string, message: string): never {
  throw new Problem('model-external-data', {
    message,
    fix: 'Keep the data file beside the model, unchanged, under the plain name that the model says; or save the model with its data inside.',
    where: { file: model },
  });
}

/** A decimal of at most 15 digits, so that sums stay exact. */
function wholeNumber(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function bytesNeeded(tensor: ExternalTensor): number | null {
  let count = 1n;
  for (const dim of tensor.dims) {
    if (dim < 0n) return null;
    count *= dim;
    if (count > 1n << 50n) return null;
  }
  return elementBytes(tensor.elementType, Number(count));
}
