import type {
  LoweredEmbedding,
  LoweredScores,
  LoweredTensor,
  MayFail,
  OnnxGraph,
  OnnxValue,
} from '../../core/define/lower.ts';
import { isFloat } from '../../core/kinds/dtype.ts';
import type { EmbeddingType, WireType } from '../../core/kinds/type.ts';
import { scalar } from './loweredElementwise.ts';
import {
  allFiniteAlong,
  enough,
  fusedResult,
  type LoweredModalities,
  loweredModalities,
  overModalities,
  usedCount,
} from './loweredModalities.ts';
import { declaredNumbers, type MissingRule } from './missingModality.ts';
import { notLowerable } from './notLowerable.ts';

type Row = LoweredEmbedding | LoweredScores | LoweredTensor;

/** The embeddings of all modalities; `standInVector` where one is missing. */
export function loweredVectors(
  onnx: OnnxGraph,
  rule: MissingRule,
  inputs: Readonly<Record<string, LoweredEmbedding | undefined>>,
  types: Readonly<Record<string, EmbeddingType | undefined>>,
  present: Readonly<Record<string, OnnxValue>>,
): LoweredModalities {
  const rows = rule.modalities.map((name) => (Object.hasOwn(inputs, name) ? (inputs[name]?.vector ?? null) : null));
  const lists = rule.modalities.map((name) => declaredNumbers(rule.defaultValues, name));
  const declared = lists.find((list) => list !== null)?.length;
  const known = rule.modalities.map((name) => types[name]?.length).find((length) => typeof length === 'number');
  const length = declared ?? 1;
  if (lists.some((list) => list !== null && list.length !== (known ?? length)))
    throw notLowerable('The stand-ins in defaultValues are not as long as the embeddings.', 'Mend defaultValues.');
  const numbers = lists.flatMap((list) => list ?? new Array<number>(length).fill(0));
  const data = Float64Array.from(numbers, Math.fround);
  const standIn = () => onnx.constant({ kind: 'tensor', dtype: 'float64', shape: [1, lists.length, length], data });
  return loweredModalities(onnx, rule, rows, present, standIn);
}

/** `attentionWeights` and the weighted sum: float32 [N, length]. `query` is float32 [N, length]; null: the mean of the rows. */
export function loweredAttention(
  onnx: OnnxGraph,
  from: LoweredModalities,
  query: OnnxValue | null,
  temperature: number,
): LoweredEmbedding & MayFail {
  const { rows, used } = from;
  const lanes = used === null ? null : onnx.op('Unsqueeze', [used, onnx.integers([2])]);
  const part = lanes === null ? rows : onnx.op('Mul', [rows, lanes]);
  const wanted =
    query === null ? onnx.op('Div', [overModalities(onnx, part), usedCount(onnx, from)]) : onnx.cast(query, 'float64');
  const match = onnx.op('MatMul', [rows, onnx.op('Unsqueeze', [wanted, onnx.integers([2])])]);
  const root = onnx.op('Sqrt', [onnx.cast(onnx.dim(rows, 2), 'float64')]);
  const scaled = onnx.op('Div', [onnx.op('Div', [match, root]), scalar(onnx, 'float64', temperature)]);
  const rest = scalar(onnx, 'float64', -Infinity);
  const left = lanes === null ? scaled : onnx.op('Where', [onnx.cast(lanes, 'bool'), scaled, rest]);
  const weights = onnx.op('Softmax', [left], { axis: 1 }, 'weights');
  const present = query === null ? from.present : onnx.op('And', [from.present, allFiniteAlong(onnx, query, 1)]);
  const vector = fusedResult(onnx, overModalities(onnx, onnx.op('Mul', [rows, weights])), present);
  return { kind: 'embedding', vector, unit: false, present };
}

/** `rowOf` for N items: [N, numbers] in the dtype that came. */
export function rowOfItems(onnx: OnnxGraph, value: Row, type: WireType | undefined, name: string): OnnxValue {
  if (value.kind === 'embedding') return value.vector;
  if (value.kind === 'scores') return value.scores;
  const shape = type?.kind === 'tensor' ? type.shape : null;
  const long =
    shape !== null && (shape.length > 2 || (shape.length === 2 && typeof shape[0] === 'number' && shape[0] !== 1));
  if (value.tensor.dtype === 'string' || long || shape?.length === 0)
    throw notLowerable(`"${name}" is not one row of numbers, [n] or [1, n].`, 'Put tensor.reshape before it.');
  return onnx.op('Reshape', [value.tensor, onnx.integers([0, -1])], {}, 'row');
}

