import path from 'node:path';
import type { Checked } from '../../core/check/checked.ts';
import type { Device } from '../../core/define/host.ts';
import { Problem, type ProblemData, problemData, toProblemData } from '../../core/problems/problem.ts';
import type { RunInputs } from '../../core/run/result.ts';
import {
  compareOutputs,
  comparePorts,
  firstDivergence,
  type RecordedSample,
  recordedSampleSchema,
  type SampleVerdict,
} from '../../core/serve/golden.ts';
import type { GoldenInput, Manifest } from '../../core/serve/manifest.ts';
import type { Engine } from '../engine/messages.ts';
import { decodeUtf8, readWhole } from '../files/host.ts';
import { base64 } from './base64.ts';
import type { Bundle } from './verify.ts';

export interface VerifyOptions {
  readonly engine: Pick<Engine, 'run'>;
  readonly checked: Checked;
  /** What models that say `auto` run on; the bundle's own unless given. */
  readonly device?: Device;
  readonly signal?: AbortSignal;
  /** Look at every port, also where the outputs are right. */
  readonly ports?: boolean;
  readonly onSample?: (done: number, of: number, name: string) => void;
}

const recordBytes = 1024 ** 3;

/**
 * Runs the golden samples of a bundle and holds what comes against what was recorded. Where an output differs the sample
 * runs once more with fingerprints of every port, which tell where it began. Throws the pipeline's own problems.
 */
export async function verifyGolden(bundle: Bundle, options: VerifyOptions): Promise<readonly SampleVerdict[]> {
  const { manifest } = bundle;
  const verdicts: SampleVerdict[] = [];
  for (const [at, sample] of manifest.golden.samples.entries()) {
    options.onSample?.(at, manifest.golden.samples.length, sample.name);
    verdicts.push(await verifySample(bundle, await readRecorded(bundle, sample.recorded), sample.inputs, options));
  }
  return verdicts;
}

async function verifySample(
  bundle: Bundle,
  recorded: RecordedSample,
  inputs: Readonly<Record<string, GoldenInput>>,
  { engine, checked, device, signal, ports = false }: VerifyOptions,
): Promise<SampleVerdict> {
  const { manifest, opened } = bundle;
  const request = {
    document: opened.document,
    folder: opened.folder,
    inputs: goldenInputs(bundle, inputs),
    noSamples: true,
    device: device ?? manifest.device,
  };
  const run = (prints: boolean) => engine.run({ ...request, prints }, signal === undefined ? {} : { signal });
  const result = await run(ports);
  const same = Object.entries(manifest.made.devices).every(
    ([node, one]) => result.nodes[node]?.notes['device'] === one,
  );
  const outputs = compareOutputs(recorded, result.outputs, checked, manifest.golden, same, base64);
  if (!ports && outputs.outputs.length === 0) return { sample: recorded.sample, ...outputs, ports: [] };
  const prints = ports ? result.prints : (await run(true)).prints;
  const differing = comparePorts(recorded, prints ?? {}, checked.order, manifest.golden, same);
  return { sample: recorded.sample, ...outputs, ports: differing };
}

/** What a golden sample is run on: files by their absolute path. */
export function goldenInputs(
  { folder }: Pick<Bundle, 'folder'>,
  inputs: Readonly<Record<string, GoldenInput>>,
): RunInputs {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]): readonly [string, RunInputs[string]] => {
      if ('text' in input) return [name, { kind: 'text', text: input.text }];
      if ('json' in input) return [name, { kind: 'json', json: input.json }];
      const file = 'file' in input ? input.file : input.folder;
      return [name, { kind: 'media', path: path.join(folder, ...file.split('/')), name: input.name }];
    }),
  );
}

/** Reads a sample's record, which `openBundle` has found unchanged. Throws `bundle-invalid`. */
export async function readRecorded({ folder }: Pick<Bundle, 'folder'>, file: string): Promise<RecordedSample> {
  const bytes = await readWhole(path.join(folder, ...file.split('/')), { name: file, maxBytes: recordBytes });
  try {
    return recordedSampleSchema.parse(JSON.parse(decodeUtf8(bytes, file)));
  } catch (cause) {
    throw new Problem('bundle-invalid', {
      message: `"${file}" is no record of a golden sample.`,
      fix: 'Export the bundle again.',
      where: { file },
      cause,
    });
  }
}

/** What a server that must not become ready says of samples that it does not reproduce. */
export function goldenProblems(manifest: Manifest, verdicts: readonly SampleVerdict[]): readonly ProblemData[] {
  return verdicts
    .filter((verdict) => verdict.outputs.length > 0)
    .map((verdict) => {
      const first = firstDivergence(verdict);
      const { node = '', port = '', words = '' } = first ?? {};
      const outputs = verdict.outputs.map(({ output = '' }) => `"${output}"`).join(', ');
      return problemData('golden-differs', {
        message: `Golden sample "${verdict.sample}" is not reproduced at ${outputs}. It begins at node "${node}", port "${port}": ${words}.`,
        fix: `It was recorded with ONNX Runtime ${manifest.made.onnxruntime} on ${manifest.made.cpu}. \`tributary verify\` shows every node that differs; export again where the new answers are right.`,
        where: { node, port },
      });
    });
}

/** A check that a version of a pipeline passes before it is sent traffic: its golden outputs come out again. */
export function goldenCheck(
  bundle: Bundle,
  checked: Checked,
): (runtime: { readonly engine: Pick<Engine, 'run'> }) => Promise<readonly ProblemData[]> {
  return async ({ engine }) => {
    try {
      return goldenProblems(bundle.manifest, await verifyGolden(bundle, { engine, checked }));
    } catch (error) {
      return [toProblemData(error, 'internal')];
    }
  };
}
