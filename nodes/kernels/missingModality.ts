import type { EmbeddingValue, Json, ScoresValue, TensorValue } from '../../core/kinds/value.ts';
import { Problem, type ProblemData, type ProblemInit, problemData } from '../../core/problems/problem.ts';
import type { ProblemCode } from '../../core/problems/table.ts';
import { allFinite } from './finite.ts';

/** The declared rule of a fusion node, as its parameters say it. */
export interface MissingRule {
  readonly modalities: readonly string[];
  readonly whenMissing: 'fail' | 'skip' | 'default';
  readonly minimumPresent: number;
  readonly defaultValues: Json;
}
export type Fusable = ScoresValue | EmbeddingValue | TensorValue;

/** A modality that takes part. `index` is its place in the declared order; `standIn` is true when it was replaced. */
export interface UsedModality<V> {
  readonly modality: string;
  readonly index: number;
  readonly value: V;
  readonly standIn: boolean;
}
/** A type alias, not an interface, so that it is JSON. */
export type MissingModality = {
  readonly modality: string;
  readonly code: string;
  readonly message: string;
  /** `nothing` when it was skipped. */
  readonly replacedBy: string;
};
export interface StandIn<V> {
  readonly value: V;
  readonly replacedBy: string;
}

/**
 * Applies a fusion node's rule for missing and corrupt modalities. `standIn` makes the replacement of the rule
 * `default` from the numbers that were declared for the modality (null: none) and the values that are there.
 * Throws `modality-missing` when the rule is `fail` or when too few modalities are there.
 */
export function applyMissingRule<V extends Fusable>(
  rule: MissingRule,
  values: Readonly<Record<string, V | undefined>>,
  missing: Readonly<Record<string, ProblemData>>,
  standIn: (modality: string, numbers: readonly number[] | null, present: readonly V[], index: number) => StandIn<V>,
): { readonly used: readonly UsedModality<V>[]; readonly missing: readonly MissingModality[] } {
  const faults = new Map<string, ProblemData>();
  const present: V[] = [];
  for (const modality of rule.modalities) {
    const value = Object.hasOwn(values, modality) ? values[modality] : undefined;
    if (value !== undefined && allFinite(value)) present.push(value);
    else faults.set(modality, faultOf(modality, value, missing));
  }
  const [first] = faults;
  if (first !== undefined && (rule.whenMissing === 'fail' || present.length < rule.minimumPresent)) {
    throw tooFew(rule, first[0], first[1], present.length);
  }
  const used: UsedModality<V>[] = [];
  const report: MissingModality[] = [];
  rule.modalities.forEach((modality, index) => {
    const fault = faults.get(modality);
    if (fault === undefined) {
      used.push({ modality, index, value: values[modality] as V, standIn: false });
      return;
    }
    let replacedBy = 'nothing';
    if (rule.whenMissing === 'default') {
      const made = standIn(modality, declaredNumbers(rule.defaultValues, modality), present, index);
      used.push({ modality, index, value: made.value, standIn: true });
      replacedBy = made.replacedBy;
    }
    report.push({ modality, code: fault.code, message: fault.message, replacedBy });
  });
  return { used, missing: report };
}

function faultOf(
  modality: string,
  value: Fusable | undefined,
  missing: Readonly<Record<string, ProblemData>>,
): ProblemData {
  if (value !== undefined) {
    return problemData('value-nonfinite', {
      message: `The ${value.kind} of modality "${modality}" holds NaN or infinity.`,
      fix: 'Look for the cause in the model or the input of this modality.',
    });
  }
  if (Object.hasOwn(missing, modality)) return missing[modality];
  return problemData('modality-missing', {
    message: `The modality "${modality}" was not given.`,
    fix: 'Give its input.',
  });
}

function tooFew(rule: MissingRule, modality: string, fault: ProblemData, present: number): Problem {
  const need =
    rule.whenMissing === 'fail'
      ? `the rule here is to fail`
      : `${present} of ${rule.modalities.length} modalities are there and at least ${rule.minimumPresent} must be`;
  return new Problem('modality-missing', {
    message: `The modality "${modality}" is missing and ${need}: ${fault.message}`,
    fix:
      rule.whenMissing === 'fail'
        ? `Give a good input for it (${fault.fix}), or set whenMissing to "skip" or "default".`
        : `Give a good input for it (${fault.fix}), or lower minimumPresent.`,
    where: { port: modality },
    cause: fault.message,
  });
}

/** The numbers that `defaultValues` declares for a modality; null when it declares none. */
export function declaredNumbers(defaults: Json, modality: string): readonly number[] | null {
  if (!isObject(defaults) || !Object.hasOwn(defaults, modality)) return null;
  const numbers = defaults[modality];
  return Array.isArray(numbers) && numbers.every((n) => typeof n === 'number') ? numbers : null;
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** Check-time half of the rule: reports parameters that cannot be obeyed. */
export function checkMissingRule(
  rule: MissingRule,
  report: (code: ProblemCode, problem: ProblemInit) => void,
  weights: readonly number[] = [],
): void {
  const count = rule.modalities.length;
  if (rule.minimumPresent > count) {
    report('param-invalid', {
      message: `minimumPresent is ${rule.minimumPresent}, but there are only ${count} modalities.`,
      fix: `Set it to ${count} or less.`,
      where: { param: 'minimumPresent' },
      mend: { setParam: { name: 'minimumPresent', value: count } },
    });
  }
  if (weights.length !== 0 && weights.length !== count) {
    report('param-invalid', {
      message: `There are ${weights.length} weights for ${count} modalities (${rule.modalities.join(', ')}).`,
      fix: 'Give one weight per modality, in their order, or none at all.',
      where: { param: 'weights' },
      mend: { setParam: { name: 'weights', value: [] } },
    });
  } else if (weights.length > 0 && !weights.some((w) => w > 0)) {
    report('param-invalid', {
      message: 'All weights are 0.',
      fix: 'Give at least one modality a weight above 0.',
      where: { param: 'weights' },
      mend: { setParam: { name: 'weights', value: [] } },
    });
  }
  const bad = badDefaults(rule);
  if (bad !== null) {
    report('param-invalid', {
      message: `defaultValues ${bad}.`,
      fix: 'Give an object of lists of numbers by modality, e.g. {"audio": [0.2, 0.8]}.',
      where: { param: 'defaultValues' },
    });
  }
}

function badDefaults(rule: MissingRule): string | null {
  if (!isObject(rule.defaultValues)) return 'is not an object';
  for (const name of Object.keys(rule.defaultValues)) {
    if (!rule.modalities.includes(name))
      return `names "${name}", which is no modality here (${rule.modalities.join(', ')})`;
    if ((declaredNumbers(rule.defaultValues, name)?.length ?? 0) === 0) return `of "${name}" is not a list of numbers`;
  }
  return null;
}

/**
 * Weights of the modalities that take part, scaled to sum to 1; `weights` empty means equal. When only modalities of
 * weight 0 are left, they count equally.
 */
export function usedWeights(weights: readonly number[], used: readonly { readonly index: number }[]): number[] {
  const raw = used.map((u) => (weights.length === 0 ? 1 : (weights[u.index] ?? 0)));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => (sum > 0 ? w / sum : 1 / used.length));
}
