import { fusionParams, modalityPorts, reportPort, weightsParam } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { alignScores, checkStandInCount, fusedScoresType, standInScores } from '../kernels/alignScores.ts';
import { agreementOf, confidenceOf, weightedAverageOf } from '../kernels/fuseScores.ts';
import { fusionReport, topLabel } from '../kernels/fusionReport.ts';
import { loweredGate, scoresResult } from '../kernels/loweredFuseScores.ts';
import { loweredScores } from '../kernels/loweredScores.ts';
import { applyMissingRule, checkMissingRule, usedWeights } from '../kernels/missingModality.ts';

const labels = ['cat', 'dog'];

export const gated = defineNode({
  type: 'fusion.gated',
  version: 1,
  title: 'Gate by confidence',
  summary: 'Takes the first modality that is sure enough, in their order; when none is, their weighted average.',
  keywords: ['gate', 'confidence', 'cascade', 'fallback', 'late fusion', 'multimodal'],
  details:
    'The report says which modality opened the gate: its weight is 1. A stand-in never opens the gate. Needs probabilities, or independent scores with the measure "max".',
  inputs: (params) => modalityPorts(['scores'], params.modalities),
  outputs: { scores: port.scores({ doc: "The sure modality's scores, or the weighted mean." }), report: reportPort },
  params: {
    ...fusionParams,
    threshold: p.number({ default: 0.8, min: 0, max: 1, doc: 'A modality is sure from this confidence on, 0 to 1.' }),
    measure: p.choice(['max', 'margin', 'entropy'], {
      default: 'max',
      doc: 'What confidence is.',
      choiceDocs: ['The highest score.', 'The highest less the second.', '1 - entropy / log(classes).'],
    }),
    weights: weightsParam,
  },
  infer: ({ inputs, params, report }) => {
    checkMissingRule(params, report, params.weights);
    const scores = fusedScoresType(inputs, params.modalities, report);
    checkStandInCount(params.defaultValues, params.modalities, scores.classes, report);
    return { scores, report: anyType.json };
  },
  run: ({ inputs, params, missing }) => {
    const rule = applyMissingRule(params, inputs, missing, standInScores);
    const aligned = alignScores(rule.used);
    const { form } = aligned;
    if (form !== 'probabilities' && !(form === 'independent' && params.measure === 'max')) {
      throw new Problem('value-invalid', {
        message: `The gate measures confidence by "${params.measure}", which has no meaning for scores that are ${form}; it expects probabilities.`,
        fix: 'Put result.softmax before each modality.',
      });
    }
    const confidences = aligned.rows.map((row) => confidenceOf(row, params.measure));
    const sure = confidences.findIndex((c, m) => c >= params.threshold && !rule.used[m].standIn);
    const weights = sure < 0 ? usedWeights(params.weights, rule.used) : rule.used.map((_, m) => (m === sure ? 1 : 0));
    const data = sure < 0 ? weightedAverageOf(aligned.rows, weights) : aligned.rows[sure].slice();
    const facts = aligned.rows.map((row, m) => ({
      weight: weights[m],
      top: topLabel(row, aligned.labels),
      confidence: confidences[m],
    }));
    return {
      scores: { kind: 'scores', data, labels: aligned.labels, form },
      report: fusionReport('gated', rule.used, rule.missing, agreementOf(aligned.rows, data), facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const rows = loweredScores(onnx, params, inputs, types, present);
    return { scores: scoresResult(onnx, loweredGate(onnx, rows, params), rows) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'The text is sure, the picture is not',
      inputs: {
        image: { kind: 'scores', data: Float32Array.of(0.625, 0.375), labels, form: 'probabilities' },
        text: { kind: 'scores', data: Float32Array.of(0.125, 0.875), labels, form: 'probabilities' },
      },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.125, 0.875), labels, form: 'probabilities' },
        report: {
          kind: 'json',
          json: {
            rule: 'gated',
            used: [
              { modality: 'image', weight: 0, top: 'cat', confidence: 0.625 },
              { modality: 'text', weight: 1, top: 'dog', confidence: 0.875 },
            ],
            missing: [],
            agreement: 0.5,
          },
        },
      },
    },
  ],
});
