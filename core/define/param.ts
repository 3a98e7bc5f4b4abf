import type { Json } from '../kinds/value.ts';

/** What a file parameter points at; decides which facts are read from it before a run. */
export type FileRole = 'onnx' | 'labels' | 'tokenizer' | 'index' | 'media' | 'data';

/** What turning a parameter changes: how fast a node is, and never (or hardly: `precision`) what it answers. */
export type Tune = 'device' | 'threads' | 'batch' | 'copies' | 'precision' | 'lane' | 'optimisation';

interface Base<T> {
  readonly default: T;
  readonly doc: string;
  /** Shown in the inspector's second part, for experts. */
  readonly advanced?: boolean;
  /** A knob of speed: profiler's advice and search may turn it without knowing the node. */
  readonly tune?: Tune;
}
export interface NumberParam extends Base<number | null> {
  readonly form: 'int' | 'number';
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly nullable: boolean;
}
export interface BooleanParam extends Base<boolean> {
  readonly form: 'boolean';
}
export interface TextParam extends Base<string> {
  readonly form: 'text';
  readonly multiline?: boolean;
  readonly maxLength?: number;
  /** A regular expression that the text must match as a whole. */
  readonly pattern?: string;
}
export interface ChoiceParam extends Base<string> {
  readonly form: 'choice';
  readonly choices: readonly string[];
  /** What each choice means, in the order of `choices`. */
  readonly choiceDocs?: readonly string[];
}
export interface FileParam extends Base<string> {
  readonly form: 'file';
  readonly role: FileRole;
  /** Empty string allowed: no file. */
  readonly optional: boolean;
}
export interface NumbersParam extends Base<readonly number[]> {
  readonly form: 'numbers';
  readonly whole?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly unit?: string;
}
export interface NamesParam extends Base<readonly string[]> {
  readonly form: 'names';
  readonly minLength?: number;
  readonly maxLength?: number;
}
export interface JsonParam extends Base<Json> {
  readonly form: 'json';
}
export type ParamSpec =
  | NumberParam
  | BooleanParam
  | TextParam
  | ChoiceParam
  | FileParam
  | NumbersParam
  | NamesParam
  | JsonParam;
/** `T` is the type that `run` sees. */
export type Param<T> = ParamSpec & { readonly type?: T };
export type Params = Readonly<Record<string, Param<unknown>>>;
export type ParamValue<P> = P extends { readonly type?: infer T } ? Exclude<T, undefined> : never;
export type ParamValues<P extends Params> = { readonly [N in keyof P]: ParamValue<P[N]> };

type NumberOptions = {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly unit?: string;
  readonly doc: string;
  readonly advanced?: boolean;
  readonly tune?: Tune;
};

/** Makes parameters: `p.int({ default: 224, min: 1, max: 16384, unit: 'px', doc })`. */
export const p = {
  int: (o: NumberOptions & { readonly default: number }): Param<number> => ({ form: 'int', nullable: false, ...o }),
  number: (o: NumberOptions & { readonly default: number }): Param<number> => ({
    form: 'number',
    nullable: false,
    ...o,
  }),
  /** null means "not set"; say in the doc what then happens. */
  optionalInt: (o: NumberOptions & { readonly default?: number | null }): Param<number | null> => ({
    form: 'int',
    nullable: true,
    ...o,
    default: o.default ?? null,
  }),
  optionalNumber: (o: NumberOptions & { readonly default?: number | null }): Param<number | null> => ({
    form: 'number',
    nullable: true,
    ...o,
    default: o.default ?? null,
  }),
  boolean: (o: Omit<BooleanParam, 'form'>): Param<boolean> => ({ form: 'boolean', ...o }),
  text: (o: Omit<TextParam, 'form'>): Param<string> => ({ form: 'text', ...o }),
  choice: <const C extends readonly string[]>(
    choices: C,
    o: {
      readonly default: C[number];
      readonly doc: string;
      readonly choiceDocs?: readonly string[];
      readonly advanced?: boolean;
      readonly tune?: Tune;
    },
  ): Param<C[number]> => ({ form: 'choice', choices, ...o }),
  /** A path relative to the pipeline's folder. */
  file: (o: {
    readonly role: FileRole;
    readonly doc: string;
    readonly optional?: boolean;
    readonly default?: string;
    readonly advanced?: boolean;
  }): Param<string> => ({ form: 'file', ...o, optional: o.optional ?? false, default: o.default ?? '' }),
  numbers: (o: Omit<NumbersParam, 'form'>): Param<readonly number[]> => ({ form: 'numbers', ...o }),
  names: (o: Omit<NamesParam, 'form'>): Param<readonly string[]> => ({ form: 'names', ...o }),
  json: (o: Omit<JsonParam, 'form'>): Param<Json> => ({ form: 'json', ...o }),
};

