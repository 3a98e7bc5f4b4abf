import { exactJson } from '../kinds/exactJson.ts';
import type { Item, ScoresValue, Value } from '../kinds/value.ts';
import { nearestName } from '../problems/nearestName.ts';
import { Problem } from '../problems/problem.ts';
import type { RunResult } from '../run/result.ts';
import type { ValueTools } from './jsonValues.ts';
import {
  type BytesTensor,
  elementsOf,
  type Numbers,
  type NumberTensor,
  numberTensor,
  type OipTensor,
  place,
  zeros,
} from './oipTensor.ts';
import type { PipelineSignature, SignatureOutput } from './signature.ts';
import { isMany, isRagged, type OutputPart, outputParts, tensorsOfOutput } from './tensorSpecs.ts';

/** A part of one item's value, without the batch. */
type Piece = Omit<NumberTensor, 'name'> | Omit<BytesTensor, 'name'>;
/** What one output gave for one item of the batch, by part. */
type Pieces = readonly Piece[];

export interface OutputTensors {
  readonly tensors: readonly OipTensor[];
  /** Outputs that have no value, because the modality that they need was not there: why. */
  readonly missing: Readonly<Record<string, string>>;
}

/** Public outputs that tensors of these names belong to; an output's own name stands for all of its tensors where none bears it. Throws `request-invalid`. */
export function outputsNamed(names: readonly string[], signature: PipelineSignature): readonly SignatureOutput[] {
  const known = signature.outputs.map((output) => ({
    output,
    names: [output.name, ...tensorsOfOutput(output).map((tensor) => tensor.name)],
  }));
  const unknown = names.find((name) => !known.some((entry) => entry.names.includes(name)));
  if (unknown !== undefined) {
    const all = known.flatMap((entry) => entry.names);
    const near = nearestName(unknown, all);
    throw new Problem('request-invalid', {
      message: `There is no output called ${JSON.stringify(unknown.slice(0, 100))}.`,
      fix: `${near === null ? '' : `Did you mean "${near}"? `}The outputs are ${[...new Set(all)].join(', ')}.`,
    });
  }
  return known.filter((entry) => names.some((name) => entry.names.includes(name))).map((entry) => entry.output);
}

/** True when a tensor was asked for: by its name, or by that of an output which is no tensor's; each when nothing was named. */
export function isWanted(tensor: string, output: SignatureOutput, names: readonly string[] | null): boolean {
  if (names === null || names.includes(tensor)) return true;
  return names.includes(output.name) && !outputParts(output).some((part) => part.suffix === '');
}

/**
 * The answers of a batch as tensors, in the order of the signature. Throws `value-shape` where items of one batch have
 * shapes that no tensor holds, `modality-missing` where some of a batch have an output and some have not.
 */
export async function tensorsOfResults(
  results: readonly RunResult[],
  signature: PipelineSignature,
  names: readonly string[] | null,
  tools: Pick<ValueTools, 'encode'>,
): Promise<OutputTensors> {
  const tensors: OipTensor[] = [];
  const missing: Record<string, string> = {};
  const outputs = names === null ? signature.outputs : outputsNamed(names, signature);
  for (const output of outputs) {
    const rows = rowsOf(results, output, missing);
    if (rows === null) continue;
    const told = await tensorsOf(rows, output, tools);
    tensors.push(...told.filter((tensor) => isWanted(tensor.name, output, names)));
  }
  return { tensors, missing };
}

/** The items of an output for each member of the batch; null when none has it. */
function rowsOf(
  results: readonly RunResult[],
  { name }: SignatureOutput,
  missing: Record<string, string>,
): readonly (readonly Item[])[] | null {
  const outputs = results.map((result) => result.outputs[name]);
  const rows = outputs.map((output) => (output?.status === 'present' ? output.items : null));
  const first = outputs.findIndex((output) => output?.status !== 'present');
  if (first < 0) return rows.map((row) => row ?? []);
  const absent = outputs[first];
  const why = absent?.status === 'missing' ? absent.problem.message : 'it was not asked for';
  if (rows.some((row) => row !== null))
    throw new Problem('modality-missing', {
      message: `Item ${first} of the batch has no output "${name}": ${why}`,
      fix: 'Ask for items with all modalities together, and for the others one by one.',
    });
  missing[name] = why;
  return null;
}

async function tensorsOf(
  rows: readonly (readonly Item[])[],
  output: SignatureOutput,
  tools: Pick<ValueTools, 'encode'>,
): Promise<readonly OipTensor[]> {
  const many = isMany(output);
  const pieces = await Promise.all(
    rows.map((row) => Promise.all(row.map((item) => piecesOf(item.value, output, tools)))),
  );
  const length = many ? Math.max(0, ...rows.map((row) => row.length)) : 1;
  const lead = many ? [rows.length, length] : [rows.length];
  const parts = outputParts(output);
  const tensors = parts.map((part, p) => stacked(pieces, lead, part, p, output));
  if (isRagged(output)) tensors.push(countsOf(pieces, lead, `${output.name}.count`));
  if (!many) return tensors;
  const times = new Float64Array(rows.length * length);
  rows.forEach((row, i) => {
    times.set(
      row.map((item) => item.t),
      i * length,
    );
  });
  return [
    ...tensors,
    { name: `${output.name}.times`, datatype: 'FP64', shape: lead, data: times },
    {
      name: `${output.name}.items`,
      datatype: 'INT32',
      shape: [rows.length],
      data: Int32Array.from(rows, (row) => row.length),
    },
  ];
}

