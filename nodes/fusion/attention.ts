import { fusionParams, modalityPorts, reportPort } from '../../core/define/fusion.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { type PortSpec, port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { Problem } from '../../core/problems/problem.ts';
import { attentionWeights, meanPairCosine, meanVector } from '../kernels/attentionWeights.ts';
import { allFinite } from '../kernels/finite.ts';
import { weightedAverageOf } from '../kernels/fuseScores.ts';
import { requireOneLength, sharedLength, standInVector } from '../kernels/fuseVectors.ts';
import { fusionReport } from '../kernels/fusionReport.ts';
import { loweredAttention, loweredVectors } from '../kernels/loweredFuseVectors.ts';
import { applyMissingRule, checkMissingRule } from '../kernels/missingModality.ts';

export const attention = defineNode({
  type: 'fusion.attention',
  version: 1,
  title: 'Attention over modalities',
  summary: 'Intermediate fusion: sums modality embeddings, weighted by the softmax of their scaled match with a query.',
  keywords: ['attention', 'embedding', 'query', 'intermediate fusion', 'multimodal'],
  details:
    'weights = softmax(q . k / (sqrt(d) * temperature)) over the embeddings k of length d; the result is the weighted sum. The query is the mean of the embeddings that take part, or comes in at the port `query`.',
  inputs: (params): Readonly<Record<string, PortSpec<'embedding', boolean>>> => ({
    ...modalityPorts(['embedding'], params.modalities),
    ...(params.query === 'port'
      ? { query: port.embedding({ doc: 'What to look for: a vector as long as the embeddings.' }) }
      : {}),
  }),
  outputs: { embedding: port.embedding({ doc: 'The weighted sum of the embeddings.' }), report: reportPort },
  params: {
    ...fusionParams,
    query: p.choice(['mean', 'port'], {
      default: 'mean',
      doc: 'Where the query comes from.',
      choiceDocs: [
        'The mean of the embeddings that take part.',
        'The port `query`; when it is missing, so is the result.',
      ],
    }),
    temperature: p.number({
      default: 1,
      min: 0.001,
      max: 1000,
      doc: 'Divides the match before the softmax: above 1 evens the weights out, below 1 sharpens them.',
    }),
  },
  infer: ({ inputs, params, report }) => {
    checkMissingRule(params, report);
    if (params.query === 'port' && params.modalities.includes('query')) {
      report('param-invalid', {
        message: 'A modality is called "query", which is the name of the query port.',
        fix: 'Give the modality another name.',
        where: { param: 'modalities' },
      });
    }
    const length = sharedLength(inputs, report);
    return { embedding: { ...anyType.embedding, length }, report: anyType.json };
  },
  run: ({ inputs, params, missing }) => {
    const rule = applyMissingRule(params, inputs, missing, standInVector);
    const rows = rule.used.map((u) => u.value.data);
    const given = params.query === 'port' ? inputs.query : undefined;
    if (given !== undefined && !allFinite(given)) {
      throw new Problem('value-nonfinite', {
        message: 'The query holds NaN or infinity.',
        fix: 'Look for the cause in the model that makes the query.',
        where: { port: 'query' },
      });
    }
    requireOneLength([...rule.used, ...(given === undefined ? [] : [{ modality: 'query', value: given }])]);
    const weights = [...attentionWeights(given?.data ?? meanVector(rows), rows, params.temperature)];
    const facts = weights.map((weight) => ({ weight }));
    return {
      embedding: { kind: 'embedding', data: weightedAverageOf(rows, weights), unit: false },
      report: fusionReport('attention', rule.used, rule.missing, meanPairCosine(rows), facts),
    };
  },
  lower: ({ onnx, inputs, params, types, present }) => {
    const rows = loweredVectors(onnx, params, inputs, types, present);
    const query = params.query === 'port' ? (inputs.query?.vector ?? null) : null;
    return { embedding: loweredAttention(onnx, rows, query, params.temperature) };
  },
  lowerTolerance: 1e-7,
  examples: [
    {
      title: 'The embedding nearer to the query counts more',
      params: { query: 'port', temperature: 0.5 },
      inputs: {
        image: { kind: 'embedding', data: Float32Array.of(1, 0, 0, 0), unit: true },
        text: { kind: 'embedding', data: Float32Array.of(0, 1, 0, 0), unit: true },
        query: { kind: 'embedding', data: Float32Array.of(1, 0, 0, 0), unit: true },
      },
      outputs: {
        embedding: { kind: 'embedding', data: Float32Array.of(0.7310586, 0.2689414, 0, 0), unit: false },
        report: {
          kind: 'json',
          json: {
            rule: 'attention',
            used: [
              { modality: 'image', weight: 0.7310586 },
              { modality: 'text', weight: 0.2689414 },
            ],
            missing: [],
            agreement: 0,
          },
        },
      },
      tolerance: 1e-6,
    },
  ],
});
