import {
  anyType,
  type EmbeddingType,
  type JsonType,
  one,
  type ScoresType,
  type TensorType,
  type TextType,
} from '../../core/kinds/type.ts';
import type { ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import type { GatherHow } from './gatherSequence.ts';
import { stackType } from './windowType.ts';

/** The type of a gathered sequence; reports a way of gathering that the kind does not have. */
export function gatheredType(
  type: ScoresType | EmbeddingType | TensorType | TextType | JsonType,
  how: GatherHow,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): ScoresType | EmbeddingType | TensorType | JsonType {
  if (how === 'list') return anyType.json;
  const strings = type.kind === 'tensor' && type.dtype === 'string';
  if (type.kind === 'text' || type.kind === 'json' || (strings && how !== 'stack')) {
    report('param-invalid', {
      message: `The ${how} of ${strings ? 'string tensors' : type.kind} does not exist; it needs numbers.`,
      fix: 'Set how to "list".',
      where: { param: 'how' },
      mend: { setParam: { name: 'how', value: 'list' } },
    });
    return type.kind === 'tensor' ? { ...type, sequence: one } : anyType.json;
  }
  return how === 'stack' ? stackType(type, null) : { ...type, sequence: one };
}
