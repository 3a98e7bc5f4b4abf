import { anyType, type Dim, type ScoresType } from '../../core/kinds/type.ts';
import type { ScoresValue } from '../../core/kinds/value.ts';
import { Problem, type ProblemInit } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { declaredNumbers, type StandIn, type UsedModality } from './missingModality.ts';

/** Scores of several modalities over one list of classes. */
export interface AlignedScores {
  readonly labels: readonly string[] | null;
  readonly form: ScoresValue['form'];
  readonly rows: readonly Float32Array[];
}

/**
 * Brings the scores of several modalities to the class order of the first that has labels: the same labels in
 * another order are matched by name, scores without labels by place. Throws `value-invalid` when label lists or
 * forms differ, `value-shape` when class counts do.
 */
export function alignScores(used: readonly UsedModality<ScoresValue>[]): AlignedScores {
  const [first] = used;
  const named = used.find((u) => u.value.labels !== null) ?? first;
  const labels = named.value.labels;
  const rows = used.map(({ modality, value }) => {
    if (value.data.length !== named.value.data.length) {
      throw new Problem('value-shape', {
        message: `Modality "${named.modality}" has ${named.value.data.length} classes, but "${modality}" has ${value.data.length}.`,
        fix: 'Fuse scores of models that were trained on the same classes.',
        where: { port: modality },
      });
    }
    if (value.form !== first.value.form) {
      throw new Problem('value-invalid', {
        message: `Modality "${first.modality}" gives ${first.value.form}, but "${modality}" gives ${value.form}; they cannot be fused as they are.`,
        fix: 'Put result.softmax (or result.sigmoid) before each modality, so that all give the same form.',
        where: { port: modality },
      });
    }
    if (value.labels === null || labels === null || sameList(value.labels, labels)) return value.data;
    const order = labelOrder(labels, value.labels);
    if (order === null)
      throw new Problem('value-invalid', labelsDiffer(named.modality, labels, modality, value.labels));
    return Float32Array.from(order, (at) => value.data[at]);
  });
  return { labels, form: first.value.form, rows };
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((x, i) => x === b[i]));
}

/** Where each label of `want` stands in `have`; null unless both hold the same labels, each once. */
export function labelOrder(want: readonly string[], have: readonly string[]): readonly number[] | null {
  const places = new Map(have.map((label, i) => [label, i]));
  if (places.size !== have.length || want.length !== have.length || new Set(want).size !== want.length) return null;
  const order = want.map((label) => places.get(label) ?? -1);
  return order.includes(-1) ? null : order;
}

function labelsDiffer(nameA: string, a: readonly string[], nameB: string, b: readonly string[]): ProblemInit {
  const onlyA = a.filter((x) => !b.includes(x));
  const onlyB = b.filter((x) => !a.includes(x));
  const what =
    onlyA.length + onlyB.length === 0
      ? 'a label stands twice, so that they cannot be matched by name'
      : `only "${nameA}" has ${listText(onlyA)}; only "${nameB}" has ${listText(onlyB)}`;
  return {
    message: `The labels of modalities "${nameA}" and "${nameB}" differ: ${what}.`,
    fix: 'Give both models label files that hold the same labels; their order may differ.',
    where: { port: nameB },
  };
}

function listText(labels: readonly string[]): string {
  if (labels.length === 0) return 'none of its own';
  const shown = labels.slice(0, 5).map((l) => JSON.stringify(l));
  return labels.length > 5 ? `${shown.join(', ')} and ${labels.length - 5} more` : shown.join(', ');
}

/** The type of scores fused from `inputs`, by modality; reports class counts and labels that differ. */
export function fusedScoresType(
  inputs: Readonly<Record<string, ScoresType | undefined>>,
  names: readonly string[],
  report: (code: ProblemCode, problem: ProblemInit) => void,
): ScoresType {
  const known = names.flatMap((name) => {
    const type = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    return type === undefined ? [] : [{ name, type }];
  });
  const counted = known.find((k) => typeof k.type.classes === 'number');
  const named = known.find((k) => k.type.labels !== null);
  for (const { name, type } of known) {
    if (counted !== undefined && typeof type.classes === 'number' && type.classes !== counted.type.classes) {
      report('wire-shape', {
        message: `Modality "${counted.name}" has ${counted.type.classes} classes, but "${name}" has ${type.classes}.`,
        fix: 'Fuse scores of models that were trained on the same classes.',
        where: { port: name },
      });
    } else if (named?.type.labels && type.labels !== null && !sameList(named.type.labels, type.labels)) {
      if (labelOrder(named.type.labels, type.labels) === null)
        report('wire-shape', labelsDiffer(named.name, named.type.labels, name, type.labels));
    }
  }
  const classes: Dim = counted?.type.classes ?? named?.type.labels?.length ?? null;
  // A modality without a known label list may come to lead at run time, when the one that has labels is missing.
  const certain =
    named !== undefined &&
    known.every((k) => k.type.labels !== null && sameList(k.type.labels, named.type.labels ?? []));
  const [first] = known;
  const form = known.every((k) => k.type.form === first.type.form) ? (first?.type.form ?? null) : null;
  return { ...anyType.scores, classes, labels: certain ? named.type.labels : null, form };
}

/** Stands in for missing scores: the declared numbers, or the same score for every class (1/C; 0 for logits; 0.5 for independent). */
export function standInScores(
  modality: string,
  numbers: readonly number[] | null,
  present: readonly ScoresValue[],
): StandIn<ScoresValue> {
  const like = present[0];
  const count = like.data.length;
  if (numbers !== null && numbers.length !== count) {
    throw new Problem('value-shape', {
      message: `defaultValues of "${modality}" has ${numbers.length} numbers, but there are ${count} classes.`,
      fix: `Give ${count} numbers, in the class order of the first modality that is there.`,
      where: { param: 'defaultValues' },
    });
  }
  const flat = like.form === 'logits' ? 0 : like.form === 'independent' ? 0.5 : 1 / count;
  const data = numbers === null ? new Float32Array(count).fill(flat) : Float32Array.from(numbers);
  return {
    value: { kind: 'scores', data, labels: like.labels, form: like.form },
    replacedBy: numbers === null ? 'uniform scores' : 'defaultValues',
  };
}

/** Reports stand-in numbers whose count is not the class count, as far as that is known. */
export function checkStandInCount(
  defaults: Parameters<typeof declaredNumbers>[0],
  names: readonly string[],
  classes: Dim,
  report: (code: ProblemCode, problem: ProblemInit) => void,
): void {
  if (typeof classes !== 'number') return;
  for (const name of names) {
    const numbers = declaredNumbers(defaults, name);
    if (numbers === null || numbers.length === classes) continue;
    report('param-invalid', {
      message: `defaultValues of "${name}" has ${numbers.length} numbers, but there are ${classes} classes.`,
      fix: `Give ${classes} numbers.`,
      where: { param: 'defaultValues' },
    });
  }
}
