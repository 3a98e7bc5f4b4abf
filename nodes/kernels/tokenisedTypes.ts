import { anyType, type Dim, type TensorType } from '../../core/kinds/type.ts';
import type { ReportProblem } from './shapes.ts';
import type { PaddingOptions } from './tokenRows.ts';

/** Types of the three tensors of a tokeniser; reports a fixed length that longer text may pass. */
export function tokenisedTypes(
  rows: Dim,
  params: Pick<PaddingOptions, 'padding' | 'padLength'> & { readonly maxLength: number | null },
  report: ReportProblem,
): Readonly<Record<'input_ids' | 'attention_mask' | 'token_type_ids', TensorType>> {
  const fixed = params.padding === 'fixed';
  if (fixed && params.maxLength !== null && params.maxLength > params.padLength)
    report('param-invalid', {
      message: `Text of up to ${params.maxLength} tokens does not fit rows of a fixed ${params.padLength}.`,
      fix: 'Set maxLength to padLength or less.',
      where: { param: 'maxLength' },
      mend: { setParam: { name: 'maxLength', value: params.padLength } },
    });
  const type: TensorType = { ...anyType.tensor, dtype: 'int64', shape: [rows, fixed ? params.padLength : null] };
  return { input_ids: type, attention_mask: type, token_type_ids: type };
}