/** Why a value does not fit a parameter, with what would; null when it fits. Never throws. */
export function paramFault(
  spec: ParamSpec,
  value: unknown,
): { readonly expected: string; readonly got: string } | null {
  const expected = paramExpectation(spec);
  const got = describe(value);
  return fits(spec, value) ? null : { expected, got };
}

function fits(spec: ParamSpec, value: unknown): boolean {
  switch (spec.form) {
    case 'int':
    case 'number':
      return value === null ? spec.nullable : numberFits(value, spec, spec.form === 'int');
    case 'boolean':
      return typeof value === 'boolean';
    case 'text':
      return (
        typeof value === 'string' &&
        value.length <= (spec.maxLength ?? 100_000) &&
        (spec.pattern === undefined || new RegExp(`^(?:${spec.pattern})$`, 'u').test(value))
      );
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value);
    case 'file':
      return typeof value === 'string' && (value !== '' || spec.optional);
    case 'numbers':
      return (
        Array.isArray(value) && lengthFits(value, spec) && value.every((v) => numberFits(v, spec, spec.whole === true))
      );
    case 'names':
      return (
        Array.isArray(value) &&
        lengthFits(value, spec) &&
        value.every((v) => typeof v === 'string' && /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(v)) &&
        new Set(value).size === value.length
      );
    case 'json':
      return jsonFits(value, 0);
  }
}

function numberFits(value: unknown, range: { readonly min?: number; readonly max?: number }, whole: boolean): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (whole && !Number.isSafeInteger(value)) return false;
  return value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity);
}

function lengthFits(
  value: readonly unknown[],
  range: { readonly minLength?: number; readonly maxLength?: number },
): boolean {
  return value.length >= (range.minLength ?? 0) && value.length <= (range.maxLength ?? 1024);
}

function jsonFits(value: unknown, depth: number): boolean {
  if (depth > 100) return false;
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every((v) => jsonFits(v, depth + 1));
  return typeof value === 'object' && Object.values(value).every((v) => jsonFits(v, depth + 1));
}

/** What a parameter takes, in words: `a whole number from 1 to 16384 px`. */
export function paramExpectation(spec: ParamSpec): string {
  switch (spec.form) {
    case 'int':
    case 'number': {
      const noun = spec.form === 'int' ? 'a whole number' : 'a number';
      return `${noun}${rangeText(spec)}${spec.unit ? ` ${spec.unit}` : ''}${spec.nullable ? ', or null' : ''}`;
    }
    case 'boolean':
      return 'true or false';
    case 'text':
      return `text of at most ${spec.maxLength ?? 100_000} characters${spec.pattern ? ` that matches ${spec.pattern}` : ''}`;
    case 'choice':
      return `one of ${spec.choices.map((c) => `"${c}"`).join(', ')}`;
    case 'file':
      return spec.optional ? 'a path, or "" for none' : 'a path of a file in the pipeline folder';
    case 'numbers':
      return `a list of ${countText(spec)}${spec.whole ? 'whole numbers' : 'numbers'}${rangeText(spec)}`;
    case 'names':
      return `a list of ${countText(spec)}different names (letters, digits, _ and -)`;
    case 'json':
      return 'a JSON value';
  }
}

function rangeText(range: { readonly min?: number; readonly max?: number }): string {
  if (range.min !== undefined && range.max !== undefined) return ` from ${range.min} to ${range.max}`;
  if (range.min !== undefined) return ` of ${range.min} or more`;
  if (range.max !== undefined) return ` of ${range.max} or less`;
  return '';
}

function countText(range: { readonly minLength?: number; readonly maxLength?: number }): string {
  const { minLength: low, maxLength: high } = range;
  if (low !== undefined && low === high) return `${low} `;
  if (low !== undefined && high !== undefined) return `${low} to ${high} `;
  if (low !== undefined) return `${low} or more `;
  return high === undefined ? '' : `at most ${high} `;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
