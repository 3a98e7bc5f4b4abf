import { type NumberParam, type ParamSpec, paramExpectation, paramFault } from '../../core/define/param.ts';
import type { Json } from '../../core/kinds/value.ts';
import { numberText } from '../preview/numbers.ts';
import { jsonFault, jsonFaultText } from './jsonFault.ts';

/** What typed text is worth: a value that fits, or why it does not. The text itself is never lost. */
export type Typed = { readonly value: Json } | { readonly fault: string };

/** Reads what was typed into the field of a parameter. */
export function readTyped(spec: ParamSpec, text: string): Typed {
  switch (spec.form) {
    case 'int':
    case 'number':
      if (text.trim() === '' && spec.nullable) return { value: null };
      return readOne(spec, text);
    case 'numbers':
      return readNumbers(spec, text);
    case 'names':
      return fitting(spec, splitNames(text));
    case 'json':
      return readJson(spec, text);
    case 'boolean':
      return fitting(spec, text === 'true' ? true : text === 'false' ? false : text);
    case 'text':
    case 'choice':
    case 'file':
      return fitting(spec, text);
  }
}

/** How a value stands in its field. */
export function textOf(spec: ParamSpec, value: Json): string {
  switch (spec.form) {
    case 'json':
      return JSON.stringify(value, null, 2);
    case 'numbers':
    case 'names':
      return Array.isArray(value) ? value.map(String).join(', ') : shown(value);
    default:
      return typeof value === 'string' ? value : value === null ? '' : shown(value);
  }
}

/**
 * A number as people write it: spaces (thin and fixed ones too) between groups of three, a comma for the decimal point
 * where it cannot be mistaken, the true minus sign, and the parameter's own unit after it. null: no number.
 */
export function readNumber(text: string, unit?: string): number | null {
  let rest = text.trim().replace(/[\u2212\u2013]/g, '-');
  if (unit !== undefined && rest.toLowerCase().endsWith(unit.toLowerCase())) rest = rest.slice(0, -unit.length).trim();
  rest = rest.replace(/(?<=\d)[ _\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '');
  // "1,500" may mean 1500 or 1.5: it is refused, and the person says which.
  if (/^[+-]?\d*,\d+$/.test(rest) && !/^[+-]?[1-9]\d{0,2},\d{3}$/.test(rest)) rest = rest.replace(',', '.');
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(rest)) return null;
  const value = Number(rest);
  return Number.isFinite(value) ? (value === 0 ? 0 : value) : null;
}

/** `1 – 64 items`: what stands under a number's field; empty without bounds. */
export function rangeHint(spec: { readonly min?: number; readonly max?: number; readonly unit?: string }): string {
  const { min, max, unit } = spec;
  const after = unit === undefined ? '' : ` ${unit}`;
  if (min !== undefined && max !== undefined) return `${numberText(min, 6)} – ${numberText(max, 6)}${after}`;
  if (min !== undefined) return `${numberText(min, 6)} or more${after}`;
  return max === undefined ? '' : `at most ${numberText(max, 6)}${after}`;
}

/** `sampleRateHz` → `Sample rate`: a unit at the end of the name goes where the field shows it, if the rest says enough. */
export function labelOf(name: string, spec?: ParamSpec): string {
  const unit = spec !== undefined && 'unit' in spec ? spec.unit : undefined;
  const bare = unit === undefined ? name : name.replace(unitEndings[unit] ?? /$^/, '');
  return inWords(/^(?:min|max|top|)$/.test(bare) ? name : bare);
}

/** Labels of a node's parameters; where two would be the same they are said in full. */
export function labelsOf(params: readonly (readonly [string, ParamSpec])[]): ReadonlyMap<string, string> {
  const short = params.map(([name, spec]) => labelOf(name, spec));
  return new Map(
    params.map(([name], i) => [
      name,
      short.indexOf(short[i]) === short.lastIndexOf(short[i]) ? short[i] : inWords(name),
    ]),
  );
}

const unitEndings: Readonly<Record<string, RegExp>> = {
  s: /Seconds$/,
  ms: /Ms$/,
  Hz: /Hz$/,
  dB: /Db$/,
  '°': /Degrees$/,
  px: /Px$/,
};
const spelled: Readonly<Record<string, string>> = { iou: 'IoU', fft: 'FFT', hz: 'Hz', db: 'dB', ms: 'ms' };

function inWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/_/g, ' ')
    .toLowerCase()
    .replace(/\b(?:iou|fft|hz|db|ms)\b/g, (word) => spelled[word]);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

function fitting(spec: ParamSpec, value: Json): Typed {
  const fault = paramFault(spec, value);
  return fault === null ? { value } : { fault: `Expected ${said(spec)}.` };
}

/** What a parameter takes, as a field says it: a field is left empty where a document says null. */
function said(spec: ParamSpec): string {
  return paramExpectation(spec).replace(/, or null$/, ', or nothing');
}

function readOne(spec: NumberParam, text: string): Typed {
  const value = readNumber(text, spec.unit);
  return value === null ? { fault: `Expected ${said(spec)}.` } : fitting(spec, value);
}

function readNumbers(spec: Extract<ParamSpec, { form: 'numbers' }>, text: string): Typed {
  const parts = text
    .replace(/^\s*\[|\]\s*$/g, '')
    .split(text.includes(';') ? ';' : /[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const numbers = parts.map((part) => readNumber(part));
  const bad = numbers.indexOf(null);
  if (bad >= 0) return { fault: `"${parts[bad]}" is no number. Expected ${said(spec)}.` };
  return fitting(spec, numbers);
}

export function splitNames(text: string): readonly string[] {
  return text
    .split(/[,;\s]+/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function readJson(spec: ParamSpec, text: string): Typed {
  const fault = jsonFault(text);
  if (fault !== null) return { fault: `Not JSON at ${jsonFaultText(text, fault)}.` };
  return fitting(spec, JSON.parse(text) as Json);
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How far one press of an arrow key goes. */
export function stepOf(spec: Pick<NumberParam, 'form' | 'step' | 'min' | 'max'>, value: number): number {
  if (spec.step !== undefined) return spec.step;
  if (spec.form === 'int') return 1;
  if (spec.min !== undefined && spec.max !== undefined && spec.max - spec.min <= 1000)
    return 10 ** Math.floor(Math.log10((spec.max - spec.min) / 20));
  return value === 0 ? 0.1 : 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1);
}

/** A value some steps further, within its bounds, without the dust of binary fractions. */
export function stepped(
  spec: Pick<NumberParam, 'form' | 'step' | 'min' | 'max'>,
  value: number,
  steps: number,
): number {
  const step = stepOf(spec, value);
  const digits = Math.min(
    12,
    Math.max(decimals(step), decimals(value), steps === Math.trunc(steps) ? 0 : decimals(step * steps)),
  );
  const raw = Number((value + step * steps).toFixed(digits));
  const whole = spec.form === 'int' ? Math.round(raw) : raw;
  return Math.min(spec.max ?? Infinity, Math.max(spec.min ?? -Infinity, whole));
}

function decimals(value: number): number {
  const [mantissa, exponent] = String(Math.abs(value)).split('e');
  const after = mantissa.split('.')[1]?.length ?? 0;
  return Math.max(0, after - Number(exponent ?? 0));
}
