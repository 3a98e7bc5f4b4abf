import type { ModelPort, ModelSignature } from './file-facts.ts';

/**
 * Why runs of a model cannot be joined along the first axis, as its file says it; null when nothing in the file
 * speaks against it. What the file does not say (axes that mix the items) shows only when it runs.
 */
export function batchFault(signature: Pick<ModelSignature, 'inputs' | 'outputs'>): string | null {
  if (signature.inputs.length === 0) return 'it takes no input';
  for (const port of signature.inputs) {
    const fault = portFault(port);
    if (fault !== null) return `its input "${port.name}" ${fault}`;
  }
  for (const port of signature.outputs) {
    const fault = portFault(port);
    if (fault !== null) return `its output "${port.name}" ${fault}`;
  }
  return null;
}

function portFault({ form, dtype, shape }: ModelPort): string | null {
  // A ZipMap's maps come as a matrix with one row an item, so they can be joined and split.
  if (form === 'sequence' || form === 'optional') return `is of the form "${form}"`;
  if (dtype === null || dtype === 'string') return dtype === null ? 'cannot cross a wire' : 'holds strings';
  if (shape === null) return null;
  if (shape.length === 0) return 'is a single number';
  return typeof shape[0] === 'number' ? `has a fixed first dimension, ${shape[0]}` : null;
}
