import { fusionParams, modalityPorts, reportPort, weightsParam } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { alignScores, checkStandInCount, fusedScoresType, standInScores } from '../kernels/alignScores.ts';
import { agreementOf, productOf } from '../kernels/fuseScores.ts';
import { fusionReport, topLabel } from '../kernels/fusionReport.ts';
import { loweredProduct, scoresResult } from '../kernels/loweredFuseScores.ts';
import { loweredScores } from '../kernels/loweredScores.ts';
import { applyMissingRule, checkMissingRule, usedWeights } from '../kernels/missingModality.ts';

const labels = ['cat', 'dog'];

export const productOfExperts = defineNode({
  type: 'fusion.productOfExperts',
  version: 1,
  title: 'Product of experts',
  summary: 'Late fusion: multiplies the probabilities of several modalities in log space and renormalises.',
  keywords: ['late fusion', 'poe', 'bayes', 'multiply', 'log-linear', 'multimodal'],
  details:
    'p(c) ~ product of p_m(c)^w_m. With `exponents` = "sum" equal weights are exponents of 1, as for independent experts; with "mean" the exponents sum to 1, as in a logarithmic opinion pool. Probabilities below 1e-12 count as 1e-12, so that one expert cannot rule out a class alone. A modality that is skipped takes no part in the product; with "mean" the exponents of the others are renormalised.',
  inputs: (params) => modalityPorts(['scores'], params.modalities),
  outputs: { scores: port.scores({ doc: 'The renormalised product.' }), report: reportPort },
  params: {
    ...fusionParams,
    weights: weightsParam,
    exponents: p.choice(['sum', 'mean'], {
      default: 'sum',
      doc: 'What the exponents of the experts add up to.',
      choiceDocs: ['The number of modalities that take part.', '1.'],
    }),
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
    const scale = params.exponents === 'sum' ? rule.used.length : 1;
    const weights = usedWeights(params.weights, rule.used).map((w) => w * scale);
    const data = productOf(aligned.rows, weights, aligned.form);
    const facts = aligned.rows.map((row, m) => ({ weight: weights[m], top: topLabel(row, aligned.labels) }));
    return {
      scores: { kind: 'scores', data, labels: aligned.labels, form: aligned.form },
      report: fusionReport('productOfExperts', rule.used, rule.missing, agreementOf(aligned.rows, data), facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const rows = loweredScores(onnx, params, inputs, types, present);
    return { scores: scoresResult(onnx, loweredProduct(onnx, rows, params.weights, params.exponents), rows) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'Two experts that lean the same way agree strongly',
      inputs: {
        image: { kind: 'scores', data: Float32Array.of(0.75, 0.25), labels, form: 'probabilities' },
        text: { kind: 'scores', data: Float32Array.of(0.75, 0.25), labels, form: 'probabilities' },
      },
      outputs: {
        scores: { kind: 'scores', data: Float32Array.of(0.9, 0.1), labels, form: 'probabilities' },
        report: {
          kind: 'json',
          json: {
            rule: 'productOfExperts',
            used: [
              { modality: 'image', weight: 1, top: 'cat' },
              { modality: 'text', weight: 1, top: 'cat' },
            ],
            missing: [],
            agreement: 1,
          },
        },
      },
      tolerance: 1e-6,
    },
  ],
});
