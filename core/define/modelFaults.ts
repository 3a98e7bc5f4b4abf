import { batchFault } from './batchable.ts';
import type { ModelSignature } from './file-facts.ts';
import type { ErasedInferArgs } from './node.ts';

/** Reports what a model's file cannot do: values at its edge that cross no wire, and a batch that has no effect. */
export function reportModelFaults(signature: ModelSignature, batch: number, report: ErasedInferArgs['report']): void {
  for (const { name, form } of [...signature.inputs, ...signature.outputs].filter((x) => x.dtype === null)) {
    report('model-unsupported', {
      message: `"${name}" of the model is a ${form} whose elements cannot cross a wire.`,
      fix: 'Export the model with tensors of float, integer, bool or string at its edge.',
      where: { port: name },
    });
  }
  const fault = batch > 1 ? batchFault(signature) : null;
  if (fault === null) return;
  report('param-invalid', {
    severity: 'warning',
    message: `A batch of ${batch} has no effect: runs of this model cannot be joined, because ${fault}.`,
    fix: 'Export the model with a free first dimension (dynamic_axes, dynamic_shapes), or set batch to 1.',
    where: { param: 'batch' },
    mend: { setParam: { name: 'batch', value: 1 } },
  });
}
