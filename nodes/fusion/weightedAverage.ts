import { fusionParams, modalityPorts, reportPort, weightsParam } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { alignScores, checkStandInCount, fusedScoresType, standInScores } from '../kernels/alignScores.ts';
import { agreementOf, weightedAverageOf } from '../kernels/fuseScores.ts';
import { fusionReport, topLabel } from '../kernels/fusionReport.ts';
import { loweredAverage, scoresResult } from '../kernels/loweredFuseScores.ts';
import { loweredScores } from '../kernels/loweredScores.ts';
import { applyMissingRule, checkMissingRule, usedWeights } from '../kernels/missingModality.ts';

const labels = ['cat', 'dog'];

export const weightedAverage = defineNode({
  type: 'fusion.weightedAverage',
  version: 1,
  title: 'Weighted average',
  summary: 'Late fusion: averages the scores of several modalities, each with its weight.',
  keywords: ['late fusion', 'mean', 'ensemble', 'blend', 'multimodal'],
  details:
    'Scores of all modalities must be over the same labels (their order may differ) and of one form. The weights of the modalities that take part are scaled to sum to 1, so probabilities stay probabilities.',
  inputs: (params) => modalityPorts(['scores'], params.modalities),
  outputs: { scores: port.scores({ doc: 'The weighted mean of the scores.' }), report: reportPort },
  params: { ...fusionParams, weights: weightsParam },
  infer: ({ inputs, params, report }) => {
    checkMissingRule(params, report, params.weights);
    const scores = fusedScoresType(inputs, params.modalities, report);
    checkStandInCount(params.defaultValues, params.modalities, scores.classes, report);
    return { scores, report: anyType.json };
  },
  run: ({ inputs, params, missing }) => {
    const rule = applyMissingRule(params, inputs, missing, standInScores);
    const aligned = alignScores(rule.used);
    const weights = usedWeights(params.weights, rule.used);
    const data = weightedAverageOf(aligned.rows, weights);
    const facts = aligned.rows.map((row, m) => ({ weight: weights[m], top: topLabel(row, aligned.labels) }));
    return {
      scores: { kind: 'scores', data, labels: aligned.labels, form: aligned.form },
      report: fusionReport('weightedAverage', rule.used, rule.missing, agreementOf(aligned.rows, data), facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const rows = loweredScores(onnx, params, inputs, types, present);
    return { scores: scoresResult(onnx, loweredAverage(onnx, rows, params.weights), rows) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'The picture counts three times as much as the text',
      params: { weights: [3, 1] },
      inputs: {
        image: { kind: 'scores', data: Float32Array.of(0.75, 0.25), labels, form: 'probabilities' },
        text: { kind: 'scores', data: Float32Array.of(0.25, 0.75), labels, form: 'probabilities' },
      },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.625, 0.375), labels, form: 'probabilities' },
        report: {
          kind: 'json',
          json: {
            rule: 'weightedAverage',
            used: [
              { modality: 'image', weight: 0.75, top: 'cat' },
              { modality: 'text', weight: 0.25, top: 'dog' },
            ],
            missing: [],
            agreement: 0.5,
          },
        },
      },
    },
  ],
});
