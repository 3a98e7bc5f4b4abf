import { fusionParams, modalityPorts, reportPort } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { alignScores, checkStandInCount, fusedScoresType, standInScores } from '../kernels/alignScores.ts';
import { agreementOf, majorityOf } from '../kernels/fuseScores.ts';
import { fusionReport, topLabel } from '../kernels/fusionReport.ts';
import { loweredMajority, scoresResult } from '../kernels/loweredFuseScores.ts';
import { loweredScores } from '../kernels/loweredScores.ts';
import { applyMissingRule, checkMissingRule } from '../kernels/missingModality.ts';

const labels = ['cat', 'dog'];

export const majorityVote = defineNode({
  type: 'fusion.majorityVote',
  version: 1,
  title: 'Majority vote',
  summary: 'Late fusion: each modality votes for its best class; equal votes are decided by the summed score.',
  keywords: ['late fusion', 'vote', 'hard voting', 'ensemble', 'multimodal'],
  details:
    'With M modalities the score of a class is (its votes + its mean probability) / (M + 1): more votes always win, a tie goes to the class with the higher summed score, and the scores sum to 1. The votes themselves are in the report. Logits and independent scores count by their softmax in ties. A stand-in votes too, for its first best class.',
  inputs: (params) => modalityPorts(['scores'], params.modalities),
  outputs: { scores: port.scores({ doc: 'Votes with their tie-break, best class highest.' }), report: reportPort },
  params: fusionParams,
  infer: ({ inputs, params, report }) => {
    checkMissingRule(params, report);
    const scores = fusedScoresType(inputs, params.modalities, report);
    checkStandInCount(params.defaultValues, params.modalities, scores.classes, report);
    return { scores: { ...scores, form: 'probabilities' }, report: anyType.json };
  },
  run: ({ inputs, params, missing }) => {
    const rule = applyMissingRule(params, inputs, missing, standInScores);
    const aligned = alignScores(rule.used);
    const { scores: data } = majorityOf(aligned.rows, aligned.form);
    const facts = aligned.rows.map((row) => ({ weight: 1 / rule.used.length, vote: topLabel(row, aligned.labels) }));
    return {
      scores: { kind: 'scores', data, labels: aligned.labels, form: 'probabilities' },
      report: fusionReport('majorityVote', rule.used, rule.missing, agreementOf(aligned.rows, data), facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const rows = loweredScores(onnx, params, inputs, types, present);
    return { scores: scoresResult(onnx, loweredMajority(onnx, rows), rows, 'probabilities') };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'One vote each: the summed score decides',
      inputs: {
        image: { kind: 'scores', data: Float32Array.of(0.875, 0.125), labels, form: 'probabilities' },
        text: { kind: 'scores', data: Float32Array.of(0.375, 0.625), labels, form: 'probabilities' },
      },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(1.625 / 3, 1.375 / 3), labels, form: 'probabilities' },
        report: {
          kind: 'json',
          json: {
            rule: 'majorityVote',
            used: [
              { modality: 'image', weight: 0.5, vote: 'cat' },
              { modality: 'text', weight: 0.5, vote: 'dog' },
            ],
            missing: [],
            agreement: 0.5,
          },
        },
      },
    },
  ],
});
