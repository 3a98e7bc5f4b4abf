import path from 'node:path';
import { openPipeline } from '../../../cli/pipeline.ts';
import type { Checked } from '../../../core/check/checked.ts';
import { commonOptions } from '../../../core/export/options.ts';
import type { ExportFile, ExportInput } from '../../../core/export/target.ts';
import type { BundledProfile } from '../../../core/serve/manifest.ts';
import { signatureOf } from '../../../core/serve/signature.ts';
import { root } from '../../rules/sources.ts';

export type SampleName =
  | 'picture-classifier'
  | 'sound-classifier'
  | 'event-detector'
  | 'text-classifier'
  | 'detector'
  | 'video-events';

export const measured: BundledProfile = {
  id: 'p',
  createdAt: '2026-11-21T10:00:00.000Z',
  current: true,
  device: 'cpu',
  cpu: 'A processor',
  os: 'linux',
  runs: 500,
  p50Ms: 4.2,
  p95Ms: 6.5,
  p99Ms: 8,
  throughput: 230,
  coldMs: 310,
  steadyBytes: 210 * 2 ** 20,
  peakBytes: 256 * 2 ** 20,
  gpuPeakBytes: null,
  loadRequestsPerSecond: 400,
  nodes: [{ node: 'model', p50Ms: 3.1, criticalPercent: 70 }],
};

/** What a target is given for a sample: the real pipeline, a profile as it might be, and no packages. */
export async function inputOf(sample: SampleName, change: Partial<ExportInput> = {}): Promise<ExportInput> {
  const { checked } = await openPipeline(path.join(root, 'samples', sample), {});
  return {
    checked,
    signature: signatureOf(checked),
    name: sample,
    title: checked.document.name,
    version: '1',
    options: commonOptions.parse({}),
    image: `tributary/${sample}:1`,
    document: { path: `pipeline/${sample}.tributary.json`, hash: 'a'.repeat(64) },
    made: {
      tributary: '0.1.0',
      node: '20',
      onnxruntime: '1',
      sharp: '0',
      ffmpeg: null,
      os: 'linux',
      arch: 'x64',
      cpu: 'A processor',
      devices: {},
    },
    needs: { ffmpeg: false },
    profile: measured,
    serving: { concurrency: 2, maxQueue: 8, deadlineMs: 30_000, batch: 4, batchWaitMs: 2, because: [] },
    golden: {
      tolerances: {
        single: { relative: 1e-4, absolute: 1e-6, words: '' },
        half: { relative: 1e-2, absolute: 1e-3, words: '' },
        int8: { relative: 0.1, absolute: 0.02, words: '' },
      },
      pixelLevels: 1,
      maskShare: 0.001,
      precision: {},
      samples: [],
    },
    files: [],
    packages: [],
    install: { packageJson: '{}', packageLock: '{}' },
    openapi: null,
    compiled: null,
    ...change,
  };
}

/** The same pipeline, and every text of it that a person may choose is `text`: its name, labels of nodes, names of inputs and outputs. */
export function renamed(input: ExportInput, text: string): ExportInput {
  const { document } = input.checked;
  const called = (names: Readonly<Record<string, unknown>>) =>
    new Map(Object.keys(names).map((name, at) => [name, at === 0 ? text : `${text}${at}`]));
  const [inputs, outputs] = [called(document.inputs), called(document.outputs)];
  const record = <V>(of: Readonly<Record<string, V>>, names: ReadonlyMap<string, string>): Record<string, V> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [names.get(name) ?? name, value]));
  const map = (of: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>): Map<string, string> =>
    new Map([...of].map(([name, id]) => [names.get(name) ?? name, id]));
  const checked: Checked = {
    ...input.checked,
    document: {
      ...document,
      name: text,
      inputs: record(document.inputs, inputs),
      outputs: record(document.outputs, outputs),
    },
    nodes: new Map([...input.checked.nodes].map(([id, one]) => [id, { ...one, node: { ...one.node, label: text } }])),
    publicInputs: map(input.checked.publicInputs, inputs),
    publicOutputs: map(input.checked.publicOutputs, outputs),
  };
  return { ...input, checked, title: text, signature: signatureOf(checked) };
}

/** The text of a file that a target wrote. */
export function textOf(files: readonly ExportFile[], name: string): string {
  const file = files.find((one) => one.path === name);
  if (file === undefined || !('text' in file.content))
    throw new Error(`${name} is not among ${files.map((one) => one.path).join(', ')}`);
  return file.content.text;
}
