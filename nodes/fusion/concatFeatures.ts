import { fusionParams, modalityPorts, reportPort } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { checkRowLengths, joinRows, standInRow } from '../kernels/concatRows.ts';
import { rowOf } from '../kernels/fuseVectors.ts';
import { fusionReport } from '../kernels/fusionReport.ts';
import { loweredJoined } from '../kernels/loweredFuseVectors.ts';
import { applyMissingRule, checkMissingRule } from '../kernels/missingModality.ts';

export const concatFeatures = defineNode({
  type: 'fusion.concatFeatures',
  version: 1,
  title: 'Concatenate features',
  summary: 'Early fusion: puts the embeddings or feature rows of several modalities one after the other.',
  keywords: ['early fusion', 'concat', 'join', 'features', 'embedding', 'multimodal'],
  details:
    'Takes embeddings, scores and tensors of shape [n] or [1, n]. A skipped modality makes the row shorter, so a model behind it that wants a fixed length needs the rule "default" instead: set `lengths`, or give `defaultValues` (for example the mean vector of the training set).',
  inputs: (params) => modalityPorts(['embedding', 'tensor', 'scores'], params.modalities),
  outputs: (params) => ({
    features: port.oneOf(params.result === 'tensor' ? ['tensor', 'embedding'] : ['embedding', 'tensor'], {
      doc: 'All features in one row, in the order of the modalities.',
    }),
    report: reportPort,
  }),
  params: {
    ...fusionParams,
    result: p.choice(['tensor', 'embedding'], {
      default: 'tensor',
      doc: 'What the row is given as.',
      choiceDocs: ['A float32 tensor of shape [1, n].', 'An embedding of length n.'],
    }),
    lengths: p.numbers({
      default: [],
      whole: true,
      min: 1,
      max: 1_000_000,
      maxLength: 16,
      unit: 'numbers',
      doc: 'Length of each modality, in their order: how many zeros stand in for a missing one. Empty: only `defaultValues` can stand in.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    checkMissingRule(params, report);
    const length = checkRowLengths(params, inputs, report);
    const features =
      params.result === 'tensor'
        ? { ...anyType.tensor, dtype: 'float32' as const, shape: [1, length] }
        : { ...anyType.embedding, length };
    return { features, report: anyType.json };
  },
  run: ({ inputs, params, missing }) => {
    const rule = applyMissingRule(params, inputs, missing, (modality, numbers, _, index) =>
      standInRow(modality, numbers, params.lengths[index]),
    );
    const rows = rule.used.map((u) => rowOf(u.modality, u.value));
    const data = joinRows(rows);
    const facts = rows.map((row) => ({ weight: 1, length: row.length }));
    return {
      features:
        params.result === 'tensor'
          ? { kind: 'tensor', dtype: 'float32', shape: [1, data.length], data }
          : { kind: 'embedding', data, unit: false },
      report: fusionReport('concatFeatures', rule.used, rule.missing, null, facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const { joined, present: some } = loweredJoined(onnx, params, inputs, types, present);
    if (params.result === 'embedding')
      return { features: { kind: 'embedding', vector: joined, unit: false, present: some } };
    const tensor = onnx.op('Unsqueeze', [joined, onnx.integers([1])]);
    return { features: { kind: 'tensor', tensor, present: some } };
  },
  examples: [
    {
      title: 'Two embeddings in one row, the sound replaced by zeros',
      params: { modalities: ['image', 'sound'], whenMissing: 'default', lengths: [2, 3] },
      inputs: { image: { kind: 'embedding', data: Float32Array.of(0.5, -1), unit: false } },
      outputs: {
        features: { kind: 'tensor', dtype: 'float32', shape: [1, 5], data: Float32Array.of(0.5, -1, 0, 0, 0) },
        report: {
          kind: 'json',
          json: {
            rule: 'concatFeatures',
            used: [
              { modality: 'image', weight: 1, length: 2 },
              { modality: 'sound', weight: 1, length: 3, standIn: true },
            ],
            missing: [
              {
                modality: 'sound',
                code: 'modality-missing',
                message: 'The modality "sound" was not given.',
                replacedBy: '3 zeros',
              },
            ],
            agreement: null,
          },
        },
      },
    },
  ],
});
