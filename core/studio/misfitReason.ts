import { type Mismatch, shapeText } from '../check/fit.ts';
import type { PortSpec } from '../define/port.ts';
import { type Dim, dimText, typeText, type WireType } from '../kinds/type.ts';
import type { Kind } from '../kinds/value.ts';
import { lettersOf } from './axes.ts';

const nouns: { readonly [K in Kind]: string } = {
  image: 'a picture',
  audio: 'a sound',
  video: 'a video',
  text: 'a text',
  tensor: 'a tensor',
  embedding: 'an embedding',
  scores: 'scores',
  boxes: 'boxes',
  mask: 'a mask',
  json: 'JSON',
};

/** Why a wire does not fit, in one plain sentence; `who` is the node that wants it otherwise. Empty when it fits. */
export function misfitReason(type: WireType, spec: PortSpec, mismatches: readonly Mismatch[], who: string): string {
  const first =
    mismatches.find((m) => m.code === 'wire-kind') ?? mismatches.find((m) => m.code === 'wire-shape') ?? mismatches[0];
  if (first === undefined) return '';
  switch (first.code) {
    case 'wire-kind':
      return `This carries ${nouns[type.kind]}; ${who} wants ${listed(spec.kinds.map((kind) => nouns[kind]))}.`;
    case 'wire-dtype':
      return `The numbers are ${first.got} here; ${who} wants ${first.expected}.`;
    case 'wire-rate':
      return `The sound has ${first.got}; ${who} wants ${first.expected}.`;
    case 'wire-colour':
      return `The picture is ${first.got} here; ${who} wants ${first.expected}.`;
    case 'wire-sequence':
      return `This carries a sequence of many items; ${who} wants a single one.`;
    case 'wire-shape':
      return shapeReason(type, spec, first, who);
    default:
      return `Expected ${first.expected}, got ${first.got}.`;
  }
}

function shapeReason(type: WireType, spec: PortSpec, mismatch: Mismatch, who: string): string {
  const { want } = spec;
  if (type.kind === 'audio') return `The sound has ${plain(mismatch.got)}; ${who} wants ${plain(mismatch.expected)}.`;
  if (type.kind === 'embedding' || type.kind === 'scores') {
    const length = type.kind === 'embedding' ? type.length : type.classes;
    return `There are ${dimText(length)} numbers here; ${who} wants ${dimText(want.length ?? null)}.`;
  }
  const got = type.kind === 'tensor' ? type.shape : null;
  if (got === null || want.shape === undefined)
    return `The shape is ${mismatch.got}; ${who} wants ${mismatch.expected}.`;
  const wanted = want.shape;
  if (got.length !== wanted.length) return rankReason(got, wanted, who);
  const [here, there] = [lettersOf(got), lettersOf(wanted)];
  if (isOtherOrder(got, wanted)) {
    if (here.length > 0 && there.length > 0 && here.join('') !== there.join(''))
      return `Same values in another order: channels come ${placeOf(here)} here, ${who} wants them ${placeOf(there)}.`;
    return `Same numbers of values in another order: ${shapeText(got)} here, ${who} wants ${shapeText(wanted)}.`;
  }
  const axis =
    mismatch.axis ??
    got.findIndex((dim, i) => typeof dim === 'number' && typeof wanted[i] === 'number' && dim !== wanted[i]);
  const name = axisName(there[axis] ?? '', axis);
  return `${name} is ${String(got[axis])} here; ${who} wants ${expectedSize(mismatch, wanted[axis])}.`;
}

/** With a symbol, the number that it stands for on this node's other wires. */
function expectedSize(mismatch: Mismatch, dim: Dim): string {
  return typeof dim === 'number'
    ? String(dim)
    : (/ with (\S+) on axis/.exec(mismatch.expected)?.[1] ?? mismatch.expected);
}

function rankReason(got: readonly Dim[], wanted: readonly Dim[], who: string): string {
  const [short, long] = got.length < wanted.length ? [got, wanted] : [wanted, got];
  if (long.length - short.length === 1 && fits(long.slice(1), short) && (long[0] === 1 || typeof long[0] !== 'number'))
    return long === wanted
      ? `The batch axis is missing: ${shapeText(got)} here, ${who} wants ${shapeText(wanted)}.`
      : `There is a batch axis too many: ${shapeText(got)} here, ${who} wants ${shapeText(wanted)}.`;
  return `It has ${got.length} ${got.length === 1 ? 'axis' : 'axes'}, ${shapeText(got)}; ${who} wants ${wanted.length}, ${shapeText(wanted)}.`;
}

function fits(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.every((dim, i) => typeof dim !== 'number' || typeof b[i] !== 'number' || dim === b[i]);
}

/** Whether some order of the axes would fit. */
function isOtherOrder(got: readonly Dim[], wanted: readonly Dim[]): boolean {
  if (got.length > 6 || fits(got, wanted)) return false;
  const free = [...got];
  const open: Dim[] = [];
  for (const dim of wanted) {
    const at = typeof dim === 'number' ? free.indexOf(dim) : -1;
    if (at >= 0) free.splice(at, 1);
    else open.push(dim);
  }
  return open.every((dim) => typeof dim !== 'number') || free.every((dim) => typeof dim !== 'number');
}

function plain(channels: string): string {
  return channels === '1 channels' ? 'one channel' : channels;
}

function placeOf(letters: readonly string[]): string {
  return letters.at(-1) === 'C' ? 'last' : 'first';
}

function axisName(letter: string, axis: number): string {
  const names: Readonly<Record<string, string>> = {
    N: 'The batch',
    C: 'The number of channels',
    H: 'The height',
    W: 'The width',
  };
  return names[letter] ?? `Axis ${axis + 1}`;
}

function listed(parts: readonly string[]): string {
  if (parts.length > 4) return 'another kind';
  return parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} or ${parts.at(-1)}`;
}

/** For a wire whose type is not known yet. */
export function typeWords(type: WireType | undefined, spec: PortSpec): string {
  return type === undefined ? spec.kinds.join(' or ') : typeText(type);
}
