import { batchFault } from '../../core/define/batchable.ts';
import type { ModelSignature } from '../../core/define/file-facts.ts';
import type {
  GraftedModel,
  LoweredEmbedding,
  LoweredScores,
  LoweredTensor,
  MayFail,
  OnnxGraph,
  OnnxValue,
} from '../../core/define/lower.ts';
import type { WireType } from '../../core/kinds/type.ts';
import { type HeadRule, inputLength, inputOf, pickOutput } from './learnedHead.ts';
import { loweredRowsOf } from './loweredFuseVectors.ts';
import { fusedResult } from './loweredModalities.ts';
import { declaredNumbers } from './missingModality.ts';
import { notLowerable } from './notLowerable.ts';

export interface HeadInputs {
  readonly values: Readonly<Record<string, LoweredEmbedding | LoweredScores | LoweredTensor | undefined>>;
  readonly types: Readonly<Record<string, WireType | undefined>>;
  readonly present: Readonly<Record<string, OnnxValue>>;
}

/** A learned head inside the graph: rows, stand-ins and mask for N items, fed to its model as one batch where that is free. */
export function loweredHead(
  onnx: OnnxGraph,
  rule: HeadRule,
  file: GraftedModel,
  signature: ModelSignature | undefined,
  labels: readonly string[] | undefined,
  from: HeadInputs,
): (LoweredEmbedding | LoweredScores | LoweredTensor) & MayFail {
  const picked = pickOutput(signature, rule.outputName);
  if (signature === undefined || picked === undefined)
    throw notLowerable(`What ${rule.model} takes and gives is not known.`, 'Give the model file.');
  const standIn = (modality: string) => {
    if (rule.whenMissing === 'fail') return null;
    const numbers = rule.whenMissing === 'default' ? declaredNumbers(rule.defaultValues, modality) : null;
    const length = inputLength(signature, modality);
    return numbers ?? (length === undefined ? null : new Array<number>(length).fill(0));
  };
  const { rows, present } = loweredRowsOf(onnx, rule, from.values, from.types, from.present, standIn);
  const flat = rule.modalities.find((name) => inputOf(signature, name)?.shape?.length === 1);
  const fault = flat === undefined ? batchFault(signature) : `its input "${flat}" is one row without a batch axis`;
  if (fault !== null) onnx.oneItem(`"${file.name}" takes one item at a time: ${fault}`);
  const feeds = rule.modalities.map((name, m): readonly [string, OnnxValue] => {
    const input = inputOf(signature, name);
    const row = onnx.cast(rows[m].row, input?.dtype ?? 'float32');
    return [name, input?.shape?.length === 1 ? onnx.op('Reshape', [row, onnx.integers([-1])]) : row];
  });
  if (rule.maskInput !== '') {
    const lanes = rows.map(({ there }) => onnx.op('Unsqueeze', [there, onnx.integers([1])]));
    const dtype = inputOf(signature, rule.maskInput)?.dtype ?? 'float32';
    feeds.push([rule.maskInput, onnx.cast(onnx.op('Concat', lanes, { axis: 1 }, 'mask'), dtype)]);
  }
  const answer = onnx.graft(file, Object.fromEntries(feeds))[picked.name];
  if (rule.result === 'tensor') {
    // Each item has the batch axis of the model, of 1; without a free one the whole answer is that of one item.
    const tensor = onnx.op('Unsqueeze', [answer, onnx.integers([fault === null ? 1 : 0])]);
    return { kind: 'tensor', tensor, present };
  }
  const row = onnx.op('Reshape', [answer, onnx.integers(fault === null ? [0, -1] : [1, -1])], {}, 'answer');
  const data = fusedResult(onnx, row, present);
  if (rule.result === 'embedding') return { kind: 'embedding', vector: data, unit: false, present };
  return { kind: 'scores', scores: data, labels: labels ?? null, form: rule.form, present };
}
