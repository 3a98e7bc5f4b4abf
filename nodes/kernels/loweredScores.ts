import type { LoweredScores, OnnxGraph, OnnxValue } from '../../core/define/lower.ts';
import type { ScoresType } from '../../core/kinds/type.ts';
import type { ScoresValue } from '../../core/kinds/value.ts';
import { labelOrder } from './alignScores.ts';
import { type LoweredModalities, loweredModalities } from './loweredModalities.ts';
import { declaredNumbers, type MissingRule } from './missingModality.ts';
import { notLowerable } from './notLowerable.ts';

export interface LoweredScoreRows extends LoweredModalities {
  readonly labels: readonly string[] | null;
  readonly form: ScoresValue['form'] | null;
  /** null: only the run will tell. */
  readonly classes: number | null;
  /** For each modality, where the classes of the result stand in its own list; null: at the same places. */
  readonly orders: readonly (readonly number[] | null)[];
}

interface Given {
  readonly modality: string;
  readonly value: LoweredScores;
  readonly classes: number | null;
  /** Where the classes of the result stand in it; null: at the same places. */
  readonly order: readonly number[] | null;
}

/**
 * The scores of all modalities, `applyMissingRule` and `alignScores` in one. The classes are always in the order of the
 * first modality that has labels, also in items where it is missing (`run` then takes the order of the next).
 * Throws `not-lowerable` for labels or forms that do not agree.
 */
export function loweredScores(
  onnx: OnnxGraph,
  rule: MissingRule,
  inputs: Readonly<Record<string, LoweredScores | undefined>>,
  types: Readonly<Record<string, ScoresType | undefined>>,
  present: Readonly<Record<string, OnnxValue>>,
): LoweredScoreRows {
  const values = rule.modalities.map((name) => (Object.hasOwn(inputs, name) ? inputs[name] : undefined));
  const labels = values.find((value) => value !== undefined && value.labels !== null)?.labels ?? null;
  const given = values.map((value, m): Given | null => {
    if (value === undefined) return null;
    const modality = rule.modalities[m];
    const known = types[modality]?.classes;
    const classes = typeof known === 'number' ? known : (value.labels?.length ?? null);
    return { modality, value, classes, order: orderOf(labels, value.labels, modality) };
  });
  const there = given.flatMap((one) => (one === null ? [] : [one]));
  if (rule.whenMissing !== 'fail') requireOneReading(there);
  const form = sharedForm(there);
  const declared = rule.modalities.map((name) => declaredNumbers(rule.defaultValues, name)?.length);
  const classes = there.find((one) => one.classes !== null)?.classes ?? declared.find((n) => n !== undefined) ?? null;
  const rows = given.map((one) => {
    if (one === null || one.order === null) return one?.value.scores ?? null;
    return onnx.op('Gather', [one.value.scores, onnx.integers(one.order)], { axis: 1 }, 'aligned');
  });
  const standIn = (lanes: OnnxValue) => standIns(onnx, rule, given, lanes, form, classes);
  const orders = given.map((one) => one?.order ?? null);
  return { ...loweredModalities(onnx, rule, rows, present, standIn), labels, form, classes, orders };
}

/**
 * For each item what `of` gives for the class order of the first modality that is there, which leads in `run`: order null is
 * that of the result, undefined a modality that is never there.
 */
export function byLeader(
  onnx: OnnxGraph,
  there: OnnxValue,
  orders: readonly (readonly number[] | null | undefined)[],
  of: (order: readonly number[] | null) => OnnxValue,
): OnnxValue {
  const made = new Map<string, OnnxValue>();
  const once = (order: readonly number[] | null): OnnxValue => {
    const known = made.get(String(order)) ?? of(order);
    made.set(String(order), known);
    return known;
  };
  const chain = orders.reduceRight<OnnxValue | null>((later, order, m) => {
    if (order === undefined) return later;
    const own = once(order);
    if (later === null || later.name === own.name) return own;
    const lane = onnx.op('Gather', [there, onnx.integers([m])], { axis: 1 });
    return onnx.op('Where', [onnx.op('Unsqueeze', [lane, onnx.integers([2])]), own, later]);
  }, null);
  return chain ?? once(null);
}

