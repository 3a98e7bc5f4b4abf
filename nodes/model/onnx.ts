import { devices } from '../../core/define/host.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { reportModelFaults } from '../kernels/modelFaults.ts';
import { feedFor, modelInputs, modelOutputs, modelTypes, namedPorts, refuseNonfinite } from '../kernels/modelPorts.ts';

export const onnx = defineNode({
  type: 'model.onnx',
  version: 1,
  title: 'ONNX model',
  summary: 'Runs any ONNX file with ONNX Runtime; its ports are the inputs and outputs of the file.',
  keywords: ['onnxruntime', 'inference', 'network', 'neural', 'classifier', 'session', 'gpu', 'cuda', 'webgpu'],
  details:
    'Maps of classic models (ZipMap) come as a matrix with one column per label. A sequence output comes stacked where all its elements have one fixed shape, else end to end with a second output `<name>_shapes`, one row per element. bfloat16, float8 and 4-bit values are cast at the edge. An unknown file is first opened in a process that may die. With a batch above 1 the answers may differ from those of one by one by rounding; a model whose items do not stay apart is found out by a trial, and its note `batchRefused` says why it goes on one by one.',
  inputs: (_, files) => modelInputs(files.model?.model?.inputs ?? []),
  outputs: (_, files) => modelOutputs(files.model?.model?.outputs ?? []),
  params: {
    model: p.file({ role: 'onnx', doc: 'The ONNX file. External data must lie beside it.' }),
    device: p.choice(devices, {
      default: 'auto',
      doc: 'Where it runs. "auto" takes the best that starts; a named one that does not start is a problem.',
      tune: 'device',
    }),
    refuse: p.choice(['nothing', 'nan', 'nonfinite'], {
      default: 'nan',
      doc: 'Values in float outputs that stop the run with a clear problem. "nonfinite": NaN and infinity.',
    }),
    precision: p.choice(['full', 'reduced'], {
      default: 'full',
      doc: 'Whether the device may compute float32 with fewer bits, where it offers that.',
      advanced: true,
      tune: 'precision',
    }),
    threads: p.int({
      default: 0,
      min: 0,
      max: 256,
      doc: 'Threads inside one run; 0: chosen.',
      advanced: true,
      tune: 'threads',
    }),
    lane: p.int({
      default: -1,
      min: -1,
      max: 63,
      doc: 'Models in different lanes run at once, those in one lane one after the other; -1: chosen.',
      advanced: true,
      tune: 'lane',
    }),
    batch: p.int({
      default: 1,
      min: 1,
      max: 256,
      doc: 'At most so many requests or items go through at once, joined along the first axis, which the model must leave free.',
      advanced: true,
      tune: 'batch',
    }),
    batchWaitMs: p.number({
      default: 0,
      min: 0,
      max: 10_000,
      unit: 'ms',
      doc: 'How long an idle model waits for a batch to fill; 0: only what waits already goes together.',
      advanced: true,
    }),
    copies: p.int({
      default: 0,
      min: 0,
      max: 64,
      doc: 'In how many lanes the model is open at once, so that as many runs go side by side; 0: chosen.',
      advanced: true,
      tune: 'copies',
    }),
    optimisation: p.choice(['none', 'basic', 'extended', 'all'], {
      default: 'all',
      doc: 'How far ONNX Runtime rewrites the graph when it opens it.',
      advanced: true,
      tune: 'optimisation',
    }),
  },
  infer: ({ params, files, dims, report }) => {
    const signature = files.model?.model;
    if (signature === undefined) return {};
    reportModelFaults(signature, params.batch, report);
    return modelTypes(signature.outputs, dims);
  },
  run: async ({ inputs, params, files, host, signal, owned, note }) => {
    const signature = files.model?.model;
    const sha256 = files.model?.sha256 ?? '';
    const feeds: Record<string, TensorValue> = {};
    const give = new Set<string>();
    namedPorts(signature?.inputs ?? []).forEach(([name, input]) => {
      feeds[input.name] = feedFor(input, inputs[name]);
      if (owned.has(name)) give.add(input.name);
    });
    const { model, refuse, ...options } = params;
    const session = await host.models.open(model, { ...options, sha256 }, signal);
    const { outputs, times, ...facts } = await session.run(feeds, give, signal);
    const { device, lane, threads } = session;
    for (const [name, value] of Object.entries({ device, lane, threads, ...facts })) note(name, value);
    const results: Record<string, TensorValue> = {};
    namedPorts(signature?.outputs ?? []).forEach(([name, output]) => {
      const tensor = outputs[output.name];
      refuseNonfinite(name, tensor, refuse);
      results[name] = tensor;
    });
    return results;
  },
  examples: [
    {
      title: 'A file that doubles its input',
      params: { model: 'double.onnx', device: 'cpu' },
      inputs: { x: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2.5, -4) } },
      outputs: { y: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(2, 5, -8) } },
    },
  ],
});
