import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { openPipeline } from '../../../../cli/pipeline.ts';
import type { ExportInput } from '../../../../core/export/target.ts';
import { type RepositoryModel, repositoryFiles } from '../../../../core/export/triton/repository.ts';
import { writeDocument } from '../../../../core/graph/write.ts';
import type { Json } from '../../../../core/kinds/value.ts';
import { compilePipeline } from '../../../../core/lower/compile.ts';
import { writeModel } from '../../../../core/onnx/read.ts';
import { openSources } from '../../../../host/compile/sources.ts';
import { openWorkspace } from '../../../../host/files/workspace.ts';
import { tempFolder } from '../../../temp-folder.ts';
import { pipeline } from '../../pipelines.ts';
import { inputOf } from '../exportInput.ts';
import { repositoryFor } from './exported.ts';
import { repositoryFaults } from './tritonRules.ts';
import { servedBy, type Tensors, Walker } from './walker.ts';

export type Nodes = Readonly<Record<string, string | readonly [string, Readonly<Record<string, Json>>]>>;
export interface Made {
  readonly nodes: Nodes;
  readonly wires: readonly string[];
  readonly models?: Readonly<Record<string, Uint8Array>>;
  /** Public names, by node. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** A pipeline in a folder of its own, compiled, as a target is given it. */
export async function made({ nodes, wires, models, inputs, outputs }: Made): Promise<ExportInput> {
  const folder = tempFolder();
  for (const [name, bytes] of Object.entries(models ?? {})) writeFileSync(path.join(folder, name), bytes);
  const publics = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([node, name]) => [name, { node }]));
  const document = { ...pipeline(nodes, wires), inputs: publics(inputs), outputs: publics(outputs) };
  const file = path.join(folder, 'made.tributary.json');
  writeFileSync(file, writeDocument(document));
  const { checked, opened } = await openPipeline(file, {});
  expect(checked.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const bytes = await openSources(await openWorkspace(opened.folder), checked);
  const compiled = compilePipeline(checked, { bytes, sha256: 'c'.repeat(64) });
  const base = await inputOf('text-classifier');
  return { ...base, checked, name: 'made', title: document.name, profile: null, compiled: { ...compiled, names: [] } };
}

/** The same numbers through the repository and through the part's one file; gives the walker's models. */
export async function expectSame(input: ExportInput, request: Tensors): Promise<readonly RepositoryModel[]> {
  const repository = repositoryFor(input);
  const [entry] = repository.entries;
  const served = servedBy(repositoryFiles(repository, 'models'));
  expect(repositoryFaults(served.configs)).toEqual([]);
  const walker = new Walker(served);
  const [part] = input.compiled?.parts ?? [];
  const session = await InferenceSession.create(writeModel(part.model), { logSeverityLevel: 3 });
  try {
    expect(await walker.fileFaults()).toEqual([]);
    await walker.warmUp();
    const without = new Map(entry.inputs.map((tensor) => [tensor.name, tensor.without]));
    const feeds = Object.entries(request).map(([name, { type, dims, data }]) => {
      const axis = without.get(name) ?? null;
      const whole = axis === null ? dims : [...dims.slice(0, axis), 1, ...dims.slice(axis)];
      return [name, new Tensor(type as 'float32', data as Float32Array, whole)] as const;
    });
    const wanted = await session.run(Object.fromEntries(feeds));
    const got = await walker.infer(entry.model, request);
    expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
    for (const [name, { dims, data }] of Object.entries(wanted)) {
      expect(
        got[name].dims.filter((dim) => dim !== 1),
        name,
      ).toEqual(dims.filter((dim) => dim !== 1));
      expect([...(got[name].data as Float32Array)], name).toEqual([...(data as Float32Array)]);
    }
  } finally {
    await session.release();
    await walker.close();
  }
  return repository.models;
}

/** What the node calls the ends of a file. */
export async function portsOf(model: Uint8Array): Promise<{ readonly input: string; readonly output: string }> {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'm.onnx'), model);
  const document = pipeline({ model: ['model.onnx', { model: 'm.onnx' }] });
  const file = path.join(folder, 'ports.tributary.json');
  writeFileSync(file, writeDocument(document));
  const { checked } = await openPipeline(file, {});
  const node = checked.nodes.get('model');
  return { input: Object.keys(node?.inputs ?? {})[0], output: Object.keys(node?.outputs ?? {})[0] };
}
