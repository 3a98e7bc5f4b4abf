import { allocate } from '../kinds/dtype.ts';
import type { AudioValue, ImageValue, Json, TensorValue, Value } from '../kinds/value.ts';
import { Problem, type ProblemData, problemData } from '../problems/problem.ts';
import { feedsOf, valueFrom } from './carry.ts';
import type { PartFile, PartInput, PartOutput, PartTensor } from './partFile.ts';

/** Length of an axis of any length where something stands in for a value that is missing. */
const standInLength = 64;

/** The tensors that a compiled file takes for one item. `toRgb` turns a picture of another colour into RGB. */
export function partFeeds(
  part: PartFile,
  values: Readonly<Record<string, Value | undefined>>,
  toRgb: (image: ImageValue) => ImageValue,
): Record<string, TensorValue> {
  const feeds: Record<string, TensorValue> = {};
  for (const input of part.inputs) {
    const given = values[input.name];
    if (given?.kind === 'audio') refuseOther(input, given);
    const value = given?.kind === 'image' ? coloured(input, given, toRgb) : given;
    const tensors = value === undefined ? {} : feedsOf(input.name, value, input.geometry);
    for (const tensor of input.tensors) feeds[tensor.name] = tensors[tensor.name] ?? standIn(tensor);
    if (input.present !== null) feeds[input.present] = flag(given !== undefined);
  }
  return feeds;
}

/** Outputs that cannot be given since an input that they need is missing, each with the reason. */
export function missedOutputs(
  part: PartFile,
  missing: Readonly<Record<string, ProblemData>>,
): ReadonlyMap<string, ProblemData> {
  const missed = new Map<string, ProblemData>();
  for (const { name, needs } of part.outputs) {
    const lacking = needs.find((need) => Object.hasOwn(missing, need));
    if (lacking !== undefined) missed.set(name, missing[lacking]);
  }
  return missed;
}

/** What came out for one item, as a value. Throws `modality-missing` or `value-invalid` where the file says that there is none. */
export function partAnswer(
  output: PartOutput,
  tensors: Readonly<Record<string, TensorValue>>,
  missing: Readonly<Record<string, ProblemData>>,
): Value {
  const { name, present, carried } = output;
  if (present !== null && Number(tensors[present]?.data[0] ?? 1) === 0) throw noAnswer(name, missing);
  return valueFrom(name, carried, tensors, true);
}

function noAnswer(name: string, missing: Readonly<Record<string, ProblemData>>): Problem {
  const reasons = Object.entries(missing).map(([input, problem]) => `"${input}": ${problem.message}`);
  if (reasons.length === 0) {
    return new Problem('value-invalid', {
      message: `"${name}" has no value for this item: a step inside the compiled file refuses what came in.`,
      fix: 'Run the pipeline that is not compiled: it says which node refuses it, and why.',
      where: { port: name },
    });
  }
  return new Problem('modality-missing', {
    message: `"${name}" has no value, since too little of what it is fused from is there. ${reasons.join(' ')}`,
    fix: 'Give good inputs for what is missing, or set whenMissing of the fusion node to "skip" or "default" and compile again.',
    where: { port: name },
  });
}

function coloured(
  { name, toRgb: anyColour, opaque, type }: PartInput,
  image: ImageValue,
  toRgb: (image: ImageValue) => ImageValue,
): ImageValue {
  const wanted = type.kind === 'image' ? type.colour : null;
  if (wanted === null || image.colour === wanted) return image;
  if (anyColour && (opaque !== true || image.colour !== 'rgba' || isOpaque(image))) return toRgb(image);
  const why = anyColour
    ? 'it is partly transparent, and a resize inside would weigh its pixels by that'
    : `it is ${image.colour}, and the file was compiled for ${wanted}`;
  throw new Problem('value-invalid', {
    message: `The picture at "${name}" cannot go into the compiled file: ${why}.`,
    fix: 'Run the pipeline without --fused, put "Colour space" before it, or compile it for that colour (--assume).',
    where: { port: name },
    mend: { insert: { type: 'image.colour', params: { to: wanted } } },
  });
}

/** Samples of another rate would be taken for the file's own, and more channels for more sounds. */
function refuseOther({ name, type }: PartInput, { sampleRateHz, channels }: AudioValue): void {
  if (type.kind !== 'audio') return;
  const refuse = (why: string, mend: { readonly type: string; readonly params: Readonly<Record<string, Json>> }) =>
    new Problem('value-invalid', {
      message: `The sound at "${name}" cannot go into the compiled file: ${why}.`,
      fix: 'Bring it to that in front of the file, or compile the pipeline without taking it for granted.',
      where: { port: name },
      mend: { insert: mend },
    });
  if (typeof type.sampleRateHz === 'number' && type.sampleRateHz !== sampleRateHz)
    throw refuse(`it has ${sampleRateHz} Hz, and the file was compiled for ${type.sampleRateHz} Hz`, {
      type: 'audio.resample',
      params: { sampleRateHz: type.sampleRateHz },
    });
  if (typeof type.channels === 'number' && type.channels !== channels.length)
    throw refuse(`it has ${channels.length} channels, and the file was compiled for ${type.channels}`, {
      type: 'audio.mono',
      params: {},
    });
}

function isOpaque({ data }: ImageValue): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

function standIn({ dtype, shape }: PartTensor): TensorValue {
  const dims = shape.map((dim) => (typeof dim === 'number' ? dim : dim === 'items' ? 1 : standInLength));
  const data = allocate(
    dtype,
    dims.reduce((a, b) => a * b, 1),
  );
  return { kind: 'tensor', dtype, shape: dims, data } as TensorValue;
}

function flag(there: boolean): TensorValue {
  return { kind: 'tensor', dtype: 'bool', shape: [1], data: Uint8Array.of(Number(there)) };
}

/** For an input that is missing without a reason: nothing is wired to it. */
export function unwiredReasons(
  part: PartFile,
  values: Readonly<Record<string, Value | undefined>>,
  missing: Readonly<Record<string, ProblemData>>,
): Readonly<Record<string, ProblemData>> {
  const reasons: Record<string, ProblemData> = { ...missing };
  for (const { name } of part.inputs) {
    if (values[name] !== undefined || Object.hasOwn(reasons, name)) continue;
    reasons[name] = problemData('modality-missing', {
      message: `"${name}" was not given.`,
      fix: 'Give its input.',
      where: { port: name },
    });
  }
  return reasons;
}