function orderOf(labels: readonly string[] | null, own: readonly string[] | null, modality: string) {
  if (labels === null || own === null || (own.length === labels.length && own.every((x, i) => x === labels[i])))
    return null;
  const order = labelOrder(labels, own);
  if (order === null)
    throw notLowerable(`The labels of "${modality}" are not those of the modality before it.`, 'Use the same labels.');
  return order;
}

/** Scores without labels are matched by place with those that lead, which another missing modality would change. */
function requireOneReading(there: readonly Given[]): void {
  const bare = there.find((one) => one.value.labels === null);
  const other = there.find((one) => one.order !== null);
  if (bare === undefined || other === undefined) return;
  throw notLowerable(
    `"${bare.modality}" has no labels, and "${other.modality}" has its own in another order: what the places of "${bare.modality}" mean would depend on which modality is missing.`,
    'Give every modality its label file.',
  );
}

function sharedForm(there: readonly Given[]): ScoresValue['form'] | null {
  const [first] = there;
  const other = there.find((one) => one.value.form !== first.value.form);
  if (other === undefined) return first?.value.form ?? null;
  if (other.value.form === null || first.value.form === null) return null;
  throw notLowerable(
    `"${first.modality}" gives ${first.value.form}, and "${other.modality}" ${other.value.form}; they cannot be fused as they are.`,
    'Put result.softmax (or result.sigmoid) before each modality.',
  );
}

/** What the scores are, for a rule that asks. Throws `not-lowerable` where that is not known. */
export function requireForm({ form }: Pick<LoweredScoreRows, 'form'>): ScoresValue['form'] {
  if (form !== null) return form;
  throw notLowerable(
    'Whether the scores are probabilities, logits or something else is known only when they come in.',
    'Put result.softmax or result.sigmoid into the same file, before this node.',
  );
}

/** As `standInScores`, for all modalities: float64 [1 or N, modalities, classes or 1]. */
function standIns(
  onnx: OnnxGraph,
  rule: MissingRule,
  given: readonly (Given | null)[],
  there: OnnxValue,
  form: ScoresValue['form'] | null,
  classes: number | null,
): OnnxValue {
  const lists = rule.modalities.map((name) => declaredNumbers(rule.defaultValues, name));
  const double = (data: readonly number[], shape: readonly number[]) =>
    onnx.constant({ kind: 'tensor', dtype: 'float64', shape, data: Float64Array.from(data, Math.fround) });
  if (lists.every((list) => list === null)) {
    const flat = requireForm({ form });
    if (flat === 'logits' || flat === 'independent') return double([flat === 'logits' ? 0 : 0.5], [1, 1, 1]);
    if (classes !== null) return double([1 / classes], [1, 1, 1]);
    const some = given.find((one) => one !== null)?.value.scores;
    const count = some === undefined ? onnx.integers([1]) : onnx.dim(some, 1);
    return onnx.cast(onnx.op('Div', [onnx.float(1), onnx.cast(count, 'float32')]), 'float64');
  }
  const count = classes ?? 0;
  const wrong = lists.find((list) => list !== null && list.length !== count);
  if (wrong)
    throw notLowerable(`defaultValues has a list of ${wrong.length} numbers for ${count} classes.`, 'Mend it.');
  const uniform = lists.includes(null) ? requireForm({ form }) : 'other';
  const flat = uniform === 'logits' ? 0 : uniform === 'independent' ? 0.5 : 1 / count;
  // Declared numbers are in the class order of the first modality that is there.
  const inOrder = (order: readonly number[] | null) =>
    double(
      lists.flatMap((list) => Array.from({ length: count }, (_, c) => (list === null ? flat : list[order?.[c] ?? c]))),
      [1, lists.length, count],
    );
  return byLeader(
    onnx,
    there,
    given.map((one) => one?.order),
    inOrder,
  );
}