/** How long the ragged dimension of each item is. */
function countsOf(pieces: readonly (readonly Pieces[])[], lead: readonly number[], name: string): OipTensor {
  const data = new Int32Array(elementsOf(lead, name));
  const length = lead[1] ?? 1;
  pieces.forEach((row, i) => {
    row.forEach((item, j) => {
      data[i * length + j] = item[0].shape[0];
    });
  });
  return { name, datatype: 'INT32', shape: lead, data };
}

/** One part of all items, side by side: what is shorter than the longest is filled up. */
function stacked(
  pieces: readonly (readonly Pieces[])[],
  lead: readonly number[],
  part: OutputPart,
  p: number,
  output: SignatureOutput,
): OipTensor {
  const name = `${output.name}${part.suffix}`;
  const all = pieces.flat().map((item) => item[p]);
  const [single] = all;
  if (part.ownBatch && all.length === 1 && lead.length === 1) return { ...single, name } as OipTensor;
  const cells = part.ownBatch ? all.map((piece) => withoutBatch(piece, name)) : all;
  const shape = [...commonShape(cells, part, name)];
  const datatype = single?.datatype ?? part.datatype;
  const length = lead[1] ?? 1;
  const slot = elementsOf(shape, name);
  const whole = [...lead, ...shape];
  const count = elementsOf(whole, name);
  let next = 0;
  const slots = pieces.map((row) => row.map(() => cells[next++]));
  if (datatype === 'BYTES') {
    const data = new Array<Uint8Array>(count).fill(new Uint8Array(0));
    eachCell(slots, length, (cell, at) => {
      if (cell.datatype === 'BYTES')
        cell.data.forEach((element, i) => {
          data[at * slot + i] = element;
        });
    });
    return {
      name,
      datatype,
      shape: whole,
      data,
      ...(single?.datatype === 'BYTES' && single.files ? { files: true } : {}),
    };
  }
  const data: Numbers = zeros(datatype, count);
  eachCell(slots, length, (cell, at) => {
    if (cell.datatype === datatype) place(data, cell.data, at * slot);
  });
  return { name, datatype, shape: whole, data };
}

function eachCell(
  slots: readonly (readonly Piece[])[],
  length: number,
  visit: (cell: Piece, at: number) => void,
): void {
  slots.forEach((row, i) => {
    row.forEach((cell, j) => {
      visit(cell, i * length + j);
    });
  });
}

function withoutBatch(piece: Piece, name: string): Piece {
  const [first, ...shape] = piece.shape;
  if (first === 1) return { ...piece, shape };
  throw unequal(name, `one of them has ${first} rows of its own`);
}

function commonShape(cells: readonly Piece[], part: OutputPart, name: string): readonly number[] {
  const [first] = cells;
  if (first === undefined) return part.shape.map((size) => Math.max(0, size));
  for (const cell of cells) {
    const fits =
      cell.datatype === first.datatype &&
      cell.shape.length === first.shape.length &&
      cell.shape.every((size, i) => size === first.shape[i] || (part.ragged && i === 0));
    if (!fits) throw unequal(name, `[${first.shape.join(', ')}] and [${cell.shape.join(', ')}]`);
  }
  if (!part.ragged) return first.shape;
  const [, ...rest] = first.shape;
  return [Math.max(...cells.map((cell) => cell.shape[0])), ...rest];
}

function unequal(name: string, how: string): Problem {
  return new Problem('value-shape', {
    message: `The output "${name}" has items of different shapes, which no tensor holds: ${how}.`,
    fix: 'Ask for one item at a time, or by POST /predict.',
  });
}

async function piecesOf(value: Value, output: SignatureOutput, tools: Pick<ValueTools, 'encode'>): Promise<Pieces> {
  const labelled = 'labels' in output.type && output.type.labels !== null;
  switch (value.kind) {
    case 'scores': {
      const scores: Piece = { datatype: 'FP32', shape: [value.data.length], data: value.data };
      return labelled ? [scores, bytesPiece(utf8(bestLabel(value)))] : [scores];
    }
    case 'boxes': {
      const n = value.scores.length;
      const labels = Array.from(value.classes, (at) => utf8(value.labels?.[at] ?? String(at)));
      return [
        { datatype: 'FP32', shape: [n, 4], data: value.coordinates },
        { datatype: 'FP32', shape: [n], data: value.scores },
        { datatype: 'INT32', shape: [n], data: value.classes },
        ...(labelled ? [{ datatype: 'BYTES' as const, shape: [n], data: labels }] : []),
      ];
    }
    case 'embedding':
      return [{ datatype: 'FP32', shape: [value.data.length], data: value.data }];
    case 'mask':
      return [{ datatype: 'UINT8', shape: [value.height, value.width], data: value.data }];
    case 'tensor':
      return [numberTensor(output.name, value)];
    case 'image':
    case 'audio':
      return [{ ...bytesPiece((await tools.encode(value)).bytes), files: true }];
    case 'text':
      return [bytesPiece(utf8(value.text))];
    case 'json':
      return [bytesPiece(utf8(JSON.stringify(value.json)))];
    case 'video':
      return [bytesPiece(utf8(JSON.stringify(exactJson(value))))];
  }
}

function bytesPiece(element: Uint8Array): Omit<BytesTensor, 'name'> {
  return { datatype: 'BYTES', shape: [], data: [element] };
}

function bestLabel({ data, labels }: ScoresValue): string {
  let best = 0;
  for (let i = 1; i < data.length; i++) if (data[i] > data[best]) best = i;
  return data.length === 0 ? '' : (labels?.[best] ?? String(best));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
