import { fusionParams, modalityPorts, reportPort } from '../../core/define/fusion.ts';
import { devices } from '../../core/define/host.ts';
import type { WeightsPlace } from '../../core/define/lower.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { port } from '../../core/define/port.ts';
import { anyType } from '../../core/kinds/type.ts';
import { standInRow } from '../kernels/concatRows.ts';
import { rowOf } from '../kernels/fuseVectors.ts';
import { fusionReport } from '../kernels/fusionReport.ts';
import { checkHead, headResult, headResultType, inputLength, inputOf, pickOutput } from '../kernels/learnedHead.ts';
import { loweredHead } from '../kernels/loweredHead.ts';
import { applyMissingRule, checkMissingRule } from '../kernels/missingModality.ts';
import { tensorFrom } from '../kernels/tensor.ts';

export const learnedHead = defineNode({
  type: 'fusion.learnedHead',
  version: 1,
  title: 'Learned head',
  summary: 'Fuses modalities by an ONNX model that was trained for it: one model input per modality, by name.',
  keywords: ['onnx', 'trained', 'mlp', 'fusion model', 'stacking', 'gating network', 'multimodal'],
  details:
    'Each modality is fed as [1, n] to the model input of its name. A missing one: "default" feeds `defaultValues` (for example its mean vector) or zeros; "skip" feeds zeros and needs `maskInput`, a model input of shape [1, modalities] that gets 1 for each modality that is there and 0 for each that is not, so that the model itself can leave it out.',
  inputs: (params) => modalityPorts(['embedding', 'scores', 'tensor'], params.modalities),
  outputs: (params) => ({
    result: port.oneOf(
      params.result === 'scores' ? ['scores', 'embedding', 'tensor'] : ['embedding', 'scores', 'tensor'],
      { doc: "The model's answer." },
    ),
    report: reportPort,
  }),
  params: {
    model: p.file({ role: 'onnx', doc: 'The ONNX file; its inputs are called like the modalities.' }),
    ...fusionParams,
    maskInput: p.text({
      default: '',
      maxLength: 200,
      doc: 'Model input that is told which modalities are there. Empty: none.',
    }),
    outputName: p.text({ default: '', maxLength: 200, doc: 'Model output to take. Empty: the first.' }),
    result: p.choice(['scores', 'embedding', 'tensor'], { default: 'scores', doc: 'What the output is given as.' }),
    form: p.choice(['logits', 'probabilities', 'independent', 'other'], {
      default: 'logits',
      doc: 'For scores: what the numbers are.',
    }),
    labels: p.file({ role: 'labels', optional: true, doc: 'For scores: one label per line, in class order.' }),
    device: p.choice(devices, { default: 'auto', doc: 'Where the model runs.', advanced: true }),
  },
  infer: ({ inputs, params, files, report }) => {
    checkMissingRule(params, report);
    checkHead(params, files.model?.model, files.labels?.labels, inputs, report);
    const output = pickOutput(files.model?.model, params.outputName);
    return { result: headResultType(params, output, files.labels?.labels), report: anyType.json };
  },
  run: async ({ inputs, params, files, host, signal, missing, note }) => {
    const signature = files.model?.model;
    const rule = applyMissingRule(params, inputs, missing, (modality, numbers) =>
      standInRow(modality, numbers, inputLength(signature, modality)),
    );
    const zeros = (name: string) => standInRow(name, null, inputLength(signature, name)).value;
    const present = new Map(rule.used.map((u) => [u.modality, u.value]));
    const rows = new Map(params.modalities.map((name) => [name, rowOf(name, present.get(name) ?? zeros(name))]));
    const feeds = [...rows].map(([name, row]) => {
      const input = inputOf(signature, name);
      const shape = input?.shape?.length === 1 ? [row.length] : [1, row.length];
      return [name, tensorFrom(input?.dtype ?? 'float32', shape, row)] as const;
    });
    if (params.maskInput !== '') {
      const there = params.modalities.map((name) => (rule.missing.some((m) => m.modality === name) ? 0 : 1));
      const dtype = inputOf(signature, params.maskInput)?.dtype ?? 'float32';
      feeds.push([params.maskInput, tensorFrom(dtype, [1, there.length], there)]);
    }
    const session = await host.models.open(
      params.model,
      { device: params.device, threads: 0, lane: -1, precision: 'full', optimisation: 'all' },
      signal,
    );
    note('device', session.device);
    const { outputs } = await session.run(Object.fromEntries(feeds), new Set(feeds.map(([name]) => name)), signal);
    const facts = rule.used.map((u) => ({ weight: null, length: rows.get(u.modality)?.length ?? 0 }));
    return {
      result: headResult(params, outputs, signature, files.labels?.labels),
      report: fusionReport('learnedHead', rule.used, rule.missing, null, facts),
    };
  },
  lower: ({ onnx, inputs, params, files, types, present, bytes }) => {
    const file = { name: params.model, bytes: bytes('model'), beside: (place: WeightsPlace) => bytes('model', place) };
    const from = { values: inputs, types, present };
    return { result: loweredHead(onnx, params, file, files.model?.model, files.labels?.labels, from) };
  },
  lowerTolerance: 1e-5,
  examples: [
    {
      title: 'A head that adds two embeddings',
      params: { model: 'head.onnx', result: 'embedding', outputName: 'sum' },
      inputs: {
        image: { kind: 'embedding', data: Float32Array.of(1, 2), unit: false },
        text: { kind: 'embedding', data: Float32Array.of(0.5, -1), unit: false },
      },
      outputs: {
        result: { kind: 'embedding', data: Float32Array.of(1.5, 1), unit: false },
        report: {
          kind: 'json',
          json: {
            rule: 'learnedHead',
            used: [
              { modality: 'image', weight: null, length: 2 },
              { modality: 'text', weight: null, length: 2 },
            ],
            missing: [],
            agreement: null,
          },
        },
      },
    },
  ],
});
