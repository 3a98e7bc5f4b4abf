import { batchFault } from '../../core/define/batchable.ts';
import type { ModelPort } from '../../core/define/file-facts.ts';
import type { GraftedModel } from '../../core/define/lower.ts';
import { reportModelFaults } from '../../core/define/modelFaults.ts';
import { modelDevice, modelKnobs } from '../../core/define/modelKnobs.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { type PortSpec, port } from '../../core/define/port.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { loweredModel } from '../kernels/loweredModel.ts';
import { demandsOf, feedFor, kindsOf, modelTypes, namedPorts, refuseNonfinite } from '../kernels/modelPorts.ts';

/** One port for each input of the file. */
function inputPorts(ports: readonly ModelPort[]): Record<string, PortSpec<'tensor' | 'embedding', false>> {
  return Object.fromEntries(
    namedPorts(ports).map(([name, input]) => {
      const want = demandsOf(input);
      return [name, port.oneOf<'tensor' | 'embedding', typeof want>(kindsOf(input), want)];
    }),
  );
}

function outputPorts(ports: readonly ModelPort[]): Record<string, PortSpec<'tensor', false>> {
  return Object.fromEntries(
    namedPorts(ports).map(([name, output]) => {
      const labels = output.labels ? `, one column per label: ${output.labels.slice(0, 20).join(', ')}` : '';
      return [name, port.tensor({ doc: `Output "${output.name}" of the model${labels}.` })];
    }),
  );
}

export const onnx = defineNode({
  type: 'model.onnx',
  version: 1,
  title: 'ONNX model',
  summary: 'Runs any ONNX file with ONNX Runtime; its ports are the inputs and outputs of the file.',
  keywords: ['onnxruntime', 'inference', 'network', 'neural', 'classifier', 'session', 'gpu', 'cuda', 'webgpu'],
  details:
    'Maps of classic models (ZipMap) come as a matrix with one column per label. A sequence output comes stacked where all its elements have one fixed shape, else end to end with a second output `<name>_shapes`, one row per element. bfloat16, float8 and 4-bit values are cast at the edge. An unknown file is first opened in a process that may die. With a batch above 1 the answers may differ from those of one by one by rounding; a model whose items do not stay apart is found out by a trial, and its note `batchRefused` says why it goes on one by one.',
  inputs: (_, files) => inputPorts(files.model?.model?.inputs ?? []),
  outputs: (_, files) => outputPorts(files.model?.model?.outputs ?? []),
  params: {
    model: p.file({ role: 'onnx', doc: 'The ONNX file. External data must lie beside it.' }),
    device: modelDevice,
    refuse: p.choice(['nothing', 'nan', 'nonfinite'], {
      default: 'nan',
      doc: 'Values in float outputs that stop the run with a clear problem. "nonfinite": NaN and infinity.',
    }),
    ...modelKnobs,
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
  lower: ({ onnx, inputs, params, files, types, bytes }) => {
    const signature = files.model?.model;
    if (params.refuse !== 'nothing') onnx.leftOut(`values that are ${params.refuse} do not stop it`);
    const file: GraftedModel = { name: params.model, bytes: bytes('model'), beside: (place) => bytes('model', place) };
    const fault = signature === undefined ? null : batchFault(signature);
    return loweredModel(onnx, file, signature, fault, inputs, types);
  },
  lowerTolerance: 1e-5,
  examples: [
    {
      title: 'A file that doubles its input',
      params: { model: 'double.onnx', device: 'cpu' },
      inputs: { x: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(1, 2.5, -4) } },
      outputs: { y: { kind: 'tensor', dtype: 'float32', shape: [3], data: Float32Array.of(2, 5, -8) } },
    },
  ],
});
