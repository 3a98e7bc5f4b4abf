import { reportModelFaults } from '../../core/define/modelFaults.ts';
import { modelDevice, modelKnobs } from '../../core/define/modelKnobs.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { missedOutputs, partAnswer, partFeeds, unwiredReasons } from '../../core/define/partCall.ts';
import { partInputPorts, partOutputPorts, partTypes } from '../../core/define/partPorts.ts';
import type { Value } from '../../core/kinds/value.ts';
import { Problem } from '../../core/problems/problem.ts';
import { refuseNonfinite } from '../kernels/modelPorts.ts';
import { rgbPixels } from '../kernels/pixelTensor.ts';

export const part = defineNode({
  type: 'model.part',
  version: 1,
  title: 'Compiled part',
  summary: 'Runs a file that `tributary compile` made of a pipeline: preprocessing, models and fusion in one.',
  keywords: ['compiled', 'fused', 'onnx', 'lowered'],
  details:
    'Its ports are what the nodes inside it took from and gave to those outside, with their names. Pictures of unknown colour are turned into RGB. An input may be missing where the nodes inside it could do without.',
  inputs: (_, files) => partInputPorts(files.model?.part),
  outputs: (_, files) => partOutputPorts(files.model?.part),
  params: {
    model: p.file({ role: 'onnx', doc: 'A file that `tributary compile` made.' }),
    device: modelDevice,
    refuse: p.choice(['nothing', 'nan', 'nonfinite'], {
      default: 'nan',
      doc: 'Values in what it gives that stop the run with a clear problem. "nonfinite": NaN and infinity.',
    }),
    ...modelKnobs,
  },
  infer: ({ params, files, report }) => {
    const { model: signature, part: compiled } = files.model ?? {};
    if (compiled === undefined && signature !== undefined) {
      report('model-unsupported', {
        message: `"${params.model}" does not say what pipeline it was compiled from.`,
        fix: 'Use "ONNX model" for it, or make it anew with `tributary compile`.',
        where: { param: 'model' },
      });
    }
    if (signature !== undefined) reportModelFaults(signature, params.batch, report);
    return partTypes(compiled);
  },
  run: async ({ inputs, params, files, host, signal, missing, miss, note }) => {
    const { part: compiled, sha256 = '' } = files.model ?? {};
    if (compiled === undefined) throw new Problem('internal', { message: 'No compiled file.', fix: 'Report this.' });
    const reasons = unwiredReasons(compiled, inputs, missing);
    const missed = missedOutputs(compiled, reasons);
    for (const [name, problem] of missed) miss(name, problem);
    if (missed.size === compiled.outputs.length) return {};
    const feeds = partFeeds(compiled, inputs, (image) => ({ ...image, colour: 'rgb', data: rgbPixels(image) }));
    const { model, refuse, ...options } = params;
    const session = await host.models.open(model, { ...options, sha256 }, signal);
    const { outputs, times, ...facts } = await session.run(feeds, new Set(), signal);
    const { device, lane, threads } = session;
    for (const [name, value] of Object.entries({ device, lane, threads, ...facts })) note(name, value);
    const answers: Record<string, Value> = {};
    for (const output of compiled.outputs) {
      if (missed.has(output.name)) continue;
      answers[output.name] = partAnswer(output, outputs, reasons);
      for (const { name } of output.tensors) refuseNonfinite(name, outputs[name], refuse);
    }
    return answers;
  },
  examples: [
    {
      title: 'Softmax of three logits, compiled',
      params: { model: 'part.onnx', device: 'cpu' },
      inputs: { logits: { kind: 'tensor', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 2, 3) } },
      outputs: {
        scores: {
          kind: 'scores',
          data: Float32Array.of(0.09003057, 0.24472848, 0.66524094),
          labels: null,
          form: 'probabilities',
        },
      },
      tolerance: 1e-6,
    },
  ],
});