export interface LoweredRowOfModality {
  /** float32 [N, numbers], the stand-in where the modality is missing. */
  readonly row: OnnxValue;
  /** bool [N]. */
  readonly there: OnnxValue;
}

/**
 * The rows of modalities of any lengths, each with its stand-in (null: 0 everywhere), and whether enough are there. For
 * a modality that is not wired `row` is its stand-in for every item.
 */
export function loweredRowsOf(
  onnx: OnnxGraph,
  rule: MissingRule,
  inputs: Readonly<Record<string, Row | undefined>>,
  types: Readonly<Record<string, WireType | undefined>>,
  present: Readonly<Record<string, OnnxValue>>,
  standIn: (modality: string, index: number) => readonly number[] | null,
): { readonly rows: readonly LoweredRowOfModality[]; readonly present: OnnxValue } {
  const rows = rule.modalities.map((modality, index): LoweredRowOfModality => {
    const numbers = standIn(modality, index);
    const filler = onnx.floats(numbers ?? [0], [1, numbers?.length ?? 1]);
    const value = Object.hasOwn(inputs, modality) ? inputs[modality] : undefined;
    if (value === undefined) {
      const shape = onnx.op('Concat', [onnx.items(), onnx.integers([numbers?.length ?? 0])], { axis: 0 });
      const never = onnx.constant({ kind: 'tensor', dtype: 'bool', shape: [1], data: Uint8Array.of(0) });
      const row = onnx.op('Expand', [onnx.floats(numbers ?? [], [1, numbers?.length ?? 0]), shape]);
      return { row, there: onnx.op('Expand', [never, onnx.items()]) };
    }
    const own = rowOfItems(onnx, value, types[modality], modality);
    const finite = isFloat(own.dtype) ? allFiniteAlong(onnx, own, 1) : null;
    const sent = Object.hasOwn(present, modality) ? present[modality] : null;
    const certain = finite ?? sent ?? always(onnx, own);
    const there = finite !== null && sent !== null ? onnx.op('And', [finite, sent]) : certain;
    const row = onnx.cast(own, 'float32');
    return { row: onnx.op('Where', [onnx.op('Unsqueeze', [there, onnx.integers([1])]), row, filler]), there };
  });
  const lanes = onnx.op(
    'Concat',
    rows.map(({ there }) => onnx.op('Unsqueeze', [there, onnx.integers([1])])),
    { axis: 1 },
  );
  const least = rule.whenMissing === 'fail' ? rows.length : Math.min(rule.minimumPresent, rows.length);
  return { rows, present: enough(onnx, lanes, least) };
}

/** bool [N], all true: whole numbers are never corrupt. */
function always(onnx: OnnxGraph, row: OnnxValue): OnnxValue {
  const yes = onnx.constant({ kind: 'tensor', dtype: 'bool', shape: [1], data: Uint8Array.of(1) });
  return onnx.op('Expand', [yes, onnx.dim(row, 0)]);
}

/** `joinRows` under the rule: float32 [N, numbers]. A row that is skipped makes that of its item shorter. */
export function loweredJoined(
  onnx: OnnxGraph,
  rule: MissingRule & { readonly lengths: readonly number[] },
  inputs: Readonly<Record<string, Row | undefined>>,
  types: Readonly<Record<string, WireType | undefined>>,
  present: Readonly<Record<string, OnnxValue>>,
): { readonly joined: OnnxValue; readonly present: OnnxValue } {
  const skips = rule.whenMissing === 'skip';
  const standIn = (modality: string, index: number) => {
    if (rule.whenMissing !== 'default') return null;
    const numbers = declaredNumbers(rule.defaultValues, modality);
    if (numbers !== null || index < rule.lengths.length)
      return numbers ?? new Array<number>(rule.lengths[index]).fill(0);
    throw notLowerable(`Nothing says how long the stand-in of "${modality}" is.`, 'Set `lengths`.');
  };
  const given = loweredRowsOf(onnx, rule, inputs, types, present, standIn);
  if (skips) onnx.oneItem('a modality that is skipped makes the row of its item shorter');
  const [none, one] = [onnx.integers([0]), onnx.integers([1])];
  const parts = given.rows.map(({ row, there }) => {
    if (!skips) return row;
    const end = onnx.op('Mul', [onnx.dim(row, 1), onnx.cast(there, 'int64')]);
    return onnx.op('Slice', [row, none, end, one]);
  });
  const joined = onnx.op('Concat', parts, { axis: 1 });
  return { joined: fusedResult(onnx, joined, given.present), present: given.present };
}
