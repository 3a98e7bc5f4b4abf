import type { ModelPort } from '../../core/define/file-facts.ts';
import { devices } from '../../core/define/host.ts';
import { defineNode } from '../../core/define/node.ts';
import { p } from '../../core/define/param.ts';
import { type PortSpec, port } from '../../core/define/port.ts';
import { one, type TensorType } from '../../core/kinds/type.ts';
import type { TensorValue } from '../../core/kinds/value.ts';
import { demandsOf, feedFor, kindsOf, namedPorts, refuseNonfinite } from '../kernels/modelPorts.ts';

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
    'Maps of classic models (ZipMap) come as a matrix with one column per label. A sequence output comes stacked where all its elements have one fixed shape, else end to end with a second output `<name>_shapes`, one row per element. bfloat16, float8 and 4-bit values are cast at the edge. An unknown file is first opened in a process that may die.',
  inputs: (_, files) => inputPorts(files.model?.model?.inputs ?? []),
  outputs: (_, files) => outputPorts(files.model?.model?.outputs ?? []),
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
    optimisation: p.choice(['none', 'basic', 'extended', 'all'], {
      default: 'all',
      doc: 'How far ONNX Runtime rewrites the graph when it opens it.',
      advanced: true,
      tune: 'optimisation',
    }),
  },
  infer: ({ files, dims, report }) => {
    const signature = files.model?.model;
    const types: Record<string, TensorType> = {};
    if (signature === undefined) return types;
    for (const { name, form } of [...signature.inputs, ...signature.outputs].filter((x) => x.dtype === null)) {
      report('model-unsupported', {
        message: `"${name}" of the model is a ${form} whose elements cannot cross a wire.`,
        fix: 'Export the model with tensors of float, integer, bool or string at its edge.',
        where: { port: name },
      });
    }
    namedPorts(signature.outputs).forEach(([name, { dtype, shape }]) => {
      const known = shape?.map((d) => (typeof d === 'string' && Object.hasOwn(dims, d) ? dims[d] : d));
      types[name] = { kind: 'tensor', sequence: one, dtype, shape: known ?? null };
    });
    return types;
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
    const { model, device, threads, lane, precision, optimisation } = params;
    const session = await host.models.open(model, { device, threads, lane, precision, optimisation, sha256 }, signal);
    const { outputs, runMs, queueMs } = await session.run(feeds, give, signal);
    const facts = { device: session.device, lane: session.lane, threads: session.threads, runMs, queueMs };
    for (const [name, value] of Object.entries(facts)) note(name, value);
    const results: Record<string, TensorValue> = {};
    namedPorts(signature?.outputs ?? []).forEach(([name, output]) => {
      const tensor = outputs[output.name];
      refuseNonfinite(name, tensor, params.refuse);
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
