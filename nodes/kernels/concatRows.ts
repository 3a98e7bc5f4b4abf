import type { WireType } from '../../core/kinds/type.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { rowLength } from './fuseVectors.ts';
import { declaredNumbers, type Fusable, type MissingRule, type StandIn } from './missingModality.ts';

/** Rows one after the other, as float32. */
export function joinRows(rows: readonly ArrayLike<number>[]): Float32Array {
  const out = new Float32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    out.set(row, at);
    at += row.length;
  }
  return out;
}

/** Stands in for a missing row: the declared numbers, or `length` zeros. Throws `modality-missing` when neither is declared. */
export function standInRow(
  modality: string,
  numbers: readonly number[] | null,
  length: number | undefined,
): StandIn<Fusable> {
  if (numbers === null && length === undefined) {
    throw new Problem('modality-missing', {
      message: `The modality "${modality}" is missing, and nothing says how long its stand-in must be.`,
      fix: 'Set `lengths` (one number per modality), or give its numbers in defaultValues.',
      where: { port: modality },
    });
  }
  const data = numbers === null ? new Float32Array(length ?? 0) : Float32Array.from(numbers);
  return {
    value: { kind: 'embedding', data, unit: false },
    replacedBy: numbers === null ? `${data.length} zeros` : 'defaultValues',
  };
}

interface RowRule extends MissingRule {
  readonly lengths: readonly number[];
}

/**
 * Length of the joined row where it is known; null where it depends on what is missing. Reports lengths that
 * contradict what comes in, and the rule `default` without a way to know a length.
 */
export function checkRowLengths(
  rule: RowRule,
  inputs: Readonly<Record<string, WireType | undefined>>,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): number | null {
  const { modalities, lengths } = rule;
  const known = modalities.map((name) => {
    const type = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return type === undefined ? null : rowLength(type);
  });
  const allKnown = known.every((n) => n !== null && n >= 0);
  const mend = allKnown ? { setParam: { name: 'lengths', value: known } } : undefined;
  if (lengths.length !== 0 && lengths.length !== modalities.length) {
    report('param-invalid', {
      message: `There are ${lengths.length} lengths for ${modalities.length} modalities (${modalities.join(', ')}).`,
      fix: 'Give one length per modality, in their order.',
      where: { param: 'lengths' },
      mend,
    });
  }
  modalities.forEach((name, m) => {
    const numbers = declaredNumbers(rule.defaultValues, name);
    const standIn = numbers?.length ?? lengths[m];
    if (known[m] === -1) {
      report('wire-shape', {
        message: `"${name}" expects one row, a tensor of shape [n] or [1, n].`,
        fix: 'Put tensor.reshape or tensor.reduce before it.',
        where: { port: name },
      });
    } else if (rule.whenMissing === 'default' && standIn === undefined) {
      report('param-invalid', {
        message: `The rule "default" has nothing to stand in for "${name}": neither \`lengths\` nor \`defaultValues\` says how long it is.`,
        fix: 'Set `lengths`, one number per modality.',
        where: { param: 'lengths' },
        mend,
      });
    } else if (standIn !== undefined && known[m] !== null && standIn !== known[m]) {
      report('param-invalid', {
        message: `The stand-in of "${name}" has ${standIn} numbers, but the modality has ${known[m]}.`,
        fix: `Give ${known[m]} numbers.`,
        where: { param: numbers === null ? 'lengths' : 'defaultValues' },
      });
    }
  });
  if (!allKnown || rule.whenMissing === 'skip') return null;
  return known.reduce<number>((sum, n) => sum + (n ?? 0), 0);
}
