import { fusionParams, modalityPorts, reportPort } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { alignScores, checkStandInCount, fusedScoresType, standInScores } from '../kernels/alignScores.ts';
import { agreementOf, maximumOf } from '../kernels/fuseScores.ts';
import { fusionReport, topLabel } from '../kernels/fusionReport.ts';
import { loweredMaximum, scoresResult } from '../kernels/loweredFuseScores.ts';
import { loweredScores } from '../kernels/loweredScores.ts';
import { applyMissingRule, checkMissingRule } from '../kernels/missingModality.ts';

const labels = ['siren', 'speech'];

export const max = defineNode({
  type: 'fusion.max',
  version: 1,
  title: 'Maximum',
  summary: 'Late fusion: takes the highest score of each class over all modalities.',
  keywords: ['late fusion', 'maximum', 'or', 'any', 'multimodal'],
  details:
    'One confident modality is enough to raise a class. Probabilities are scaled to sum to 1 again; independent scores and logits are left as they are.',
  inputs: (params) => modalityPorts(['scores'], params.modalities),
  outputs: { scores: port.scores({ doc: 'The highest score of each class.' }), report: reportPort },
  params: fusionParams,
  infer: ({ inputs, params, report }) => {
    checkMissingRule(params, report);
    const scores = fusedScoresType(inputs, params.modalities, report);
    checkStandInCount(params.defaultValues, params.modalities, scores.classes, report);
    return { scores, report: anyType.json };
  },
  run: ({ inputs, params, missing }) => {
    const rule = applyMissingRule(params, inputs, missing, standInScores);
    const aligned = alignScores(rule.used);
    const data = maximumOf(aligned.rows, aligned.form);
    const facts = aligned.rows.map((row) => ({ weight: 1, top: topLabel(row, aligned.labels) }));
    return {
      scores: { kind: 'scores', data, labels: aligned.labels, form: aligned.form },
      report: fusionReport('max', rule.used, rule.missing, agreementOf(aligned.rows, data), facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const rows = loweredScores(onnx, params, inputs, types, present);
    return { scores: scoresResult(onnx, loweredMaximum(onnx, rows), rows) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'A siren that only the microphone notices',
      params: { modalities: ['image', 'sound'] },
      inputs: {
        image: { kind: 'scores', data: Float32Array.of(0.125, 0.5), labels, form: 'independent' },
        sound: { kind: 'scores', data: Float32Array.of(0.875, 0.25), labels, form: 'independent' },
      },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.875, 0.5), labels, form: 'independent' },
        report: {
          kind: 'json',
          json: {
            rule: 'max',
            used: [
              { modality: 'image', weight: 1, top: 'speech' },
              { modality: 'sound', weight: 1, top: 'siren' },
            ],
            missing: [],
            agreement: 0.5,
          },
        },
      },
    },
  ],
});
